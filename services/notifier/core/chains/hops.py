"""When the next hop of a chain opens, and what its getting through means for the others."""

from collections.abc import Iterator

from services.notifier.core.chains import facts_chains
from services.notifier.core.chains.owed import instead
from services.notifier.core.chains.progress import is_through, next_hop, row_id, rows_of
from services.notifier.core.facts import Saying
from services.notifier.core.ledger.tries import try_now
from services.notifier.core.ledger.worth import worthless
from services.notifier.core.model import Notification, Phase
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.notification import NotificationEnded
from shared.contracts.words import HopReason


def due(state: NotifierState, say: Saying) -> Iterator[Event]:
    """The hops whose time has come because the one before them did not succeed in time."""
    while (first := state.next_hops.first()) is not None and first[0] <= say.now:
        row = state.notifications[first[1]]
        yield from _open(state, say, row, "not_in_time")
        assert not row.next_hop_ms, f"{row.id} was to be followed by time, and could not be"


def advance(
    state: NotifierState, say: Saying, row: Notification, because: HopReason
) -> Iterator[Event]:
    """Open the hop after this row's at once, if there is one and it is of use.

    Not after a row that was sent again by hand: that is one try, and no chain.
    """
    is_of_use = say.now < row.expires_at_ms and worthless(state, row) is None
    if is_of_use and not row.redrives and not is_through(state, row):
        yield from _open(state, say, row, because)


def after_end(state: NotifierState, say: Saying, ended: NotificationEnded) -> Iterator[Event]:
    """What the end of a row means for its chain."""
    row = state.notifications[ended.notification_id]
    if ended.end == "dead_lettered":
        yield from advance(state, say, row, "failed")
    else:
        yield from after_success(state, say, row)


def after_success(state: NotifierState, say: Saying, row: Notification) -> Iterator[Event]:
    """Those hops end that wait, if this one is through; what may be on its way is left alone."""
    if not is_through(state, row):
        return
    for other in rows_of(state, row):
        if other is not row and other.phase is Phase.WAITING:
            yield say.ended(other, "superseded", f"hop {row.hop} got through")


def _open(
    state: NotifierState, say: Saying, row: Notification, because: HopReason
) -> Iterator[Event]:
    following, cause = next_hop(state, row) or instead(state, row), row.cause
    if following is None or cause is None:
        return
    number, hop = following
    yield facts_chains.opened(say, cause, hop.method, hop=number, because=because)
    yield from try_now(state, say, state.notifications[row_id(row.chain, number)])
