"""Notices of an outage: what to do for staff, numbers for managers, evidence for IT."""

import re
from collections import Counter
from typing import get_args

import pytest

from services.notifier.adapters.email.letters import message_of
from services.notifier.adapters.words.bidi import FSI, PDI
from services.notifier.adapters.words.notices import LONGEST_MESSAGE, tell_notice
from services.notifier.adapters.words.phrases import available, phrases_of
from services.notifier.adapters.words.wording import LONGEST_SUBJECT, Message
from shared.contracts.outage import Evidence
from shared.contracts.people import Person
from shared.contracts.words import (
    CHANNELS,
    Audience,
    IncidentStatus,
    NoticePurpose,
    Severity,
    Signal,
)
from tests.support.ledger import ANA, DOV, T0, notice
from tests.support.words import occasion

AUDIENCES: tuple[Audience, ...] = get_args(Audience)
PURPOSES: tuple[NoticePurpose, ...] = get_args(NoticePurpose)


def say(
    person: Person = ANA,
    audience: Audience = "staff",
    purpose: NoticePurpose = "opening",
    *,
    possible_repeat: bool = False,
    **changes: object,
) -> Message:
    sequence = PURPOSES.index(purpose) + 1
    asked = notice(person.id, sequence=sequence, purpose=purpose)
    asked = asked.model_copy(update={"audience": audience, **changes})
    return message_of(tell_notice(asked, person, occasion(possible_repeat=possible_repeat)))


def test_staff_read_first_what_to_do_now() -> None:
    message = say(ANA)
    assert message.subject == "What to do now: the chat channel is down"
    assert message.text.splitlines()[:6] == [
        "What to do now:",
        "1. New and waiting contacts of the chat channel come to you by email.",
        "2. Customers who cannot be reached that way are held in their place; none is lost.",
        "3. Finish what you hold: it stays with you.",
        "4. You have nothing to switch by hand.",
        "5. Once the chat channel works, its contacts come by chat again, by themselves.",
    ]
    assert "The next news comes by Wed 4 Feb 2015, 04:15 (America/New_York) at the latest." in (
        message.text
    )


def test_staff_are_told_at_recovery_that_contacts_come_by_the_channel_again() -> None:
    message = say(ANA, purpose="recovery")
    assert message.text.splitlines()[1] == (
        "1. New and waiting contacts of the chat channel come to you by chat again."
    )
    assert "last message" in message.text
    assert "next news" not in message.text


def test_without_a_backup_nobody_is_told_of_one() -> None:
    for audience in ("staff", "managers"):
        message = say(ANA, audience=audience, backups=())
        assert "contacts of the chat channel are held in their place" in message.text
        assert "None" not in message.text
        assert " by email" not in message.text


def test_several_backups_are_alternatives() -> None:
    text = say(ANA, backups=("email", "sms", "voice")).text
    assert "come to you by email, SMS or phone." in text


def test_managers_read_the_numbers() -> None:
    lines = say(ANA, "managers").text.splitlines()
    assert (
        "Its new and waiting contacts go on by email; their place in the queue and their "
        "deadlines stay as they were."
    ) in lines
    for line in (
        "Contacts moved to a backup: 12",
        "Contacts held: 3",
        "Contacts returned: 0",
        "Since: Wed 4 Feb 2015, 04:00 (America/New_York)",
        "The next news comes by Wed 4 Feb 2015, 04:15 (America/New_York) at the latest.",
    ):
        assert line in lines
    assert "Evidence:" not in lines


def test_it_reads_the_evidence() -> None:
    lines = say(ANA, "it").text.splitlines()
    for line in (
        "Incident: chat-7",
        "Pools: boston",
        "Found by: a failing probe",
        "- Wed 4 Feb 2015, 04:00:00 (America/New_York): a failing probe; timeout after 5 s",
    ):
        assert line in lines


def test_it_reads_at_recovery_what_found_the_channel_well() -> None:
    evidence = (Evidence(signal="probe", at_ms=T0, detail="telephone: ok x5"),)
    text = say(ANA, "it", "recovery", evidence=evidence).text
    at = "Wed 4 Feb 2015, 04:00:00 (America/New_York)"
    assert f"What found it well:\n- {at}: a probe found it well; telephone: ok x5" in text
    assert "Found by: a failing probe" in text  # how the outage was found
    assert "Evidence:" not in text


@pytest.mark.parametrize("language", available())
@pytest.mark.parametrize("signal", get_args(Signal))
def test_evidence_of_a_channel_that_works_is_worded_as_such(language: str, signal: Signal) -> None:
    person, words = Person(id="ana", locale=language), phrases_of(language).notice
    evidence = (Evidence(signal=signal, at_ms=T0, detail="x"),)
    down = say(person, "it", opened_by="silence", evidence=evidence).text
    over = say(person, "it", "recovery", opened_by="silence", evidence=evidence).text
    assert f"{words.signals[signal]}; " in down
    assert f"{words.found_well.by[signal]}; " in over
    assert words.evidence in down
    assert words.found_well.heading in over
    assert f"{words.signals[signal]}; " not in over


@pytest.mark.parametrize("language", available())
@pytest.mark.parametrize("audience", ["managers", "it"])
def test_how_many_returned_is_not_told_before_they_can(language: str, audience: Audience) -> None:
    person, label = Person(id="ana", locale=language), phrases_of(language).notice.labels.returned
    assert label in say(person, audience, "update").text
    assert label not in say(person, audience, "recovery").text


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("purpose", ["update", "recovery"])
def test_every_later_notice_tells_the_whole_picture(
    audience: Audience, purpose: NoticePurpose
) -> None:
    text = say(ANA, audience, purpose).text
    assert "chat" in text
    assert "Wed 4 Feb 2015, 04:00 (America/New_York)" in text  # since when
    if purpose == "recovery":
        assert "Wed 4 Feb 2015, 04:30 (America/New_York)" in text  # until when
        assert audience == "staff" or "30 min" in text


@pytest.mark.parametrize("language", available())
@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_notice_can_be_said_in_every_language(
    language: str, audience: Audience, purpose: NoticePurpose
) -> None:
    person = Person(id="ana", locale=language, timezone="Europe/Riga")
    message = say(person, audience, purpose, message="Wir arbeiten daran.", title="Chat")
    phrases = phrases_of(language)
    assert message.language == language
    assert not re.search(r"[{}]", message.subject + message.text + message.html)
    assert phrases.channels["chat"] in message.subject
    assert "Wir arbeiten daran." in message.text
    assert phrases.notice.message in message.text
    assert "11:" in message.text  # nine o'clock in UTC, where the person is
    assert message.text.startswith(phrases.notice.steps.heading) == (audience == "staff")


def test_every_language_names_every_channel_severity_state_and_signal() -> None:
    for language in available():
        phrases = phrases_of(language)
        assert set(phrases.channels) == set(CHANNELS)
        assert set(phrases.notice.severities) == set(get_args(Severity))
        assert set(phrases.notice.statuses) == set(get_args(IncidentStatus))
        assert set(phrases.notice.signals) == set(get_args(Signal))
        assert set(phrases.notice.found_well.by) == set(get_args(Signal))


def test_no_language_says_a_sentence_of_another() -> None:
    for audience in AUDIENCES:
        for purpose in PURPOSES:
            said = {
                say(Person(id="a", locale=language), audience, purpose).subject
                for language in available()
            }
            assert len(said) == len(available())


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_hebrew_notice_runs_right_to_left_with_every_value_isolated(audience: Audience) -> None:
    message = say(DOV, audience, message="we look into it")
    assert '<html lang="he" dir="rtl">' in message.html
    assert f"> {FSI}we look into it{PDI}" in message.text
    assert f"{FSI}יום רביעי, 4 בפברואר 2015, 11:15 (Asia/Jerusalem){PDI}" in message.text
    for text in (message.subject, message.text):
        assert Counter(text)[FSI] == Counter(text)[PDI] > 0


def test_a_persons_words_are_quoted_as_they_stand_line_by_line() -> None:
    hebrew = "רחובות {channel}"
    message = say(ANA, "managers", message=f"Vendor says:\n\n{hebrew}\n")
    assert "> Vendor says:\n>\n> " + f"{FSI}{hebrew}{PDI}" in message.text
    assert '<blockquote dir="auto">' in message.html


@pytest.mark.parametrize("person", [ANA, DOV])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_hostile_values_start_no_line_leave_no_isolate_and_add_no_markup(
    person: Person, audience: Audience
) -> None:
    bad = "x\r\nBcc: eve@example.org\u2069\u202e<script>" + "y" * 50_000
    message = say(person, audience, message=bad, title=bad, incident_id=bad, pools=(bad, bad))
    assert len(message.subject) <= LONGEST_SUBJECT
    assert not re.search(r"[\r\n\u202e]", message.subject)
    assert "\u202e" not in message.text
    assert not any(line.startswith("Bcc") for line in message.text.splitlines())
    assert "<script>" not in message.html
    assert Counter(message.text)[FSI] == Counter(message.text)[PDI]
    assert len(message.text) < 2 * LONGEST_MESSAGE


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("language", available())
def test_a_possible_repeat_is_said(audience: Audience, language: str) -> None:
    person = Person(id="ana", locale=language)
    sentence = phrases_of(language).possible_repeat
    assert sentence not in say(person, audience).text
    repeat = say(person, audience, possible_repeat=True)
    assert sentence in repeat.text
