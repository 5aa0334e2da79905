"""Tokens in the addresses that providers send their receipts to."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.links import AckClaim, AckLinks, LinkError
from shared.receipts import ReceiptClaim, ReceiptError, ReceiptTokens, receipt_url
from shared.tokens import MalformedTokenError, Tokens

OLD, NEW, OTHER = b"old key of 16 or more", b"new key of 16 or more", b"other key of 16 or more"
NOW = 1_423_040_400_000
CLAIM = ReceiptClaim(
    notification_id="boston:42#first_reply/1:c1:r1:l1:ana:sms", person="ana", expires_at_ms=NOW + 1
)


def test_a_token_verifies_to_what_was_signed_until_it_expires() -> None:
    tokens = ReceiptTokens([NEW])
    assert tokens.verify(tokens.sign(CLAIM), NOW) == CLAIM
    with pytest.raises(ReceiptError, match="expired"):
        tokens.verify(tokens.sign(CLAIM), CLAIM.expires_at_ms)


def test_keys_can_be_changed_while_receipts_are_on_their_way() -> None:
    old = ReceiptTokens([OLD]).sign(CLAIM)
    assert ReceiptTokens([NEW, OLD]).verify(old, NOW) == CLAIM
    with pytest.raises(ReceiptError, match="altered"):
        ReceiptTokens([OTHER]).verify(old, NOW)


def test_a_token_for_one_thing_never_passes_for_another() -> None:
    """A receipt's token acknowledges nothing, although the same keys sign both."""
    links, receipts = AckLinks([NEW]), ReceiptTokens([NEW])
    page = AckClaim(page_id="p", escalation_id="e", cycle=1, person="ana", expires_at_ms=NOW + 1)
    with pytest.raises(LinkError):
        links.verify(receipts.sign(CLAIM), NOW)
    with pytest.raises(ReceiptError):
        receipts.verify(links.sign(page), NOW)


def test_a_signed_token_of_another_shape_is_of_another_version() -> None:
    purpose = b"switchyard delivery receipt v1:"
    with pytest.raises(ReceiptError, match="version"):
        ReceiptTokens([NEW]).verify(Tokens([NEW], purpose).sign(("one", "two")), NOW)


@given(st.text(max_size=60) | st.from_regex(r"[\w-]{1,20}\.[\w-]{1,20}", fullmatch=True))
def test_what_nobody_signed_is_refused_whatever_it_is(token: str) -> None:
    with pytest.raises(ReceiptError):
        ReceiptTokens([NEW]).verify(token, NOW)


def test_no_error_repeats_the_token() -> None:
    token = ReceiptTokens([OLD]).sign(CLAIM)
    with pytest.raises(ReceiptError) as raised:
        ReceiptTokens([NEW]).verify(token, NOW)
    assert token not in str(raised.value)
    assert token not in str(raised.value.__cause__)


def test_an_address_fits_into_a_url_whatever_the_names_are() -> None:
    claim = replace(CLAIM, person="ánä/§ ?#", notification_id="boston:42#/ü")
    tokens = ReceiptTokens([NEW])
    url = receipt_url("https://desk.example.org/", "twilio", tokens.sign(claim))
    head, _, token = url.rpartition("/")
    assert head == "https://desk.example.org/v1/receipts/twilio"
    assert url.isascii()
    assert tokens.verify(token, NOW) == claim


def test_a_list_is_signed_and_nothing_else() -> None:
    tokens = Tokens([NEW], b"a purpose of sixteen bytes:")
    assert tokens.open(tokens.sign(("a", 1))) == ["a", 1]
    with pytest.raises(MalformedTokenError):
        tokens.open("no dot in it")
