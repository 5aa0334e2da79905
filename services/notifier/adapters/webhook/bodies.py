"""What a webhook says: an event's type, its time, and its data. No customer's data is in it.

The same on every try: what changes from one to the next is in the headers alone. Standard Webhooks
asks for less than 20 kB; the limits here keep to that in every language.
"""

import json
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from services.notifier.adapters.delivery import UnsendableError
from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.words.cuts import shortened
from services.notifier.adapters.words.notices import render_notice
from services.notifier.adapters.words.pages import subject_of
from services.notifier.core import Content
from shared.contracts.configuration import Person
from shared.contracts.escalation import PageRequested
from shared.contracts.outage import NoticeRequested

_TYPES = {
    "opening": "incident.opened",
    "update": "incident.updated",
    "recovery": "incident.resolved",
}
# Bytes as they are written. The message stands in a body twice: once in the rendered text.
_LONGEST_MESSAGE, _LONGEST_TITLE, _LONGEST_DETAIL = 3_000, 300, 200
_LONGEST_POOLS = 1_000
_MOST_EVIDENCE = 8  # the newest


def body_of(content: Content, person: Person, links: PageLinks) -> bytes:
    """The body for one person, as JSON in UTF-8."""
    match content:
        case PageRequested():
            kind, data = "page.requested", _page(content, person, links)
        case NoticeRequested():
            kind, data = _TYPES[content.purpose], _notice(content, person)
        case _:
            raise UnsendableError("webhooks do not say this yet")
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
    pools = _first_pools(notice.pools)
    left_out = len(notice.pools) - len(pools)
    notice = _small(notice, (*pools, "…") if left_out else pools)
    message = render_notice(notice, person, possible_repeat=False)
    evidence = [
        {"signal": found.signal, "at": _moment(found.at_ms), "detail": found.detail}
        for found in notice.evidence
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
        "pools": list(pools),
        "pools_left_out": left_out,
        "severity": notice.severity,
        "status": notice.status,
        "title": notice.title,
        "message": notice.message,
        "opened_by": notice.opened_by,
        "evidence": evidence,
        "started_at": _moment(notice.started_at_ms),
        "next_update_at": None if promise_ms is None else _moment(promise_ms),
        "moved": notice.moved,
        "parked": notice.parked,
        # At the recovery they only begin to return.
        "returned": None if notice.purpose == "recovery" else notice.returned,
        "expires_at": _moment(notice.expires_at_ms),
        "summary": message.subject,
        "text": message.text,
    }


def _small(notice: NoticeRequested, pools: tuple[str, ...]) -> NoticeRequested:
    """The same notice, with all that people wrote cut to its limits."""
    evidence = tuple(
        found.model_copy(update={"detail": shortened(found.detail, _LONGEST_DETAIL, _written)})
        for found in notice.evidence[-_MOST_EVIDENCE:]
    )
    return notice.model_copy(
        update={
            "title": shortened(notice.title, _LONGEST_TITLE, _written),
            "message": shortened(notice.message, _LONGEST_MESSAGE, _written),
            "evidence": evidence,
            "pools": pools,
        }
    )


def _first_pools(pools: tuple[str, ...]) -> tuple[str, ...]:
    ends = accumulate(sum(map(_written, pool)) + 3 for pool in pools)  # with quotes and comma
    return tuple(pool for pool, end in zip(pools, ends, strict=True) if end <= _LONGEST_POOLS)


def _written(char: str) -> int:
    """The bytes of one character in a body."""
    return len(json.dumps(char, ensure_ascii=False).encode("utf-8", "surrogatepass")) - 2


def _moment(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, tz=UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
