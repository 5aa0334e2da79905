"""From a lease to the mail on the wire: link or instruction, rendering, headers."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.notifier.adapters.delivery import UnsendableError
from services.notifier.adapters.email.mail import Envelope, InvalidAddressError, Sender, compose
from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.words.notices import render_notice
from services.notifier.adapters.words.pages import render
from services.notifier.adapters.words.wording import Message
from services.notifier.core import Content
from shared.clock import Clock
from shared.contracts.configuration import Person
from shared.contracts.escalation import PageRequested
from shared.contracts.notification import AttemptLeased
from shared.contracts.outage import NoticeRequested


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWriter:
    """Implements `Writer` for email."""

    sender: Sender
    links: PageLinks
    clock: Clock

    def __call__(self, lease: AttemptLeased, content: Content, person: Person) -> Envelope:
        if person.email is None:
            raise InvalidAddressError("address: the person has none")
        now_ms = self.clock.now_ms()
        return compose(
            self._message(lease, content, person, now_ms),
            sender=self.sender,
            recipient=person.email,
            message_id=lease.message_id,
            thread=thread_of(content),
            sent_at_ms=now_ms,
            extra={**_marks(content), "X-Switchyard-Attempt": str(lease.number)},
        )

    def _message(
        self, lease: AttemptLeased, content: Content, person: Person, now_ms: int
    ) -> Message:
        match content:
            case PageRequested():
                return render(
                    content,
                    person,
                    now_ms=now_ms,
                    link=self.links.link(content),
                    possible_repeat=lease.possible_repeat,
                )
            case NoticeRequested():
                return render_notice(content, person, possible_repeat=lease.possible_repeat)
            case _:
                raise UnsendableError("letters do not say this yet")


def thread_of(content: Content) -> str:
    """What a mail belongs to; all mails of one thread refer to one root."""
    match content:
        case PageRequested():
            return f"escalation/{content.escalation_id}"
        case NoticeRequested():
            return f"incident/{content.incident_id}"
        case _:
            raise UnsendableError("letters do not say this yet")


def _marks(content: Content) -> Mapping[str, str]:
    match content:
        case PageRequested():
            return {"X-Switchyard-Page": content.page_id}
        case NoticeRequested():
            return {
                "X-Switchyard-Notice": content.notice_id,
                "X-Switchyard-Incident": content.incident_id,
            }
        case _:
            raise UnsendableError("letters do not say this yet")
