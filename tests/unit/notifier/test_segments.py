"""How many segments a text takes on a phone network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.adapters.words.segments import gsm7, plainer, segments

WAVE = "\U0001f44b"  # two code units of UCS-2


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" * 76 + "a", 2),  # an escape is not parted from its sign
        ("a" * 152 + "€" * 77, 3),
        ("ā" * 70, 1),
        ("ā" * 71, 2),
        ("ā" * 134, 2),
        ("ā" * 135, 3),
        (WAVE * 35, 1),
        (WAVE * 36, 2),
        (WAVE * 66, 2),
        (WAVE * 67, 3),  # 67 units hold 33 of them
    ],
)
def test_a_text_takes_so_many_segments(text: str, count: int) -> None:
    assert segments(text) == count


@pytest.mark.parametrize(
    ("text", "in_alphabet"),
    [("Queue: àèéùìò ÄÖÑÜ £$¥ [x]", True), ("ç", False), ("ș", False), ("…", False), ("א", False)],
)
def test_what_the_default_alphabet_holds(text: str, in_alphabet: bool) -> None:
    assert gsm7(text) == in_alphabet


def test_typography_is_given_up_only_where_that_saves_segments() -> None:
    assert plainer("it\u2019s „late” \u2013 wait…") == 'it\'s "late" - wait...'
    assert plainer("kanāls „chat” …") == "kanāls „chat” …"


@given(st.text(max_size=400), st.text(max_size=20))
def test_more_text_never_takes_less(text: str, more: str) -> None:
    assert segments(text + more) >= segments(text) >= 1
