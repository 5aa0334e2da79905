"""What a webhook says: an event's type, its time, and its data. No customer's data is in it.

The same on every try: what changes from one to the next is in the headers alone. Standard Webhooks
asks for less than 20 kB; the limits here keep to that in every language.
"""

from dataclasses import dataclass
from typing import Any, assert_never

from services.notifier.adapters.delivery import UnsendableError
from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.webhook.cause_data import (
    code_data,
    customer_data,
    group_data,
    page_data,
    trouble_data,
)
from services.notifier.adapters.webhook.measures import as_json, fitting, moment
from services.notifier.adapters.webhook.notice_data import notice_data
from services.notifier.adapters.words.occasions import CodeOf, Occasion
from services.notifier.adapters.words.severities import most_severe_first
from services.notifier.adapters.words.tell import say
from services.notifier.core import Cause, Content, Digest
from shared.contracts.contacts import VerificationRequested
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.escalation import PageRequested
from shared.contracts.outage import NoticeRequested
from shared.contracts.people import Person
from shared.contracts.rooms import GroupFlushed
from shared.contracts.troubles import TroubleReported

_INCIDENT = {
    "opening": "incident.opened",
    "update": "incident.updated",
    "recovery": "incident.resolved",
}
_LONGEST_MESSAGES, _LONGEST_BRIEF = 14_000, 4_000  # bytes, in a digest


def body_of(
    content: Content, person: Person, *, links: PageLinks, code_of: CodeOf, shorter: bool = False
) -> bytes:
    """The body for one person, as JSON in UTF-8.

    Raises:
        UnsendableError: a digest of nothing.
    """
    writer = _Writer(person=person, links=links, code_of=code_of, shorter=shorter)
    if not isinstance(content, Digest):
        return as_json(writer.event(content))
    if not content.causes:
        raise UnsendableError("empty_digest: all that it was to say has ended")
    if len(content.causes) == 1:
        return as_json(writer.event(content.causes[0]))
    return as_json(writer.digest(content))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    person: Person
    links: PageLinks
    code_of: CodeOf
    shorter: bool

    def digest(self, digest: Digest) -> dict[str, Any]:
        """The most severe first, whole as far as there is room; of the others what they are."""
        told = [(cause, say(cause, self.person, self._occasion(cause))) for cause in digest.causes]
        ordered = [cause for cause, _ in most_severe_first(told, of=lambda it: it[1])]
        whole = fitting(map(self.event, ordered), 0 if self.shorter else _LONGEST_MESSAGES)
        others = ordered[len(whole) :]
        brief = fitting((_brief(self.event(cause)) for cause in others), _LONGEST_BRIEF)
        data = {
            "person": self.person.id,
            "count": len(ordered),
            "messages": whole,
            "brief": brief,
            "left_out": len(others) - len(brief),
        }
        at_ms = max(cause.at_ms for cause in digest.causes)
        return {"type": "notifications.digest", "timestamp": moment(at_ms), "data": data}

    def event(self, cause: Cause) -> dict[str, Any]:
        kind, data = self._data(cause)
        return {"type": kind, "timestamp": moment(cause.at_ms), "data": data}

    def _data(self, cause: Cause) -> tuple[str, dict[str, Any]]:
        occasion = self._occasion(cause)
        if isinstance(cause, NoticeRequested):
            return _INCIDENT[cause.purpose], notice_data(cause, self.person, occasion)
        told = say(cause, self.person, occasion)
        match cause:
            case PageRequested():
                return "page.requested", page_data(cause, told, self.links)
            case CustomerNoticeRequested():
                return f"customer.{cause.purpose}", customer_data(cause, told)
            case TroubleReported():
                return "notifier.trouble", trouble_data(cause, told)
            case VerificationRequested():
                return "contact.verification", code_data(cause, told)
            case GroupFlushed():
                kind = "alerts.resolved" if told.ended else "alerts.firing"
                return kind, group_data(cause, told, shorter=self.shorter)
            case _:
                assert_never(cause)

    def _occasion(self, cause: Cause) -> Occasion:
        """As of its cause, and never a repeat: the same on every try."""
        return Occasion(
            now_ms=cause.at_ms, links=self.links, code_of=self.code_of, shorter=self.shorter
        )


def _brief(event: dict[str, Any]) -> dict[str, Any]:
    data = event["data"]
    kept = {key: data[key] for key in ("summary", "acknowledge_url") if key in data}
    return {"type": event["type"], "timestamp": event["timestamp"], **kept}
