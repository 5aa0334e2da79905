"""When a row is tried, and what ends it before it is."""

from collections.abc import Iterator

from services.notifier.core.facts import Saying
from services.notifier.core.holding import bundles
from services.notifier.core.ledger.doubts import is_said_again
from services.notifier.core.ledger.reach import unreachable
from services.notifier.core.ledger.schedules import schedule
from services.notifier.core.ledger.worth import worthless
from services.notifier.core.model import Notification, Phase
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event


def due(state: NotifierState, say: Saying) -> Iterator[Event]:
    """All tries whose time has come, and leases that have run out."""
    while (first := state.due.first()) is not None and first[0] <= say.now:
        row = state.notifications[first[1]]
        if row.phase is Phase.LEASED:
            yield from _lease_over(state, say, row)
        else:
            yield from try_now(state, say, row)


def forgotten(state: NotifierState, say: Saying) -> Iterator[Event]:
    """What ended long ago."""
    while (forget := state.forget.first()) is not None and forget[0] <= say.now:
        yield say.trimmed(*forget[1])


def _lease_over(state: NotifierState, say: Saying, row: Notification) -> Iterator[Event]:
    yield say.in_doubt(row)
    is_of_use = worthless(state, row) is None and say.now < row.expires_at_ms
    if is_of_use and not is_said_again(state, row):
        yield say.ended(row, "unknown", f"no outcome was told in time{doubt(row)}")
    else:
        yield from try_now(state, say, row)


def try_now(state: NotifierState, say: Saying, row: Notification) -> Iterator[Event]:
    """Lease the row, unless something stands against it."""
    yield from bundles.cleared(state, say, row)
    if row.phase is Phase.ENDED:
        return  # a digest of which nothing is left
    if (newer := worthless(state, row)) is not None:
        yield say.ended(row, "superseded", f"{newer}{doubt(row)}")
        return
    if say.now >= row.expires_at_ms:
        yield say.ended(row, "expired", f"no try was confirmed before it expired{doubt(row)}")
        return
    problem = unreachable(state, row)
    if problem is not None:
        yield say.ended(row, "dead_lettered", problem)
        return
    if row.due_ms > say.now:
        return  # its provider asked us to wait
    if (first := bundles.first_in_line(state, row, say.now)) is not row:
        yield from try_now(state, say, first)
        return  # it is still due, and has its turn after that one
    leaving = yield from bundles.departure(state, say, row)
    if leaving is not None:
        lease_ms = schedule(state).lease_s * 1000
        yield say.leased(leaving, min(say.now + lease_ms, leaving.expires_at_ms))


def replaced(row: Notification, newer: str) -> str:
    return f"{newer} replaces it{doubt(row)}"


def doubt(row: Notification) -> str:
    return "; an attempt may have got through" if row.in_doubt else ""
