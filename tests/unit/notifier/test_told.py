"""Every content can be told, whole and in short, in every language; and what each says."""

import re
from collections import Counter
from typing import get_args

import pytest

from services.notifier.adapters.words.bidi import FSI, PDI, RLM, led
from services.notifier.adapters.words.blocks import Items, Quote, Steps, Table
from services.notifier.adapters.words.neutral import MARKDOWN, SLACK
from services.notifier.adapters.words.phrases import available, phrases_of
from services.notifier.adapters.words.segments import segments
from services.notifier.adapters.words.tell import tell
from services.notifier.adapters.words.told import LONGEST_SHORT, Told
from services.notifier.adapters.words.wording import LONGEST_SUBJECT
from services.notifier.core import Cause, Content, Digest
from shared.contracts.outage import Evidence
from shared.contracts.people import Person
from shared.contracts.words import CONTACT_METHODS, TroubleWith
from tests.support.ledger import ANA, DOV, T0, notice, page
from tests.support.words import (
    CODE,
    ENDED,
    FIRES,
    LINKS,
    code_of,
    customer_notice,
    digest,
    every_cause,
    group,
    lease_of,
    told,
    trouble,
    verification,
)

EVERY: list[Content] = [*every_cause(), digest()]
LANGUAGES = available()
HOSTILE = "x\r\nBcc: eve@example.org\u2069\u202e<script>{metric}" + "y" * 5_000


def reader(language: str) -> Person:
    return Person(id="ana", locale=language, timezone="Europe/Riga", email="ana@example.org")


def facts(of: Told) -> int:
    count = 0
    for block in of.sheet.blocks:
        match block:
            case Steps(_, templates):
                count += len(templates)
            case Table(rows):
                count += len(rows)
            case Items(_, values):
                count += len(values)
            case _:
                pass
    return count


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_content_is_said_whole_and_without_holes_in_every_language(language: str) -> None:
    for content in EVERY:
        said = told(content, reader(language))
        for text in (said.subject, said.short, said.sheet.text(), said.sheet.html()):
            assert text.strip()
            assert not re.search(r"[{}]", text)
            assert Counter(text)[FSI] == Counter(text)[PDI]
        assert not re.search(r"[\r\n]", said.subject + said.short)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_goes_to_a_phone_fits_in_two_segments(language: str) -> None:
    for content in EVERY:
        short = told(content, reader(language)).short
        assert len(short) <= LONGEST_SHORT
        assert segments(short) <= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_values_start_no_line_leave_no_isolate_and_add_no_markup(language: str) -> None:
    alert = FIRES.model_copy(update={"labels": {HOSTILE: HOSTILE}, "alert_id": HOSTILE})
    causes: list[Cause] = [
        page().model_copy(update={"queue": HOSTILE, "interaction_id": HOSTILE}),
        notice(message=HOSTILE, title=HOSTILE, incident_id=HOSTILE, audience="it"),
        customer_notice(interaction_id=HOSTILE),
        trouble("address", f"slack/{HOSTILE}").model_copy(update={"detail": HOSTILE}),
        group(alert, group=((HOSTILE, HOSTILE),)),
    ]
    for content in (*causes, Digest(tuple(causes))):
        said = told(content, reader(language))
        assert len(said.subject) <= LONGEST_SUBJECT + 20  # of a digest: how many more there are
        assert len(said.short) <= LONGEST_SHORT
        for text in (said.subject, said.short, said.sheet.text()):
            assert "\u202e" not in text
            assert Counter(text)[FSI] == Counter(text)[PDI]
            assert not any(line.startswith("Bcc") for line in text.splitlines())
        assert "<script>" not in said.sheet.html()
        assert len(said.sheet.text()) < 40_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("content", EVERY)
def test_a_possible_repeat_is_said_once_also_where_it_must_be_short(
    language: str, content: Content
) -> None:
    spoken = "nl" if content in every_cause()[5:9] else language  # customers: their own language
    sentence = phrases_of(spoken).possible_repeat
    assert sentence not in told(content, reader(language)).sheet.text()
    for shorter in (False, True):
        repeat = told(content, reader(language), possible_repeat=True, shorter=shorter)
        assert repeat.sheet.text().count(sentence) == 1


@pytest.mark.parametrize("content", EVERY)
def test_where_a_provider_takes_less_headline_link_and_three_facts_are_left(
    content: Content,
) -> None:
    whole, less = told(content, ANA), told(content, ANA, shorter=True)
    assert (less.subject, less.button, less.thread) == (whole.subject, whole.button, whole.thread)
    assert 0 < len(less.sheet.text()) < len(whole.sheet.text())
    assert facts(less) <= 3
    assert not any(isinstance(block, Quote) for block in less.sheet.blocks)
    if whole.button is not None:
        assert whole.button.url in less.sheet.text()


def test_a_shorter_page_says_what_is_late_and_where() -> None:
    lines = told(page(), ANA, shorter=True).sheet.text().splitlines()
    assert lines[1] == LINKS.link(page())
    assert "First reply: the promise to a customer has been missed by 2 min 5 s." in lines
    assert lines[-3:] == ["Queue: streets", "Channel: chat", "Language: Spanish"]


def test_a_page_has_a_button_and_chats_may_do_without_the_link_in_words() -> None:
    said = told(page(), ANA)
    assert said.button is not None
    assert (said.button.words, said.button.url) == ("Acknowledge", LINKS.link(page()))
    assert said.button.url in "\n".join(said.sheet.paragraphs(SLACK))
    assert said.button.url not in "\n".join(said.sheet.paragraphs(SLACK, links=False))


def test_a_link_is_written_as_the_place_writes_links() -> None:
    sheet, url = told(page(), ANA).sheet, LINKS.link(page())
    assert f"<{url}|Acknowledge>" in "\n".join(sheet.paragraphs(SLACK))
    assert f"[Acknowledge]({url})" in "\n".join(sheet.paragraphs(MARKDOWN))


@pytest.mark.parametrize(
    ("content", "about", "thread", "severity", "ended"),
    [
        (page(), "page", "escalation/boston:42#first_reply/1", "critical", False),
        (notice(severity="minor"), "opening", "incident/chat-7", "warning", False),
        (notice(severity="major"), "opening", "incident/chat-7", "error", False),
        (notice(sequence=2), "update", "incident/chat-7", "critical", False),
        (notice(sequence=2, purpose="recovery"), "recovery", "incident/chat-7", "info", True),
        (customer_notice(), "receipt", "contact/boston:42", "info", False),
        (trouble(), "trouble", "", "error", False),
        (verification(), "verification", "", "info", False),
        (group(), "group", "group/room:0.1:channel=chat", "critical", False),
        (group(ENDED), "group", "group/room:0.1:channel=chat", "info", True),
        (digest(), "digest", "", "critical", False),
    ],
)
def test_a_message_says_what_it_is_about(
    content: Content,
    about: str,
    thread: str,
    severity: str,
    ended: bool,
) -> None:
    said = told(content, ANA)
    assert (said.about, said.thread, said.severity) == (about, thread, severity)
    assert said.ended == ended


def test_a_notice_in_short_says_where_contacts_go() -> None:
    assert (
        told(notice(), ANA).short == "The chat channel is down (chat-7). Contacts go on by email."
    )
    assert told(notice(backups=()), ANA).short == (
        "The chat channel is down (chat-7). Contacts are held in their place."
    )


def test_a_code_is_said_with_what_it_is_for_and_until_when() -> None:
    said = told(verification(), ANA)
    text = said.sheet.text()
    assert said.code == CODE
    assert CODE in said.short
    assert CODE not in said.subject
    assert f"Your code is {CODE}." in text
    assert "(text message)" in text
    assert "It is valid until Wed 4 Feb 2015, 05:00 (America/New_York)." in text


def test_a_hebrew_code_is_isolated() -> None:
    assert f"{FSI}{CODE}{PDI}" in told(verification(), DOV).short


def test_a_trouble_says_what_does_not_work_and_what_to_do() -> None:
    lines = told(trouble(), ANA).sheet.text().splitlines()
    assert lines[0] == (
        "The provider does not know the address of dov, or may not write to it (Slack)."
    )
    assert lines[2:5] == [
        "What to do now:",
        "1. Find out the right address of dov, and correct it in the configuration.",
        "2. See who was not told meanwhile: switchyard notifications --undelivered",
    ]
    for line in ("Contact method: Slack", "Person: dov"):
        assert line in lines
    assert "Details: chat.postMessage: channel_not_found" in lines


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trouble_with", get_args(TroubleWith))
@pytest.mark.parametrize("about", ["slack", "slack/dov", "dov", ""])
def test_every_trouble_has_words_and_steps(
    language: str, trouble_with: TroubleWith, about: str
) -> None:
    said = told(trouble(trouble_with, about), reader(language))
    assert any(isinstance(block, Steps) for block in said.sheet.blocks)
    assert "()" not in said.sheet.text()


def test_every_language_names_every_contact_method_and_trouble() -> None:
    for language in LANGUAGES:
        assert set(phrases_of(language).methods) == set(CONTACT_METHODS)
        assert set(phrases_of(language).trouble.by) == set(get_args(TroubleWith))


def test_a_lease_says_whether_it_is_a_repeat_and_must_be_shorter() -> None:
    class Calm:
        def now_ms(self) -> int:
            return T0

        def speed(self) -> float:
            return 1.0

    for repeat in (False, True):
        for shorter in (False, True):
            lease = lease_of(possible_repeat=repeat, shorter=shorter)
            said = tell(lease, page(), ANA, links=LINKS, clock=Calm(), code_of=code_of)
            assert said == told(page(), ANA, possible_repeat=repeat, shorter=shorter)


def test_words_of_a_colleague_are_labelled_and_stay_as_they_were_written() -> None:
    asked = notice("dov", audience="it", message="Wir sind dran.", sequence=2)
    lines = told(asked, DOV).sheet.text().splitlines()
    assert lines[lines.index(phrases_of("he").notice.message) + 1] == f"> {FSI}Wir sind dran.{PDI}"


def test_evidence_in_another_direction_stays_in_its_place() -> None:
    evidence = (Evidence(signal="person", at_ms=T0, detail="הצ'אט לא עובד"),)
    text = told(notice(audience="it", evidence=evidence), ANA).sheet.text()
    assert f"a person; {FSI}הצ'אט לא עובד{PDI}" in text


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ("Switchyard: הקוד", RLM),
        (f"{FSI}chat-7{PDI}: תקלה", FSI),  # an isolate says nothing of the line
        ("תקלה chat-7", "ת"),
        ("1. תקלה", "1"),
        (f"- {FSI}kind=incident{PDI}", RLM),
        ("", ""),
    ],
)
def test_a_right_to_left_line_runs_so_whatever_it_begins_with(line: str, begins: str) -> None:
    assert led(line, "rtl")[:1] == begins
    assert led(line, "ltr") == line


def test_no_hebrew_line_but_a_link_or_a_quote_runs_from_the_left() -> None:
    for content in EVERY:
        said = told(content, reader("he"))
        if said.sheet.direction == "ltr":
            continue  # to a customer, in his own language
        shown = [line for line in said.sheet.text().splitlines() if not line.startswith("https:")]
        assert [led(line, "rtl") for line in shown] == shown
        assert led(said.short, "rtl") == said.short
        assert led(said.subject, "rtl") == said.subject
