"""What follows from an event: whom to try when, and when a notification is over.

Every notification ends delivered, accepted, superseded, expired or dead-lettered with a reason.
Retries go on by schedule until it is superseded or expires; their number is no limit.
"""

from collections.abc import Iterator
from typing import Literal

from services.notifier.core.facts import RecallReason, Saying, current_attempt
from services.notifier.core.model import (
    HORIZON_MS,
    Notification,
    NotifierState,
    Phase,
    cycle_key,
)
from services.notifier.core.notices import overtaken_by, successor
from services.notifier.core.reach import unreachable
from shared.contracts.configuration import PEOPLE, PeopleDocument, RetrySchedule
from shared.contracts.escalation import PageAcknowledged, PageRecalled, PageRequested
from shared.contracts.event import Event
from shared.contracts.notification import AttemptEnded
from shared.contracts.outage import NoticeRequested
from shared.contracts.system import ConfigChanged, Tick
from shared.contracts.words import AttemptOutcome

SECOND_MS = 1_000
NO_SCHEDULE_WAIT_S = 60  # between tries where the configured schedule is empty


def decide(state: NotifierState, event: Event, now: int) -> Iterator[Event]:
    say = Saying(state, event, now)
    match event:
        case PageRequested():
            yield from _page(state, say, event)
        case NoticeRequested():
            yield from _notice(state, say, event)
        case PageRecalled():
            yield from _recall(state, say, event, event.reason)
        case PageAcknowledged():
            # Only for a cycle that was paged: an acknowledgement that names another one is for
            # the escalation service to judge, and must not silence a page still to come.
            if cycle_key(event.escalation_id, event.cycle, event.person) in state.by_cycle:
                yield from _recall(state, say, event, "acknowledged")
        case AttemptEnded():
            yield from _outcome(state, say, event)
        case Tick():
            yield from _due(state, say)
        case ConfigChanged():
            yield from _configure(state, say, event)
        case _:
            raise AssertionError(f"the notifier does not hear {type(event).__name__}")


def _page(state: NotifierState, say: Saying, page: PageRequested) -> Iterator[Event]:
    if page.page_id in state.notifications:
        return  # one decision to page is one notification, however often it is told
    yield say.opened_page(page)
    row = state.notifications[page.page_id]
    recall = state.recalls.get(row.key)
    if recall is not None:
        yield say.ended(row, "superseded", f"{recall.reason} before the page came")
    else:
        yield from _try(state, say, row)


def _notice(state: NotifierState, say: Saying, notice: NoticeRequested) -> Iterator[Event]:
    if notice.notice_id in state.notifications:
        return  # one decision to tell is one notification, however often it is told
    yield say.opened_notice(notice)
    row = state.notifications[notice.notice_id]
    if (newer := successor(state, row)) is not None:
        yield say.ended(row, "superseded", f"newer came first: {newer}")
        return
    for older in overtaken_by(state, row):
        if (newer := successor(state, older)) is not None:
            yield say.ended(older, "superseded", _replaced(older, newer))
    yield from _try(state, say, row)


def _recall(
    state: NotifierState,
    say: Saying,
    event: PageRecalled | PageAcknowledged,
    reason: RecallReason,
) -> Iterator[Event]:
    key = cycle_key(event.escalation_id, event.cycle, event.person)
    if key not in state.recalls:
        document = state.people or PeopleDocument(people=())
        # Twice the life of a page: one that was told before its recall has expired by then.
        horizon_ms = max(HORIZON_MS, 2 * document.page_expires_s * SECOND_MS)
        yield say.recalled(event, reason, say.now + horizon_ms)
    for notification_id in sorted(state.by_cycle.get(key, ())):
        row = state.notifications[notification_id]
        if row.phase is not Phase.ENDED:
            yield say.ended(row, "superseded", reason)


def _outcome(state: NotifierState, say: Saying, ended: AttemptEnded) -> Iterator[Event]:
    row = state.notifications.get(ended.notification_id)
    if row is None or row.phase is Phase.ENDED:
        return  # late: what it says has been decided, or is too old to matter
    if ended.outcome in ("accepted", "delivered"):
        # Also of an earlier attempt that had been given up as in doubt: it did get through.
        yield say.ended(row, _good_end(ended.outcome), _reason(ended))
        return
    if row.phase is not Phase.LEASED or ended.attempt_id != current_attempt(row):
        return  # told before, or of an attempt that another one has followed
    if ended.outcome == "refused":
        yield say.ended(row, "dead_lettered", _reason(ended))
        return
    if ended.outcome == "unknown":
        yield say.in_doubt(row)
    newer, late = successor(state, row), say.now >= row.expires_at_ms
    # A throttle is told also of a row that ends now: all else that goes there waits as well.
    if ended.outcome == "throttled" or not (newer or late):
        yield say.retry(row, ended, say.now + _wait_ms(_schedule(state), row, ended))
    if newer is not None:
        yield say.ended(row, "superseded", _replaced(row, newer))
    elif late:
        yield say.ended(row, "expired", _reason(ended))


def _due(state: NotifierState, say: Saying) -> Iterator[Event]:
    while (first := state.due.first()) is not None and first[0] <= say.now:
        row = state.notifications[first[1]]
        if row.phase is Phase.LEASED:
            yield say.in_doubt(row)  # the lease ran out without an outcome
        yield from _try(state, say, row)
    while (forget := state.forget.first()) is not None and forget[0] <= say.now:
        yield say.trimmed(*forget[1])


def _try(state: NotifierState, say: Saying, row: Notification) -> Iterator[Event]:
    if (newer := successor(state, row)) is not None:
        yield say.ended(row, "superseded", _replaced(row, newer))
        return
    if say.now >= row.expires_at_ms:
        yield say.ended(row, "expired", f"no try was confirmed before it expired{_doubt(row)}")
        return
    problem = unreachable(state, row)
    if problem is not None:
        yield say.ended(row, "dead_lettered", problem)
        return
    if row.due_ms > say.now:
        return  # its provider asked us to wait
    lease_ms = _schedule(state).lease_s * SECOND_MS
    yield say.leased(row, min(say.now + lease_ms, row.expires_at_ms))


def _configure(state: NotifierState, say: Saying, change: ConfigChanged) -> Iterator[Event]:
    if change.pool != PEOPLE or change.version <= state.taken.version:
        return  # another log's document, or one that came twice or too late
    if not isinstance(state.documents.get(change.hash), PeopleDocument):
        yield say.rejected(
            code="not_people",
            field="hash",
            message=f"version {change.version} for pool {PEOPLE!r} is no document of people; "
            "apply one with `people:`",
        )
        return
    yield say.taken(change)


def _wait_ms(schedule: RetrySchedule, row: Notification, ended: AttemptEnded) -> int:
    waits = schedule.waits_s or (NO_SCHEDULE_WAIT_S,)
    planned = waits[min(row.attempts, len(waits)) - 1] * SECOND_MS
    return max(planned, ended.retry_after_ms or 0)  # never sooner than the provider allows


def _schedule(state: NotifierState) -> RetrySchedule:
    document = state.people
    return RetrySchedule() if document is None else document.retries


def _good_end(outcome: AttemptOutcome) -> Literal["accepted", "delivered"]:
    return "delivered" if outcome == "delivered" else "accepted"


def _reason(ended: AttemptEnded) -> str:
    return f"{ended.outcome}: {ended.detail}" if ended.detail else ended.outcome


def _replaced(row: Notification, newer: str) -> str:
    return f"{newer} replaces it{_doubt(row)}"


def _doubt(row: Notification) -> str:
    return "; an attempt may have got through" if row.in_doubt else ""
