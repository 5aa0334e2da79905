"""Pages in every language: complete, isolated, bounded."""

import re
from collections import Counter

import pytest

from services.notifier.adapters.email.letters import message_of
from services.notifier.adapters.words.bidi import FSI, PDI, tame
from services.notifier.adapters.words.pages import tell_page
from services.notifier.adapters.words.phrases import (
    available,
    holes,
    language_of,
    missing_templates,
    phrases_of,
)
from services.notifier.adapters.words.wording import LONGEST_SUBJECT, Message, duration, local_time
from shared.contracts.people import Person
from shared.contracts.words import CHANNELS
from tests.support.ledger import ANA, DOV, SECOND, T0, page
from tests.support.words import LINKS, occasion

LINK = LINKS.link(page())


def say(person: Person, *, possible_repeat: bool = False, **changes: object) -> Message:
    asked = page(person.id).model_copy(update=changes)
    return message_of(tell_page(asked, person, occasion(possible_repeat=possible_repeat)))


def test_an_english_page_says_all_its_facts_and_the_link_first() -> None:
    message = say(ANA)
    assert message.language == "en"
    assert message.subject == ("SLA missed: First reply, queue streets, Spanish, contact boston:42")
    assert message.text.splitlines()[1] == LINK
    for line in (
        "Queue: streets",
        "Channel: chat",
        "Language: Spanish",
        "Promise: First reply",
        "Was due: Wed 4 Feb 2015, 03:57:55 (America/New_York)",
        "Late by: 2 min 5 s",
        "Escalation level: 1",
        "Round: 1",
        "Contact: boston:42",
    ):
        assert line in message.text.splitlines()
    assert f'<a href="{LINK}">' in message.html


def test_a_hebrew_page_runs_right_to_left_with_every_value_isolated() -> None:
    message = say(DOV)
    assert message.language == "he"
    assert f"תור: {FSI}streets{PDI}" in message.text
    assert f"שפה: {FSI}ספרדית{PDI}" in message.text
    assert f"{FSI}יום רביעי, 4 בפברואר 2015, 10:57:55 (Asia/Jerusalem){PDI}" in message.text
    assert '<html lang="he" dir="rtl">' in message.html
    assert '<table dir="rtl"' in message.html
    assert "<bdi>boston:42</bdi>" in message.html
    for text in (message.subject, message.text):
        assert Counter(text)[FSI] == Counter(text)[PDI] > 0


def test_the_link_is_not_isolated_since_mail_programs_would_take_the_mark_as_part() -> None:
    assert LINKS.link(page("dov")) in say(DOV).text.splitlines()


@pytest.mark.parametrize("person", [ANA, DOV])
def test_a_possible_repeat_is_said(person: Person) -> None:
    sentence = phrases_of(language_of(person.locale)).possible_repeat
    assert sentence not in say(person).text
    repeat = say(person, possible_repeat=True)
    assert sentence in repeat.text
    assert sentence.split(":")[0] in repeat.html


def test_the_subject_is_the_same_for_every_page_of_an_escalation() -> None:
    assert say(ANA).subject == say(ANA, level=3, round=2, possible_repeat=True).subject


@pytest.mark.parametrize("person", [ANA, DOV])
def test_a_hostile_value_starts_no_line_leaves_no_isolate_and_adds_no_markup(
    person: Person,
) -> None:
    queue = "x\r\nBcc: eve@example.org\u2069\u202e<script>" + "y" * 5000
    message = say(person, queue=queue, interaction_id="z" * 5000)
    assert len(message.subject) <= LONGEST_SUBJECT
    assert not re.search(r"[\r\n\u202e]", message.subject)
    assert "\u202e" not in message.text
    assert not any(line.startswith("Bcc") for line in message.text.splitlines())
    assert "<script>" not in message.html
    assert Counter(message.text)[FSI] == Counter(message.text)[PDI]


def test_a_hebrew_value_in_an_english_page_is_isolated() -> None:
    assert f"Queue: {FSI}רחובות{PDI}" in say(ANA, queue="רחובות").text


def test_braces_in_a_value_are_no_placeholders() -> None:
    assert "Queue: {metric}" in say(ANA, queue="{metric}").text


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("he-IL", "he"),
        ("he", "he"),
        ("HE_il", "he"),
        ("en-GB", "en"),
        ("pt-BR", "pt"),
        ("fi", "en"),
        ("", "en"),
    ],
)
def test_a_locale_falls_back_to_its_language_and_then_to_english(
    locale: str, language: str
) -> None:
    assert language_of(locale) == language


def test_every_shipped_language_is_complete() -> None:
    assert available() == ("en", "he", "lv", "nl", "pt", "ro")
    assert missing_templates(available()) == []
    for language in available():
        assert set(phrases_of(language).channels) == set(CHANNELS)


def test_a_locale_without_templates_is_told_with_a_remedy() -> None:
    (problem,) = missing_templates(["fi-FI", "he-IL"])
    assert "'fi-FI'" in problem
    assert "en, he" in problem


def test_a_hole_an_empty_text_and_unequal_placeholders_are_told() -> None:
    english = {"a": "all {x}", "b": {"c": "see"}, "d": "du", "languages": {"de": "German"}}
    other = {"a": "alle {y}", "b": {"c": " "}}
    assert [problem.split(";")[0] for problem in holes("nl", other, english)] == [
        "nl.yaml: 'd' is missing",
        "nl.yaml: 'a' has placeholders ['y'], not ['x']",
        "nl.yaml: 'b.c' is empty",
    ]


@pytest.mark.parametrize(
    ("length_ms", "told"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59_999, "59 s"),
        (60_000, "1 min"),
        (3_725_000, "1 h 2 min"),
        (90_000_000, "1 d 1 h"),
        (86_400_000 + 59_000, "1 d"),
    ],
)
def test_a_length_of_time_is_told_in_two_units(length_ms: int, told: str) -> None:
    assert duration(phrases_of("en"), length_ms) == told


@pytest.mark.parametrize("zone", ["Nowhere/Land", "", "../../etc/passwd", "America"])
def test_an_unknown_time_zone_is_told_in_utc(zone: str) -> None:
    assert local_time(phrases_of("en"), T0 + 5 * SECOND, zone) == ("Wed 4 Feb 2015, 09:00:05 (UTC)")


def test_a_cut_is_marked_and_parts_no_letter_from_its_marks() -> None:
    assert tame("abcdef", 4) == "abc…"
    assert tame("abe\u0301fgh", 4) == "ab…"
    assert tame("a\tb\u0000c", 10) == "a b c"
