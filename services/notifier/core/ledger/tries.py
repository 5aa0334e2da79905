"""When a row is tried, and what ends it before it is."""

from collections.abc import Iterator

from services.notifier.core.causes.succession import successor
from services.notifier.core.facts import Saying
from services.notifier.core.ledger.reach import unreachable
from services.notifier.core.ledger.schedules import schedule
from services.notifier.core.model import Notification, NotifierState, Phase
from shared.contracts.event import Event


def due(state: NotifierState, say: Saying) -> Iterator[Event]:
    """All that time alone brings."""
    while (first := state.due.first()) is not None and first[0] <= say.now:
        row = state.notifications[first[1]]
        if row.phase is Phase.LEASED:
            yield say.in_doubt(row)  # the lease ran out without an outcome
        yield from try_now(state, say, row)
    while (forget := state.forget.first()) is not None and forget[0] <= say.now:
        yield say.trimmed(*forget[1])


def try_now(state: NotifierState, say: Saying, row: Notification) -> Iterator[Event]:
    """Lease the row, unless something stands against it."""
    if (newer := successor(state, row)) is not None:
        yield say.ended(row, "superseded", replaced(row, newer))
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
    lease_ms = schedule(state).lease_s * 1000
    yield say.leased(row, min(say.now + lease_ms, row.expires_at_ms))


def replaced(row: Notification, newer: str) -> str:
    return f"{newer} replaces it{_doubt(row)}"


def _doubt(row: Notification) -> str:
    return "; an attempt may have got through" if row.in_doubt else ""
