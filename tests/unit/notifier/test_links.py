"""Signed acknowledgement links: made by the notifier, read by the gateway."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.links import (
    AckClaim,
    AckLinks,
    BadSignatureError,
    ExpiredLinkError,
    LinkError,
    MalformedLinkError,
    ack_url,
)
from shared.tokens import Tokens

OLD, NEW, OTHER = b"old key of 16 or more", b"new key of 16 or more", b"other key of 16 or more"
NOW = 1_423_040_400_000
CLAIM = AckClaim(
    page_id="boston:42#first_reply/1:c1:r1:l1:ana:email",
    escalation_id="boston:42#first_reply/1",
    cycle=1,
    person="ana",
    expires_at_ms=NOW + 1000,
)


def test_a_token_verifies_to_what_was_signed_until_it_expires() -> None:
    links = AckLinks([NEW])
    token = links.sign(CLAIM)
    assert links.verify(token, NOW) == CLAIM
    assert links.verify(token, CLAIM.expires_at_ms - 1) == CLAIM
    with pytest.raises(ExpiredLinkError):
        links.verify(token, CLAIM.expires_at_ms)


def test_the_first_key_signs_and_all_of_them_verify() -> None:
    old = AckLinks([OLD]).sign(CLAIM)
    rotated = AckLinks([NEW, OLD])
    assert rotated.verify(old, NOW) == CLAIM
    assert rotated.sign(CLAIM) == AckLinks([NEW]).sign(CLAIM)
    with pytest.raises(BadSignatureError):
        AckLinks([OTHER]).verify(old, NOW)


def test_another_person_put_into_a_token_is_found_out() -> None:
    links = AckLinks([NEW])
    _, tag = links.sign(CLAIM).split(".")
    other = AckLinks([OTHER]).sign(replace(CLAIM, person="mallory")).split(".")[0]
    with pytest.raises(BadSignatureError):
        links.verify(f"{other}.{tag}", NOW)


@given(st.integers(0, 300), st.characters())
def test_no_changed_character_passes(place: int, char: str) -> None:
    links = AckLinks([NEW])
    token = links.sign(CLAIM)
    place %= len(token)
    changed = token[:place] + char + token[place + 1 :]
    if changed != token:
        with pytest.raises(LinkError):
            links.verify(changed, NOW)


@pytest.mark.parametrize("token", ["", ".", "abc", "a.b", "é.é", "x" * 10_000 + ".y"])
def test_what_is_no_token_is_refused_with_a_clear_error(token: str) -> None:
    with pytest.raises((MalformedLinkError, BadSignatureError)):
        AckLinks([NEW]).verify(token, NOW)


def test_a_signed_token_of_another_shape_is_of_another_version() -> None:
    links = AckLinks([NEW])
    token = Tokens([NEW], b"switchyard page acknowledgement v1:").sign(("one", "two"))

    with pytest.raises(MalformedLinkError, match="another version"):
        links.verify(token, NOW)


@pytest.mark.parametrize("keys", [[], [b"short"], [NEW, b"short"]])
def test_no_key_or_a_short_one_is_refused(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="key"):
        AckLinks(keys)


def test_the_address_survives_a_browser() -> None:
    url = ack_url("https://desk.example.org/", CLAIM.page_id, AckLinks([NEW]).sign(CLAIM))
    parts = urlsplit(url)
    assert parts.path == "/v1/pages/boston:42%23first_reply%2F1:c1:r1:l1:ana:email/ack"
    assert parts.fragment == ""
    assert AckLinks([NEW]).verify(parse_qs(parts.query)["token"][0], NOW) == CLAIM
