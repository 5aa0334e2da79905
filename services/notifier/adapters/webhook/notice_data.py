"""A notice of an outage as data. What people wrote is cut to its limits."""

from typing import Any

from services.notifier.adapters.webhook.measures import cut, fitting, moment
from services.notifier.adapters.words.notices import tell_notice
from services.notifier.adapters.words.occasions import Occasion
from shared.contracts.outage import NoticeRequested
from shared.contracts.people import Person

# Bytes as they are written. The message stands in a body twice: once in the rendered text.
_LONGEST_MESSAGE, _LONGEST_TITLE, _LONGEST_DETAIL = 3_000, 300, 200
_LONGEST_POOLS = 1_000
_MOST_EVIDENCE = 8  # the newest
_SHORTER_MESSAGE = 300


def notice_data(notice: NoticeRequested, person: Person, occasion: Occasion) -> dict[str, Any]:
    pools = tuple(fitting(notice.pools, _LONGEST_POOLS))
    left_out = len(notice.pools) - len(pools)
    small = _small(notice, (*pools, "…") if left_out else pools, shorter=occasion.shorter)
    told = tell_notice(small, person, occasion)
    evidence = [
        {"signal": found.signal, "at": moment(found.at_ms), "detail": found.detail}
        for found in small.evidence
    ]
    promise_ms = small.next_update_at_ms
    return {
        "notice_id": small.notice_id,
        "incident_id": small.incident_id,
        "sequence": small.sequence,  # a lower one that comes later is old news
        "audience": small.audience,
        "person": small.person,
        "channel": small.channel,
        "backups": list(small.backups),
        "pools": list(pools),
        "pools_left_out": left_out,
        "severity": small.severity,
        "status": small.status,
        "title": small.title,
        "message": small.message,
        "opened_by": small.opened_by,
        "evidence": evidence,
        "started_at": moment(small.started_at_ms),
        "next_update_at": None if promise_ms is None else moment(promise_ms),
        "moved": small.moved,
        "parked": small.parked,
        # At the recovery they only begin to return.
        "returned": None if small.purpose == "recovery" else small.returned,
        "expires_at": moment(small.expires_at_ms),
        "summary": told.subject,
        "text": told.sheet.text(),
    }


def _small(notice: NoticeRequested, pools: tuple[str, ...], *, shorter: bool) -> NoticeRequested:
    """The same notice, with all that people wrote cut to its limits."""
    evidence = tuple(
        found.model_copy(update={"detail": cut(found.detail, _LONGEST_DETAIL)})
        for found in notice.evidence[-_MOST_EVIDENCE:]
    )
    return notice.model_copy(
        update={
            "title": cut(notice.title, _LONGEST_TITLE),
            "message": cut(notice.message, _SHORTER_MESSAGE if shorter else _LONGEST_MESSAGE),
            "evidence": () if shorter else evidence,
            "pools": pools,
        }
    )
