"""Mails: one thread for each escalation and each incident, one Message-ID for each notification."""

import email
from email.message import EmailMessage
from email.policy import default

import pytest

from services.notifier.adapters.delivery import UnconfiguredError
from services.notifier.adapters.email.letters import LetterWriter
from services.notifier.adapters.email.mail import InvalidAddressError, Sender
from services.notifier.core import Content
from shared.contracts.people import Person
from tests.support.ledger import ANA, DOV, MUTE, ROOM, T0, notice, page
from tests.support.words import (
    CODE,
    LINKS,
    code_of,
    customer_notice,
    digest,
    every_cause,
    group,
    lease_of,
    longer_wait,
    trouble,
    verification,
)

EVA = Person(id="customer:boston:42", locale="nl", email="eva@example.org")


class Calm:
    def now_ms(self) -> int:
        return T0

    def speed(self) -> float:
        return 1.0


WRITER = LetterWriter(
    sender=Sender("Switchyard", "pages@desk.example.org"),
    links=LINKS,
    clock=Calm(),
    code_of=code_of,
)


def letter(
    asked: Content, person: Person = ANA, number: int = 1, *, priority: int = 0
) -> EmailMessage:
    identity = getattr(asked, "notice_id", getattr(asked, "page_id", "n1"))
    leased = lease_of(
        person.id,
        message_id=f"m.{identity.encode().hex()}",
        number=number,
        possible_repeat=number > 1,
        priority=priority,
    )
    content = WRITER(leased, asked, person).content
    read = email.message_from_bytes(content, policy=default)
    assert isinstance(read, EmailMessage)
    return read


def texts(mail: EmailMessage) -> str:
    return "".join(str(part.get_content()) for part in mail.iter_parts())


def test_all_notices_of_an_incident_are_one_thread_and_each_has_its_own_id() -> None:
    told = [
        letter(notice(sequence=1)),
        letter(notice(sequence=2)),
        letter(notice(sequence=3, purpose="recovery")),
        letter(notice(sequence=3, purpose="recovery"), number=2),  # a repeat
    ]
    assert len({mail["References"] for mail in told}) == 1
    assert all(mail["In-Reply-To"] == mail["References"] for mail in told)
    assert len({mail["Message-ID"] for mail in told}) == 3
    assert told[2]["Message-ID"] == told[3]["Message-ID"]
    assert told[0]["References"] not in {mail["Message-ID"] for mail in told}


def test_another_incident_an_escalation_or_a_group_is_another_thread() -> None:
    told = [
        letter(notice()),
        letter(notice(incident_id="chat-8")),
        letter(page()),
        letter(group()),
        letter(customer_notice(), EVA),
    ]
    assert len({mail["References"] for mail in told}) == 5


def test_messages_about_one_group_are_one_thread() -> None:
    assert letter(group(number=1))["References"] == letter(group(number=2))["References"]


@pytest.mark.parametrize("asked", [digest(), trouble(), verification()])
def test_what_belongs_to_nothing_refers_to_nothing(asked: Content) -> None:
    mail = letter(asked)
    assert (mail["References"], mail["In-Reply-To"]) == (None, None)


def test_a_notice_names_itself_in_its_headers_and_asks_for_no_reply() -> None:
    mail = letter(notice(sequence=2))
    assert mail["X-Switchyard-Incident"] == "chat-7"
    assert mail["X-Switchyard-Notice"] == notice(sequence=2).notice_id
    assert mail["X-Switchyard-Attempt"] == "1"
    assert mail["X-Switchyard-Page"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None


def test_a_notice_goes_out_as_text_and_html_in_the_persons_language() -> None:
    mail = letter(notice("dov"), DOV)
    assert mail["Content-Language"] == "he"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_every_content_is_a_mail_that_no_holiday_answers_and_nobody_can_leave() -> None:
    for asked in (*every_cause(), digest()):
        mail = letter(asked)
        assert mail["Auto-Submitted"].startswith("auto-")
        assert mail["X-Auto-Response-Suppress"] == "All"
        assert mail["List-Unsubscribe"] is None
        assert texts(mail)


@pytest.mark.parametrize(("priority", "importance"), [(0, "high"), (1, "high"), (3, None)])
def test_only_what_is_urgent_is_marked_so(priority: int, importance: str | None) -> None:
    assert letter(page(), priority=priority)["Importance"] == importance


def test_a_receipt_answers_the_customers_mail_and_shows_nothing_of_the_house() -> None:
    mail = letter(customer_notice(), EVA, priority=0)
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] is None  # the Message-ID of the customer's mail is not known
    assert mail["Importance"] is None
    assert mail["To"] == "eva@example.org"
    assert not [name for name in mail if name.startswith("X-Switchyard")]
    assert "Switchyard" not in texts(mail)


def test_what_answers_no_mail_is_not_called_an_answer() -> None:
    for asked in (longer_wait(), customer_notice(channel="web_form")):
        assert letter(asked, EVA)["Auto-Submitted"] == "auto-generated"


def test_receipt_and_longer_wait_are_one_thread() -> None:
    told = [letter(customer_notice(), EVA), letter(longer_wait(), EVA)]
    assert told[0]["References"] == told[1]["References"]
    assert told[0]["Message-ID"] != told[1]["Message-ID"]


def test_the_code_stands_in_the_mail_but_not_in_its_headers() -> None:
    mail = letter(verification())
    assert texts(mail).count(CODE) == 2  # text and HTML
    assert not any(CODE in value for value in mail.values())


def test_without_a_key_no_code_is_sent() -> None:
    writer = LetterWriter(sender=WRITER.sender, links=LINKS, clock=Calm())
    with pytest.raises(UnconfiguredError, match="no_code"):
        writer(lease_of(), verification(), ANA)


def test_a_label_starts_no_header() -> None:
    hostile = group(announcement_id="group:room:0:a=b\r\nBcc: eve@example.org:1")
    mail = letter(hostile, ROOM.model_copy(update={"email": "room@example.org"}))
    assert mail["Bcc"] is None
    assert "Bcc: eve" in mail["X-Switchyard-Group"]


def test_a_person_without_an_address_is_not_written_to() -> None:
    with pytest.raises(InvalidAddressError, match="address: the person has none"):
        WRITER(lease_of(), notice(), MUTE)
