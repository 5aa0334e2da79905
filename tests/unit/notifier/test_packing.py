"""Values as one number: nothing is lost, and ids take few bits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.packing import Packer, Unpacker

IDS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.from_regex(r"[0-9]+", fullmatch=True),
    st.from_regex(r"[a-z0-9_.-]+", fullmatch=True),
    st.from_regex(r"[A-Z]+-[0-9]+", fullmatch=True),
    st.uuids().map(str),
)


@given(st.lists(st.one_of(st.integers(0, 2**70), IDS), max_size=6))
def test_what_is_put_is_taken_in_the_opposite_order(values: list[int | str]) -> None:
    packer = Packer()
    for value in values:
        if isinstance(value, int):
            packer.put_number(value)
        else:
            packer.put_text(value)

    unpacker = Unpacker(packer.number)
    for value in reversed(values):
        taken = unpacker.take_number() if isinstance(value, int) else unpacker.take_text()
        assert taken == value
    assert unpacker.number == 0


@given(
    st.lists(st.integers(2, 300).flatmap(lambda r: st.tuples(st.integers(0, r - 1), st.just(r))))
)
def test_values_of_any_radix_come_back(pairs: list[tuple[int, int]]) -> None:
    packer = Packer()
    for value, radix in pairs:
        packer.put(value, radix)
    unpacker = Unpacker(packer.number)
    assert [(unpacker.take(radix), radix) for _, radix in reversed(pairs)] == pairs[::-1]


@pytest.mark.parametrize(("value", "radix"), [(-1, 4), (4, 4), (1_000, 4)])
def test_what_is_out_of_range_is_not_put(value: int, radix: int) -> None:
    with pytest.raises(ValueError, match="range"):
        Packer().put(value, radix)


def test_no_number_is_negative() -> None:
    with pytest.raises(ValueError, match="range"):
        Packer().put_number(-1)


@given(st.integers(0, 2**600))
def test_a_number_that_nobody_packed_ends_in_a_text_or_an_error(number: int) -> None:
    try:
        text = Unpacker(number).take_text()
    except ValueError:
        return
    assert len(text) <= 600


@pytest.mark.parametrize(
    ("text", "most_bits"),
    [
        ("1042", 21),
        ("boston", 41),
        ("web-1042", 52),
        ("CASE-1042", 57),
        ("0b6cde1a-3f0e-4c53-9a63-0d1c27a2d1aa", 158),
        ("5003000000D8cuI", 101),
        ("שלום", 76),
    ],
)
def test_an_id_takes_few_bits(text: str, most_bits: int) -> None:
    packer = Packer()
    packer.put_text(text)
    assert packer.number.bit_length() <= most_bits
