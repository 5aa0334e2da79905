"""The pages that are made from the code are as the code is now."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.contracts.catalogue import KINDS
from switchyard.docs import logs, settings_page, topics_page
from switchyard.docs.__main__ import DOCS, PAGES
from switchyard.docs.settings_told import TOLD
from switchyard.docs.tables import table

ROOT = DOCS.parent
_VARIABLE = re.compile(r"SWITCHYARD_[A-Z_]+[A-Z]\b")
_CLASSES = {model.__name__: kind for kind, model in KINDS.items()}
_MACHINERY = {"tick", "event_skipped"}  # made by the runner for whatever service it runs


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (ROOT / folder).rglob("*.py")


def made_in(*folders: str) -> set[str]:
    """Kinds that code in these folders makes: their class is called by its name."""
    called = {
        node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for path in sources(*folders)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    return {_CLASSES[name] for name in called & _CLASSES.keys()}


def declared(writer: str) -> set[str]:
    return {
        kind
        for log in logs.LOGS
        for kind in logs.kinds_of(log)
        if writer in logs.written_by(log, kind)
    }


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_says_today(name: str) -> None:
    told = (DOCS / name).read_text(encoding="utf-8")
    assert told == PAGES[name](), "make it anew: python -m switchyard.docs"


@pytest.mark.parametrize("service", ["gateway", "router", "escalation", "outage", "notifier"])
def test_a_service_writes_the_kinds_that_the_page_says(service: str) -> None:
    assert made_in(f"services/{service}") == declared(service) - _MACHINERY


def test_the_runner_and_the_operator_write_the_rest() -> None:
    assert made_in("shared/runner") == _MACHINERY
    assert made_in("switchyard/rollout") == declared("operator")


def test_every_kind_is_on_the_page_with_its_writer() -> None:
    page = topics_page.page()
    assert [kind for kind in KINDS if f"| `{kind}` | " not in page] == []


def test_every_setting_has_its_sentence_and_no_sentence_is_left_over() -> None:
    names = {
        settings_page.name_of(settings, field)
        for _, _, settings in settings_page.SECTIONS
        for field in settings.model_fields
    }
    assert names == TOLD.keys()
    assert settings_page.settings_left_out() == set()


def test_every_variable_that_the_code_names_is_on_the_page() -> None:
    page = settings_page.page()
    named = {
        found
        for path in sources("services", "shared", "switchyard", "tests/support")
        for found in _VARIABLE.findall(path.read_text(encoding="utf-8"))
    }
    assert {name for name in named if f"`{name}`" not in page} == set()


def test_no_sentence_and_no_cell_breaks_a_table() -> None:
    assert table(["a"], [["x | y"]]) == ["| a |", "| --- |", "| x \\| y |"]
    pages = [page() for name, page in PAGES.items() if name.endswith(".md")]
    lines = [line for page in pages for line in page.splitlines() if line.startswith("|")]
    widths = [len(re.split(r"(?<!\\)\|", line)) for line in lines]
    assert min(widths) > 4
