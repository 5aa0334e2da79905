"""A page as a short message: text and link together, in as few segments as it can be."""

from dataclasses import replace

import pytest

from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.twilio.sms import body_of
from services.notifier.adapters.words.phrases import available, phrases_of
from services.notifier.adapters.words.segments import gsm7, segments
from services.notifier.adapters.words.tell import say
from shared.contracts.people import Person
from tests.support.ledger import HOUR, page
from tests.support.words import LINKS, occasion

PAGE_LINKS = PageLinks(
    links=LINKS.links, public_url="https://switchyard.example.com", valid_ms=72 * HOUR
)
TYPICAL = [
    ("boston:42", "ana"),
    ("support:web-1042", "noor"),
    ("support:CASE-10421", "maria"),
    ("support:5003000000D8cuI", "maria.jansen"),
    ("north:0b6cde1a-3f0e-4c53-9a63-0d1c27a2d1aa", "sergeant.de.vries"),
]


def message(
    language: str, interaction: str, person: str, *, possible_repeat: bool = False
) -> tuple[str, str]:
    """What is sent, and the link that stands in it."""
    asked = page(person, escalation_id=f"{interaction}#first_reply/1", method="sms")
    now = replace(occasion(possible_repeat=possible_repeat), links=PAGE_LINKS)
    mark = phrases_of(language).possible_repeat if possible_repeat else ""
    told = say(asked, Person(id=person, locale=language), now)
    return body_of(told, mark=mark), PAGE_LINKS.link(asked)


@pytest.mark.parametrize("possible_repeat", [False, True])
@pytest.mark.parametrize(("interaction", "person"), TYPICAL)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_page_with_its_link_takes_two_segments_at_most(
    language: str, interaction: str, person: str, possible_repeat: bool
) -> None:
    body, link = message(language, interaction, person, possible_repeat=possible_repeat)
    assert gsm7(body)
    assert body.endswith(f"\n{link}")
    assert segments(body) <= 2


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_page_with_ids_of_a_usual_length_takes_one(language: str) -> None:
    assert segments(message(language, "support:web-1042", "noor")[0]) == 1


@pytest.mark.parametrize("language", available())
def test_in_every_language_it_takes_three_at_most(language: str) -> None:
    """Half as many signs fit where the alphabet of phones lacks a letter."""
    body, link = message(language, "support:web-1042", "noor")
    assert body.endswith(f"\n{link}")
    assert segments(body) <= 3
