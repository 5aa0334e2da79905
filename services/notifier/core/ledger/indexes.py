"""All that derives from rows and recalls: entered when they come or are restored, and left."""

from services.notifier.core.causes import evolve_threads
from services.notifier.core.holding import evolve_holding
from services.notifier.core.ledger.roots import Root
from services.notifier.core.ledger.targets import Target
from services.notifier.core.model import Customer, Notification, Phase, Recall
from services.notifier.core.state import Bucket, ForgetKey, NotifierState


def enter(state: NotifierState, row: Notification) -> None:
    """A row, new or restored."""
    if row.incident_id:
        evolve_threads.enter(state, row)
    elif row.escalation_id:
        state.by_cycle.setdefault(row.key, set()).add(row.id)
    if row.phase is Phase.ENDED:
        bucket(state, (row.forget_at_ms, row.person)).notifications.append(row.id)
    else:
        if row.phase is not Phase.BUNDLED:
            state.due.put(row.id, row.due_ms)
        state.targets.setdefault(row.target, Target()).open.add(row.id)
    if row.not_before_ms:
        state.targets.setdefault(row.target, Target()).throttle(row.not_before_ms, row.id)
    if row.next_hop_ms:
        state.next_hops.put(row.id, row.next_hop_ms)
    if row.thread_root:
        enter_root(state, row)
    evolve_holding.enter(state, row)


def enter_recall(state: NotifierState, recall: Recall) -> None:
    bucket(state, (recall.forget_at_ms, recall.person)).recalls.append(recall.key)


def enter_customer(state: NotifierState, interaction_id: str, customer: Customer) -> None:
    bucket(state, (customer.forget_at_ms, customer.person)).customers.append(interaction_id)


def enter_root(state: NotifierState, row: Notification) -> None:
    """A row that names the first message of its thread: all that name one name the same."""
    root = state.roots.setdefault(row.root_key, Root(row.thread_root))
    root.rows.add(row.id)


def end(state: NotifierState, row: Notification, now: int) -> None:
    """A row that has just ended."""
    state.due.drop(row.id)
    bucket(state, (row.forget_at_ms, row.person)).notifications.append(row.id)
    target = state.targets[row.target]
    target.open.discard(row.id)
    if target.not_before_ms <= now:
        target.release()
    _drop_idle_target(state, row)
    if row.incident_id:
        evolve_threads.end(state, row)


def reopen(state: NotifierState, row: Notification, forget_at_ms: int) -> None:
    """A row that was to be forgotten at that time, and is sent again."""
    key = (forget_at_ms, row.person)
    kept = state.buckets[key]
    kept.notifications.remove(row.id)
    if not (kept.notifications or kept.recalls or kept.customers):
        del state.buckets[key]
        state.forget.drop(key)
    state.due.put(row.id, row.due_ms)
    state.targets.setdefault(row.target, Target()).open.add(row.id)
    if row.incident_id:
        evolve_threads.reopen(state, row)


def forget(state: NotifierState, row: Notification) -> None:
    """A row that the ledger keeps no longer."""
    target = state.targets.get(row.target)
    if target is not None and target.asked_of == row.id:
        target.release()
    evolve_holding.forget(state, row)
    _drop_idle_target(state, row)
    _forget_root(state, row)
    if row.incident_id:
        evolve_threads.forget(state, row)
    elif row.escalation_id:
        pages = state.by_cycle[row.key]
        pages.discard(row.id)
        if not pages:
            del state.by_cycle[row.key]


def bucket(state: NotifierState, key: ForgetKey) -> Bucket:
    """What is to be forgotten at a time, to be added to."""
    state.forget.put(key, key[0])
    return state.buckets.setdefault(key, Bucket())


def _forget_root(state: NotifierState, row: Notification) -> None:
    root = state.roots.get(row.root_key)
    if root is not None:
        root.rows.discard(row.id)
        if not root.rows:
            del state.roots[row.root_key]


def _drop_idle_target(state: NotifierState, row: Notification) -> None:
    target = state.targets.get(row.target)
    if target is not None and target.is_idle:
        del state.targets[row.target]
