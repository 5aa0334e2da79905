"""Texts of chats that are cut: never within a sign, a link or an isolate."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from services.notifier.adapters.chats.cutting import Room, cut, length, pieces
from services.notifier.adapters.words.bidi import FSI, PDI, isolate
from services.notifier.adapters.words.neutral import MARKDOWN, SLACK, markdown, slack

WORDS = st.text(max_size=60)
SIZES = st.integers(4, 80)


@given(WORDS, SIZES)
def test_a_cut_is_never_longer_than_it_may_be_and_what_fits_stays_whole(
    text: str, longest: int
) -> None:
    said = cut(text, longest)
    assert length(said) <= longest
    if length(text) <= longest:
        assert said == text


@given(WORDS, SIZES)
def test_no_sign_of_slack_is_cut_in_two(text: str, longest: int) -> None:
    said = cut(slack(text), longest)
    assert re.sub(r"&(amp|lt|gt);", "", said).count("&") == 0


@given(WORDS, SIZES)
@example("0\\\U00010000", 4)
@example("000<\U00010000", 6)
def test_no_escape_of_markdown_is_cut_in_two(text: str, longest: int) -> None:
    said = cut(markdown(text), longest)
    assert re.fullmatch(r"(?s)(?:\\[^…]|[^\\])*", said.removesuffix("…"))


@given(st.integers(4, 120))
def test_a_link_stays_whole_or_goes(longest: int) -> None:
    for dialect, whole in ((SLACK, r"<[^<>|]+\|[^<>]*>"), (MARKDOWN, r"\[[^\]]*\]\([^()]*\)")):
        link = dialect.link(dialect.escape("Take it"), "https://desk.example.org/a/b")
        said = re.sub(whole, "", cut(f"before {link} after and more", longest))
        assert not set(said) & set("<>[]()")


@given(WORDS, SIZES)
def test_isolates_that_are_open_at_a_cut_are_closed(text: str, longest: int) -> None:
    bare = text.replace(FSI, "").replace(PDI, "")
    said = cut("נושא " + isolate(bare, "rtl"), longest)
    assert said.count(FSI) == said.count(PDI)


@given(st.lists(WORDS, max_size=8), st.integers(20, 80))
def test_pieces_are_all_lines_in_order_where_every_line_fits(
    lines: list[str], longest: int
) -> None:
    fitting = [cut(re.sub(r"[\r\n]", " ", line), 19) for line in lines]
    text = "\n".join(fitting)
    found = list(pieces(text, longest))
    assert all(length(piece) <= longest for piece in found)
    assert [line for piece in found for line in piece.split("\n") if line] == [
        line for line in fitting if line
    ]


@given(st.lists(st.text(min_size=1, max_size=200), max_size=12), st.integers(0, 400))
def test_a_room_gives_no_more_than_it_has_and_nothing_after_a_cut(
    texts: list[str], most: int
) -> None:
    room = Room(most, overhead=3)
    said = [room.take(text) for text in texts]
    assert sum(length(text) + 3 for text in said if text) <= most
    whole = [text == asked for text, asked in zip(said, texts, strict=True)]
    first_cut = whole.index(False) if False in whole else len(whole)
    assert room.full == (first_cut < len(whole))
    assert not any(said[first_cut + 1 :])
