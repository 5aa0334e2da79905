"""How far a chain has come: which of its hops got through, and which is next.

A chain is the rows of one cause: its first row has the hops, the others are called after it.
Rows that are owed stand alone: each has to get through, so none of them is a chain's hop.
"""

from services.notifier.core.model import Notification
from services.notifier.core.state import NotifierState
from shared.contracts.notification import HopCopy
from shared.contracts.words import Criterion

_TAKEN = frozenset({"accepted", "delivered"})


def row_id(cause_id: str, hop: int) -> str:
    return cause_id if hop == 1 else f"{cause_id}+{hop}"


def rows_of(state: NotifierState, row: Notification) -> list[Notification]:
    """All kept rows of this row's chain, in the order of hops; this one alone if it is owed."""
    first = state.notifications.get(row.chain)
    if first is None or not first.hops:
        return [row]
    names = (row_id(row.chain, hop) for hop in range(1, len(first.hops) + 1))
    return [state.notifications[name] for name in names if name in state.notifications]


def next_hop(state: NotifierState, row: Notification) -> tuple[int, HopCopy] | None:
    """Number and hop that follow this row's; None: it is the last, or another followed before."""
    first = state.notifications.get(row.chain)
    number = row.hop + 1
    if first is None or number > len(first.hops):
        return None
    if row_id(row.chain, number) in state.notifications:
        return None
    return number, first.hops[number - 1]


def hop_of(state: NotifierState, row: Notification) -> HopCopy | None:
    first = state.notifications.get(row.chain)
    return first.hops[row.hop - 1] if first is not None and first.hops else None


def is_through(state: NotifierState, row: Notification) -> bool:
    """Whether a row has reached the criterion of its hop."""
    hop = hop_of(state, row)
    return _has_reached(row, hop.succeed_on if hop else "accepted")


def got_through(state: NotifierState, row: Notification) -> Notification | None:
    """The first other row of the chain that reached its criterion."""
    others = (one for one in rows_of(state, row) if one is not row)
    return next((one for one in others if is_through(state, one)), None)


def taken_by(state: NotifierState, row: Notification) -> Notification | None:
    """The first row of the chain that a provider took: its message may well be there."""
    return next((one for one in rows_of(state, row) if _has_reached(one, "accepted")), None)


def _has_reached(row: Notification, criterion: Criterion) -> bool:
    if row.receipt == "undelivered":
        return False
    match criterion:
        case "accepted":
            return row.end in _TAKEN or bool(row.receipt)
        case "delivered":
            return row.end == "delivered" or row.receipt in ("delivered", "read")
        case "read":
            return row.receipt == "read"
        case "acknowledged":  # which recalls the whole chain of a page; nothing else asks for one
            return not row.escalation_id and _has_reached(row, "accepted")
