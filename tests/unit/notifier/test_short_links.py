"""The short form of a page's link: one number of letters and digits, with the page's id once."""

import re
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.adapters.page_links import PageLinks
from shared.contracts.words import BY_RULES, CONTACT_METHODS, Metric
from shared.links import (
    AckClaim,
    AckLinks,
    BadSignatureError,
    ExpiredLinkError,
    LinkError,
    MalformedLinkError,
)
from shared.short_tokens import LONGEST_SHORT_TOKEN, METHODS, METRICS, MINUTE_MS
from tests.support.ledger import HOUR, T0, page
from tests.support.words import LINKS as PAGE_LINKS

OLD, NEW, OTHER = b"old key of 16 or more", b"new key of 16 or more", b"other key of 16 or more"
LINKS = AckLinks([NEW])
ESCALATION = "boston:42#first_reply/1"
EXPIRES = T0 + HOUR + 1  # not a whole minute


def claim(
    person: str = "ana",
    *,
    escalation_id: str = ESCALATION,
    cycle: int = 1,
    method: str = "sms",
    expires_at_ms: int = EXPIRES,
) -> AckClaim:
    return AckClaim(
        page_id=f"{escalation_id}:c{cycle}:r1:l2:{person}:{method}",
        escalation_id=escalation_id,
        cycle=cycle,
        person=person,
        expires_at_ms=expires_at_ms,
    )


def short(said: AckClaim, links: AckLinks = LINKS) -> str:
    token = links.sign_short(said)
    assert token is not None
    return token


TOKEN = short(claim())


@st.composite
def claims(draw: st.DrawFn) -> AckClaim:
    pool = draw(st.from_regex(r"[^#:\n\ud800-\udfff]{1,30}", fullmatch=True))
    local = draw(st.from_regex(r"[^#\n\ud800-\udfff]{1,60}", fullmatch=True))
    number = draw(st.integers(1, 99_999))
    return claim(
        draw(st.from_regex(r"[^\n\r\ud800-\udfff]{1,40}", fullmatch=True)),
        escalation_id=f"{pool}:{local}#{draw(st.sampled_from(METRICS))}/{number}",
        cycle=draw(st.integers(1, 99_999)),
        method=draw(st.sampled_from(METHODS)),
        expires_at_ms=draw(st.integers(0, 2 * T0)),
    )


@given(claims())
def test_a_token_verifies_to_what_was_signed(said: AckClaim) -> None:
    token = short(said)
    assert re.fullmatch(r"[0-9A-Za-z]+", token)
    known = LINKS.verify(token, said.expires_at_ms - 1)
    assert replace(known, expires_at_ms=said.expires_at_ms) == said
    assert 0 <= known.expires_at_ms - said.expires_at_ms < MINUTE_MS


def test_it_is_good_until_the_end_of_the_minute_and_never_less_than_was_said() -> None:
    end = LINKS.verify(TOKEN, EXPIRES).expires_at_ms
    assert end == T0 + HOUR + MINUTE_MS
    assert LINKS.verify(TOKEN, end - 1).page_id == claim().page_id
    with pytest.raises(ExpiredLinkError):
        LINKS.verify(TOKEN, end)


def test_the_first_key_signs_and_all_of_them_verify() -> None:
    old = short(claim(), AckLinks([OLD]))
    rotated = AckLinks([NEW, OLD])
    assert rotated.verify(old, T0).person == "ana"
    assert short(claim(), rotated) == TOKEN
    with pytest.raises(BadSignatureError):
        AckLinks([OTHER]).verify(old, T0)


@given(st.integers(0, 100), st.characters())
def test_no_changed_character_passes(place: int, char: str) -> None:
    place %= len(TOKEN)
    changed = TOKEN[:place] + char + TOKEN[place + 1 :]
    if changed != TOKEN:
        with pytest.raises(LinkError):
            LINKS.verify(changed, T0)


@pytest.mark.parametrize(
    "token",
    [
        f"0{TOKEN}",
        f"{TOKEN}0",
        f" {TOKEN}",
        f"{TOKEN}\n",
        TOKEN[:-1],
        TOKEN.swapcase(),
        f"{TOKEN}=",
    ],
)
def test_a_token_has_one_spelling(token: str) -> None:
    with pytest.raises(LinkError):
        LINKS.verify(token, T0)


@pytest.mark.parametrize("token", ["0", "z", "z" * 16, "z" * LONGEST_SHORT_TOKEN])
def test_a_number_that_we_did_not_sign_is_refused(token: str) -> None:
    with pytest.raises((MalformedLinkError, BadSignatureError)):
        LINKS.verify(token, T0)


def test_what_is_too_long_is_not_even_read() -> None:
    with pytest.raises(MalformedLinkError):
        LINKS.verify("z" * 1_000_000, T0)


@pytest.mark.parametrize(
    "said",
    [
        replace(claim(), person="bob"),
        replace(claim(), cycle=2),
        replace(claim(), escalation_id="boston:43#first_reply/1"),
        replace(claim(), page_id="a page of another kind"),
        claim(method="pigeon"),
        claim(escalation_id="boston:42#mood/1"),
        claim(person="x" * 1_200),
        claim(expires_at_ms=-MINUTE_MS),
        claim(expires_at_ms=1 << 60),
    ],
)
def test_a_claim_that_its_page_does_not_say_or_that_does_not_fit_has_no_short_form(
    said: AckClaim,
) -> None:
    assert LINKS.sign_short(said) is None


def test_a_page_without_a_short_form_gets_the_long_one() -> None:
    asked = page("x" * 1_200)
    link = PAGE_LINKS.link(asked)
    head, _, token = link.partition("?token=")
    assert head.startswith("https://desk.example.org/v1/pages/")
    assert PAGE_LINKS.links.verify(token, T0).person == asked.person


def test_a_link_is_the_same_on_every_try_and_the_token_for_calls_is_another() -> None:
    asked = page()
    link = PAGE_LINKS.link(asked)
    assert PAGE_LINKS.link(asked) == link
    token = link.removeprefix("https://desk.example.org/a/")
    known = PAGE_LINKS.links.verify(token, T0)
    assert known == PAGE_LINKS.links.verify(PAGE_LINKS.token(asked), T0)


def test_every_metric_and_contact_method_has_its_number() -> None:
    """The order is for ever: links that are on their way hold the numbers."""
    assert set(METRICS) == set(get_args(Metric))
    assert set(METHODS) == {*CONTACT_METHODS, BY_RULES}
    assert (METRICS[0], METHODS[0], METHODS[2], METHODS[11]) == (
        "first_reply",
        "email",
        "sms",
        "rules",
    )


def test_a_link_made_before_is_still_read() -> None:
    """If this fails, links on their way die: keep reading the old layout, with its own purpose."""
    assert TOKEN == "1q7RbBKXiKnZzNmgiO35WvHfPrWaEfY7tDeRXD"


@pytest.mark.parametrize(
    ("interaction", "person", "most"),
    [
        ("boston:42", "ana", 72),
        ("support:web-1042", "noor", 80),
        ("support:CASE-10421", "maria", 84),
        ("support:5003000000D8cuI", "maria", 89),
        ("north:0b6cde1a-3f0e-4c53-9a63-0d1c27a2d1aa", "sergeant.de.vries", 108),
    ],
)
def test_a_whole_link_is_short(interaction: str, person: str, most: int) -> None:
    links = PageLinks(links=LINKS, public_url="https://switchyard.example.com", valid_ms=72 * HOUR)
    asked = page(person, escalation_id=f"{interaction}#first_reply/1", method="sms")
    assert len(links.link(asked)) <= most
