"""How facts change what is to follow a row in its chain.

A time for the next hop is kept only as long as it is to open then, so that time alone decides.
What was kept of an ended row so that more could follow it goes once that is out of the question.
"""

from services.notifier.core import storage
from services.notifier.core.causes import evolve_threads
from services.notifier.core.causes.succession import outlived_by, successor
from services.notifier.core.chains.progress import (
    got_through,
    hop_of,
    is_through,
    next_hop,
    row_id,
    rows_of,
    taken_by,
)
from services.notifier.core.model import Notification, Phase
from services.notifier.core.state import NotifierState
from shared.contracts.notification import NotificationHeld

_SENT_AGAIN = frozenset({"dead_lettered", "expired", "unknown"})  # by an operator, if he asks


def opened(state: NotifierState, row: Notification, now: int) -> None:
    """A row has been entered: it is timed, what it follows and what it outlives is not."""
    before = state.notifications.get(row_id(row.chain, row.hop - 1)) if row.hop > 1 else None
    if before is not None:
        stop(state, before)
        if before.end in _SENT_AGAIN and taken_by(state, before) is not None:
            let_go(state, before)
    if row.incident_id:
        for older in outlived_by(state, row):
            let_go(state, older)
    hop = hop_of(state, row)
    if hop is not None and next_hop(state, row) is not None:
        _time(state, row, now + hop.succeed_by_ms)


def held(state: NotifierState, row: Notification, fact: NotificationHeld) -> None:
    """It has its time once it may be sent; but a full ladder keeps no page from the next hop."""
    hop = hop_of(state, row)
    if hop is not None and row.next_hop_ms and fact.why != "rate" and not row.attempts:
        _time(state, row, fact.until_ms + hop.succeed_by_ms)


def ended(state: NotifierState, row: Notification) -> None:
    """Called when the row's end is set, and before its content goes."""
    if row.end in ("superseded", "expired", "dead_lettered") or is_through(state, row):
        stop(state, row)
    taken(state, row)
    if not _is_kept(state, row):
        stop(state, row)
        _empty(row)


def is_over(state: NotifierState, row: Notification, now: int) -> bool:
    """Whether nothing of its chain is tried any more, now that this row has ended."""
    follows = row.end == "dead_lettered" and now < row.expires_at_ms and not row.redrives
    if follows and next_hop(state, row) is not None:
        return False
    return all(one.phase is Phase.ENDED for one in rows_of(state, row))


def taken(state: NotifierState, row: Notification) -> None:
    """If a row was taken, none of its chain is sent again; and none follows, if it is through."""
    over = is_through(state, row)
    if over:
        stop(state, row)
    if taken_by(state, row) is None:
        return
    for one in rows_of(state, row):
        is_past = (
            one.end in _SENT_AGAIN and not one.next_hop_ms and not _is_to_be_followed(state, one)
        )
        if is_past or (over and one is not row):
            let_go(state, one)


def stop(state: NotifierState, row: Notification) -> None:
    """No hop follows this row by time."""
    if row.next_hop_ms:
        row.next_hop_ms = 0
        state.next_hops.drop(row.id)
        _changed(state, row)


def let_go(state: NotifierState, row: Notification) -> None:
    """Nothing follows this row: if it has ended, its content is of no use."""
    stop(state, row)
    if row.phase is Phase.ENDED and row.cause is not None:
        _empty(row)
        _changed(state, row)


def _is_kept(state: NotifierState, row: Notification) -> bool:
    """Whether what an ended row was to tell may still be told: again, or by the next hop."""
    if row.verification or row.customer_notice:
        return False  # what they tell is not true any more when an operator looks at it
    if successor(state, row) or got_through(state, row):
        return False
    if row.key in state.recalls:
        return False
    if row.next_hop_ms:
        return True
    if _is_to_be_followed(state, row):
        return True
    return row.end in _SENT_AGAIN and taken_by(state, row) is None


def _is_to_be_followed(state: NotifierState, row: Notification) -> bool:
    """Whether the next hop may open yet, by a receipt or in this very decision."""
    return row.end in ("accepted", "dead_lettered") and next_hop(state, row) is not None


def _time(state: NotifierState, row: Notification, at_ms: int) -> None:
    if at_ms >= row.expires_at_ms:
        stop(state, row)  # by then nothing of this chain is of use
        return
    row.next_hop_ms = at_ms
    state.next_hops.put(row.id, at_ms)
    _changed(state, row)


def _empty(row: Notification) -> None:
    row.page = row.notice = row.customer_notice = None
    row.trouble = row.verification = row.group = None


def _changed(state: NotifierState, row: Notification) -> None:
    evolve_threads.note(state, row)
    state.changed.add(storage.NOTIFICATION + row.id)
