"""What an id of a page is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.page_ids import PageId
from tests.support.ledger import page


def test_its_parts_are_those_of_the_page() -> None:
    asked = page("eva", cycle=2, round_=3, level=4, method="sms")
    read = PageId.read(asked.page_id)

    assert read == PageId(
        interaction_id=asked.interaction_id,
        metric="first_reply",
        number=1,
        cycle=2,
        round=3,
        level=4,
        person="eva",
        method="sms",
    )
    assert read.escalation_id == asked.escalation_id


def test_a_person_may_have_colons_in_his_id() -> None:
    read = PageId.read("boston:42#resolution/2:c1:r1:l1:it:night:watch:voice")
    assert read is not None
    assert (read.person, read.method) == ("it:night:watch", "voice")


@pytest.mark.parametrize(
    "page_id",
    [
        "",
        "seven",
        "boston:42#first_reply/1",
        "boston:42#first_reply/1:c1:r1:l1:ana",
        "boston:42#first_reply/1:c01:r1:l1:ana:email",  # another spelling of one page
        "boston:42#first_reply/1:c\u0661:r1:l1:ana:email",  # a digit, but an Arabic one
        "boston:42#first_reply/1:c1234567890:r1:l1:ana:email",
        "boston:42#first_reply/1:c1:r1:l1:ana:email\n",
        "boston#42#first_reply/1:c1:r1:l1:ana:email",
    ],
)
def test_what_we_would_not_spell_so_is_no_id_of_a_page(page_id: str) -> None:
    assert PageId.read(page_id) is None


@given(st.text(max_size=40))
def test_what_is_read_is_spelled_as_it_was(person: str) -> None:
    page_id = f"boston:42#first_reply/1:c1:r1:l1:{person}:email"
    read = PageId.read(page_id)
    assert read is None or (str(read), read.person) == (page_id, person)
