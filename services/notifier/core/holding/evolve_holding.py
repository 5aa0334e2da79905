"""How holds, digests and tries change rows, and the index by which tries are counted."""

from services.notifier.core import storage
from services.notifier.core.holding.holds import limits_of, members_of
from services.notifier.core.holding.priorities import priority_of, priority_of_digest
from services.notifier.core.ledger.targets import Target
from services.notifier.core.model import TRIES_KEPT, Notification, Phase
from services.notifier.core.state import NotifierState
from shared.contracts.notification import (
    AttemptLeased,
    NotificationBundled,
    NotificationEnded,
    NotificationHeld,
    NotificationOpened,
    RetryScheduled,
)

# After these nothing reached the address, so that it has a place more than was thought. A provider
# that is down must not use up what the person can take.
_NEVER_LEFT = frozenset({"transient", "throttled", "too_big", "blocked", "not_sent"})


def enter(state: NotifierState, row: Notification) -> None:
    """A row, new or restored, into what its target counts."""
    target = state.targets.setdefault(row.target, Target()) if row.tried_at_ms else None
    for at_ms in row.tried_at_ms:
        assert target is not None
        target.recent.add(at_ms, row.id)
    if row.held:
        state.targets[row.target].held.add(row.id)


def opened(state: NotifierState, row: Notification, fact: NotificationOpened) -> None:
    """Called before the new row is entered anywhere."""
    row.members = fact.members
    rows = [state.notifications[one] for one in fact.members]
    row.priority = priority_of_digest(rows) if rows else priority_of(row)


def held(state: NotifierState, row: Notification, fact: NotificationHeld) -> None:
    row.held = fact.why
    state.targets[row.target].held.add(row.id)


def bundled(state: NotifierState, row: Notification, fact: NotificationBundled) -> None:
    release(state, row)
    row.phase, row.carrier = Phase.BUNDLED, fact.carrier
    state.due.drop(row.id)


def leased(state: NotifierState, row: Notification, fact: AttemptLeased) -> None:
    """A try counts from its lease on; for what a digest carries it was one, too."""
    release(state, row)
    recent = state.targets[row.target].recent
    recent.add(fact.at_ms, row.id)
    tries = (*row.tried_at_ms, fact.at_ms)
    kept = _tries_kept(state, row)
    for at_ms in tries[:-kept]:
        recent.drop(at_ms, row.id)
    row.tried_at_ms = tries[-kept:]
    for member in members_of(state, row):
        if member.receipt == "undelivered":
            member.receipt = ""  # that was of an earlier try
        if member.incident_id and member.purpose != "recovery":
            member.told_under = fact.config
        _changed(state, member)


def in_doubt(state: NotifierState, row: Notification) -> None:
    for member in members_of(state, row):
        member.in_doubt = True
        _changed(state, member)


def put_off(state: NotifierState, row: Notification, fact: RetryScheduled) -> None:
    """Called while the row is still leased."""
    if row.phase is Phase.LEASED and fact.outcome in _NEVER_LEFT:
        _take_back(state, row)


def ended(state: NotifierState, row: Notification, fact: NotificationEnded) -> None:
    """Called before the row's phase changes."""
    release(state, row)
    if row.phase is Phase.LEASED and fact.end == "dead_lettered":
        _take_back(state, row)  # the provider said no


def forget(state: NotifierState, row: Notification) -> None:
    target = state.targets.get(row.target)
    if target is None:
        return
    for at_ms in row.tried_at_ms:
        target.recent.drop(at_ms, row.id)
    if target.is_idle:
        del state.targets[row.target]


def release(state: NotifierState, row: Notification) -> None:
    """It is not held any more."""
    if row.held:
        row.held = ""
        state.targets[row.target].held.discard(row.id)


def _take_back(state: NotifierState, row: Notification) -> None:
    *earlier, last = row.tried_at_ms or (0,)
    state.targets[row.target].recent.drop(last, row.id)
    row.tried_at_ms = tuple(earlier)


def _tries_kept(state: NotifierState, row: Notification) -> int:
    """Enough for every rung, so that one row tried over and over does not climb beyond it."""
    ladder = limits_of(state, row.target[1]).ladder
    return max([TRIES_KEPT, *(rung.most for rung in ladder)])


def _changed(state: NotifierState, row: Notification) -> None:
    state.changed.add(storage.NOTIFICATION + row.id)
