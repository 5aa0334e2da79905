"""What the outcome of a try means for its row."""

from collections.abc import Iterator
from typing import Literal

from services.notifier.core.causes import troubles
from services.notifier.core.chains import facts_chains, hops
from services.notifier.core.facts import Saying, current_attempt
from services.notifier.core.ledger.doubts import is_said_again
from services.notifier.core.ledger.schedules import wait_ms
from services.notifier.core.ledger.tries import doubt, try_now
from services.notifier.core.ledger.worth import worthless
from services.notifier.core.model import Notification, Phase
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.notification import AttemptEnded

_NEVER = frozenset({"refused", "config", "bad_recipient"})
_NOT_TRIED = frozenset({"blocked", "not_sent"})  # nothing was written


def ended(state: NotifierState, say: Saying, told: AttemptEnded) -> Iterator[Event]:
    row = state.notifications.get(told.notification_id)
    if row is None:
        return  # too old to matter
    if told.outcome in ("accepted", "delivered"):
        yield from _taken(state, say, row, told)
        return
    if row.phase is not Phase.LEASED or told.attempt_id != current_attempt(row):
        return  # told before, or of an attempt that another one has followed
    if told.outcome in _NEVER or (told.outcome == "too_big" and row.shorter):
        yield say.ended(row, "dead_lettered", _reason(told))
        yield from troubles.of_outcome(state, say, row, told)
        return
    yield from _perhaps_later(state, say, row, told)


def _taken(
    state: NotifierState, say: Saying, row: Notification, told: AttemptEnded
) -> Iterator[Event]:
    """Also of an earlier attempt that had been given up as in doubt: it did get through."""
    end: Literal["accepted", "delivered"] = (
        "delivered" if told.outcome == "delivered" else "accepted"
    )
    if row.phase is not Phase.ENDED:
        yield say.ended(row, end, _reason(told), told.provider_id)
    elif row.end == "unknown" and not row.receipt:
        status = "sent" if end == "accepted" else end
        yield facts_chains.received(say, row, status, told.detail)
        yield from hops.after_success(state, say, row)


def _perhaps_later(
    state: NotifierState, say: Saying, row: Notification, told: AttemptEnded
) -> Iterator[Event]:
    if told.outcome == "unknown":
        yield say.in_doubt(row)
    over, late = worthless(state, row), say.now >= row.expires_at_ms
    silent = told.outcome == "unknown" and not is_said_again(state, row)
    # What was sent again by hand has one try, and no schedule.
    spent = row.redrives > 0 and told.outcome not in (*_NOT_TRIED, "too_big")
    # A throttle is told also of a row that ends now: all else that goes there waits as well.
    if told.outcome == "throttled" or not (over or late or silent or spent):
        yield say.retry(row, told, say.now + wait_ms(state, row, told))
    if over is not None:
        yield say.ended(row, "superseded", f"{over}{doubt(row)}")
    elif late:
        yield say.ended(row, "expired", _reason(told))
    elif silent:
        yield say.ended(row, "unknown", f"{_reason(told)}{doubt(row)}")
    elif spent:
        yield say.ended(row, "dead_lettered", _reason(told))
    elif told.outcome == "blocked":
        yield from hops.advance(state, say, row, "blocked")
    elif told.outcome == "too_big":
        yield from try_now(state, say, row)


def _reason(told: AttemptEnded) -> str:
    return f"{told.outcome}: {told.detail}" if told.detail else told.outcome
