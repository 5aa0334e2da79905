"""YAML as people and attackers write it: nothing raises, nothing explodes."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.configuration.findings import Finding, Findings
from shared.configuration.tree import Node, parse, plain


def read(text: str | bytes) -> tuple[Any, tuple[Finding, ...]]:
    findings = Findings()
    content = text if isinstance(text, bytes) else text.encode()
    node = parse(content, "f.yaml", findings)
    return (None if node is None else plain(node)), findings.in_order()


def test_scalars_stay_text_and_empty_is_none() -> None:
    data, findings = read("a: no\nb: 08:30\nc: 012\nd:\ne: '~'\nf: ~\n")
    assert data == {"a": "no", "b": "08:30", "c": "012", "d": None, "e": "~", "f": None}
    assert findings == ()


def test_an_alias_stands_for_its_anchor() -> None:
    data, _ = read("a: &x [1, 2]\nb: *x\n")
    assert data == {"a": ["1", "2"], "b": ["1", "2"]}


def test_every_node_knows_its_place() -> None:
    findings = Findings()
    node = parse(b"a:\n  - b: c\n", "f.yaml", findings)
    assert node is not None
    inner = node.child("a").child(0).child("b")  # type: ignore[union-attr] # they are there
    assert isinstance(inner, Node)
    assert (inner.line, inner.column) == (2, 8)


def test_a_billion_laughs_are_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    began = time.monotonic()
    data, [finding] = read("\n".join(lines))
    assert data is None
    assert finding.problem == "aliases make this too large"
    assert time.monotonic() - began < 2


def test_a_word_that_yaml_takes_for_a_tag_is_to_be_quoted() -> None:
    data, [finding] = read("channel: !voice\n")
    assert data is None
    assert (finding.problem, finding.remedy) == ("the tag `!voice` is not read", "quote the word")


def test_a_node_cannot_hold_itself() -> None:
    data, [finding] = read("a: &x [*x]\n")
    assert data is None
    assert finding.problem == "`*x` refers to nothing before it"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_without_recursion(opening: str) -> None:
    data, findings = read(opening * 100_000)
    assert data is None
    assert len(findings) == 1


def test_depth_through_aliases_is_refused() -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 60))]
    data, [finding] = read("\n".join(lines))
    assert data is None
    assert finding.problem == "aliases make this too large"


def test_an_empty_file_holds_nothing() -> None:
    assert read("") == (None, ())
    assert read("# only a comment\n") == (None, ())


def test_what_is_not_utf8_is_told_with_its_line() -> None:
    data, [finding] = read(b"a: b\nc: \xff\n")
    assert data is None
    assert (finding.line, finding.problem) == (2, "the file is not UTF-8")


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read("\ufeffa: b\n")[0] == {"a": "b"}


@pytest.mark.parametrize("text", ["a: \x00", "a: \x07b", "? [a]\n: b", "a: b: c", "\t- a", "a: 'b"])
def test_what_cannot_be_read_is_one_finding(text: str) -> None:
    data, findings = read(text)
    assert data is None
    assert len(findings) == 1


@settings(max_examples=200)
@given(st.text(alphabet="ab:-[]{}&*!|>'\"#?,%@ \n\t~<0", max_size=60))
def test_any_text_is_read_or_told_and_never_raises(text: str) -> None:
    findings = Findings()
    node = parse(text.encode(), "f.yaml", findings)
    assert (node is None) <= (findings.errors() == 1)
