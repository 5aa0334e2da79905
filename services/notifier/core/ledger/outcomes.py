"""What the outcome of a try means for its row."""

from collections.abc import Iterator

from services.notifier.core.causes.succession import successor
from services.notifier.core.facts import Saying, current_attempt
from services.notifier.core.ledger.schedules import wait_ms
from services.notifier.core.ledger.tries import replaced
from services.notifier.core.model import NotifierState, Phase
from shared.contracts.event import Event
from shared.contracts.notification import AttemptEnded


def ended(state: NotifierState, say: Saying, told: AttemptEnded) -> Iterator[Event]:
    row = state.notifications.get(told.notification_id)
    if row is None or row.phase is Phase.ENDED:
        return  # late: what it says has been decided, or is too old to matter
    if told.outcome in ("accepted", "delivered"):
        # Also of an earlier attempt that had been given up as in doubt: it did get through.
        yield say.ended(row, told.outcome, _reason(told))
        return
    if row.phase is not Phase.LEASED or told.attempt_id != current_attempt(row):
        return  # told before, or of an attempt that another one has followed
    if told.outcome in ("refused", "config", "bad_recipient"):
        yield say.ended(row, "dead_lettered", _reason(told))
        return
    if told.outcome == "unknown":
        yield say.in_doubt(row)
    newer, late = successor(state, row), say.now >= row.expires_at_ms
    # A throttle is told also of a row that ends now: all else that goes there waits as well.
    if told.outcome == "throttled" or not (newer or late):
        yield say.retry(row, told, say.now + wait_ms(state, row, told))
    if newer is not None:
        yield say.ended(row, "superseded", replaced(row, newer))
    elif late:
        yield say.ended(row, "expired", _reason(told))


def _reason(told: AttemptEnded) -> str:
    return f"{told.outcome}: {told.detail}" if told.detail else told.outcome
