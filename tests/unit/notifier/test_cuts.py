"""A cut parts no character, and never makes a text longer than it may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.adapters.words.cuts import shortened

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
WAVE = "\U0001f44b\U0001f3fd"  # with a tone of skin
LATVIA, ISRAEL = "\U0001f1f1\U0001f1fb", "\U0001f1ee\U0001f1f1"


def utf8(char: str) -> int:
    return len(char.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("text", "longest", "told"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 4, "abc…"),
        ("abc def", 5, "abc…"),
        ("abe\u0301fgh", 4, "ab…"),
        (f"a{FAMILY}b", 5, "a…"),
        (f"a{WAVE}b", 3, "a…"),
        (f"{LATVIA}{ISRAEL}{LATVIA}", 4, f"{LATVIA}…"),
        (f"{LATVIA}{ISRAEL}{LATVIA}", 5, f"{LATVIA}{ISRAEL}…"),
        ("क्षि" * 3, 6, "क्षि…"),
        ("a" + "\u0301" * 50, 9, "…"),
        ("", 0, ""),
    ],
)
def test_a_text_is_cut_between_what_a_reader_sees_as_characters(
    text: str, longest: int, told: str
) -> None:
    assert shortened(text, longest) == told


@given(st.text(max_size=60), st.integers(3, 80))
def test_nothing_is_longer_than_it_may_be_by_its_measure(text: str, longest: int) -> None:
    told = shortened(text, longest, utf8)
    assert sum(map(utf8, told)) <= longest
    if told != text:
        assert told.endswith("…")
        assert text.startswith(told[:-1])
        assert sum(map(utf8, text)) > longest
