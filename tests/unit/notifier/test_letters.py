"""Mails: one thread for each escalation and each incident, one Message-ID for each notification."""

import email
from email.message import EmailMessage
from email.policy import default

import pytest

from services.notifier.adapters.email.letters import LetterWriter
from services.notifier.adapters.email.mail import InvalidAddressError, Sender
from services.notifier.adapters.page_links import PageLinks
from services.notifier.core import Cause
from shared.contracts.configuration import Person
from shared.links import AckLinks
from tests.support.ledger import ANA, DOV, HOUR, MUTE, T0, LedgerShard, leases, notice, page


class Calm:
    def now_ms(self) -> int:
        return T0

    def speed(self) -> float:
        return 1.0


WRITER = LetterWriter(
    sender=Sender("Switchyard", "pages@desk.example.org"),
    links=PageLinks(
        links=AckLinks([b"a key of 16 or more"]),
        public_url="https://desk.example.org",
        valid_ms=72 * HOUR,
    ),
    clock=Calm(),
)


def letter(asked: Cause, person: Person = ANA, number: int = 1) -> EmailMessage:
    (lease,) = leases(LedgerShard().hear(asked))
    lease = lease.model_copy(update={"number": number, "possible_repeat": number > 1})
    content = WRITER(lease, asked, person).content
    read = email.message_from_bytes(content, policy=default)
    assert isinstance(read, EmailMessage)
    return read


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


def test_another_incident_or_an_escalation_is_another_thread() -> None:
    told = [letter(notice()), letter(notice(incident_id="chat-8")), letter(page())]
    assert len({mail["References"] for mail in told}) == 3


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


def test_a_person_without_an_address_is_not_written_to() -> None:
    (lease,) = leases(LedgerShard().hear(notice()))
    with pytest.raises(InvalidAddressError, match="address: the person has none"):
        WRITER(lease, notice(), MUTE)
