"""What a webhook says: an event's type, its time, and its data. No customer's data is in it.

The same on every try: what changes from one to the next is in the headers alone.
"""

import json
from datetime import UTC, datetime
from typing import Any, assert_never

from services.notifier.adapters.notices import LONGEST_MESSAGE, MOST_EVIDENCE, render_notice
from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.rendering import subject_of
from services.notifier.core import Content
from shared.contracts.configuration import Person
from shared.contracts.escalation import PageRequested
from shared.contracts.outage import NoticeRequested

_TYPES = {
    "opening": "incident.opened",
    "update": "incident.updated",
    "recovery": "incident.resolved",
}
_LONGEST_TITLE = 200


def body_of(content: Content, person: Person, links: PageLinks) -> bytes:
    """The body for one person, as JSON in UTF-8."""
    match content:
        case PageRequested():
            kind, data = "page.requested", _page(content, person, links)
        case NoticeRequested():
            kind, data = _TYPES[content.purpose], _notice(content, person)
        case _:
            assert_never(content)
    event = {"type": kind, "timestamp": _moment(content.at_ms), "data": data}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _page(page: PageRequested, person: Person, links: PageLinks) -> dict[str, Any]:
    return {
        "page_id": page.page_id,
        "escalation_id": page.escalation_id,
        "interaction_id": page.interaction_id,
        "metric": page.metric,
        "cycle": page.cycle,
        "round": page.round,
        "level": page.level,
        "person": page.person,
        "queue": page.queue,
        "channel": page.channel,
        "language": page.language,
        "due_at": _moment(page.due_at_ms),
        "expires_at": _moment(page.expires_at_ms),
        "acknowledge_url": links.link(page),
        "summary": subject_of(page, person),
    }


def _notice(notice: NoticeRequested, person: Person) -> dict[str, Any]:
    message = render_notice(notice, person, possible_repeat=False)
    evidence = [
        {"signal": found.signal, "at": _moment(found.at_ms), "detail": found.detail}
        for found in notice.evidence[-MOST_EVIDENCE:]
    ]
    promise_ms = notice.next_update_at_ms
    return {
        "notice_id": notice.notice_id,
        "incident_id": notice.incident_id,
        "sequence": notice.sequence,  # a lower one that comes later is old news
        "audience": notice.audience,
        "person": notice.person,
        "channel": notice.channel,
        "backups": list(notice.backups),
        "pools": list(notice.pools),
        "severity": notice.severity,
        "status": notice.status,
        "title": notice.title[:_LONGEST_TITLE],
        "message": notice.message[:LONGEST_MESSAGE],
        "opened_by": notice.opened_by,
        "evidence": evidence,
        "started_at": _moment(notice.started_at_ms),
        "next_update_at": None if promise_ms is None else _moment(promise_ms),
        "moved": notice.moved,
        "parked": notice.parked,
        "returned": notice.returned,
        "expires_at": _moment(notice.expires_at_ms),
        "summary": message.subject,
        "text": message.text,
    }


def _moment(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, tz=UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
