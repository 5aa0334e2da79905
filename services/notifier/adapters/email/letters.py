"""From a lease to the mail on the wire: what is said, and the headers for who reads it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from services.notifier.adapters.email.mail import (
    AutoSubmitted,
    Envelope,
    InvalidAddressError,
    Sender,
    compose,
)
from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.words.bidi import tame
from services.notifier.adapters.words.occasions import CodeOf, no_codes
from services.notifier.adapters.words.tell import tell
from services.notifier.adapters.words.told import Told
from services.notifier.adapters.words.wording import Message
from services.notifier.core import Content, Digest
from shared.clock import Clock
from shared.contracts.contacts import VerificationRequested
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.escalation import PageRequested
from shared.contracts.notification import AttemptLeased
from shared.contracts.outage import NoticeRequested
from shared.contracts.people import Person
from shared.contracts.rooms import GroupFlushed
from shared.contracts.troubles import TroubleReported

_URGENT = 1  # the last priority whose mails are marked so
_LONGEST_MARK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWriter:
    """Implements `Writer` for email."""

    sender: Sender
    links: PageLinks
    clock: Clock
    code_of: CodeOf = no_codes

    def __call__(self, lease: AttemptLeased, content: Content, person: Person) -> Envelope:
        if person.email is None:
            raise InvalidAddressError("address: the person has none")
        told = tell(
            lease, content, person, links=self.links, clock=self.clock, code_of=self.code_of
        )
        to_customer = isinstance(content, CustomerNoticeRequested)
        return compose(
            message_of(told),
            sender=self.sender,
            recipient=person.email,
            message_id=lease.message_id,
            thread=told.thread,
            sent_at_ms=self.clock.now_ms(),
            extra=dict(_marks(lease, content)),
            urgent=lease.priority <= _URGENT and not to_customer,
            auto_submitted=_auto_submitted(content),
        )


def message_of(told: Told) -> Message:
    sheet = told.sheet
    return Message(
        language=sheet.language, subject=told.subject, text=sheet.text(), html=sheet.html()
    )


def _auto_submitted(content: Content) -> AutoSubmitted:
    """A receipt answers a mail where the contact came as one (RFC 3834, section 5)."""
    if isinstance(content, CustomerNoticeRequested):
        answers = content.purpose == "receipt" and content.channel == "email"
        return "auto-replied" if answers else "auto-generated"
    return "auto-generated"


def _marks(lease: AttemptLeased, content: Content) -> Iterator[tuple[str, str]]:
    """Headers for whoever sorts mails or looks for one. Customers are spared them."""
    match content:
        case PageRequested():
            yield "X-Switchyard-Page", _mark(content.page_id)
        case NoticeRequested():
            yield "X-Switchyard-Notice", _mark(content.notice_id)
            yield "X-Switchyard-Incident", _mark(content.incident_id)
        case TroubleReported():
            yield "X-Switchyard-Trouble", _mark(content.trouble_id)
        case GroupFlushed():
            yield "X-Switchyard-Group", _mark(content.announcement_id)
        case Digest():
            yield "X-Switchyard-Digest", _mark(lease.notification_id)
        case VerificationRequested():
            pass
        case CustomerNoticeRequested():
            return
        case _:
            assert_never(content)
    yield "X-Switchyard-Attempt", str(lease.number)


def _mark(name: str) -> str:
    return tame(name, _LONGEST_MARK)  # labels of alerts are in some: no line end may get through
