"""How recalls are noted, and all is forgotten when its time has come."""

from services.notifier.core import storage
from services.notifier.core.chains import evolve_chains
from services.notifier.core.ledger import indexes
from services.notifier.core.model import Recall
from services.notifier.core.state import Bucket, NotifierState
from shared.contracts.notification import LedgerTrimmed, RecallNoted

HOUR_MS = 3_600_000  # forgetting is coarse, so that it costs one tick an hour


def recalled(state: NotifierState, fact: RecallNoted) -> None:
    recall = Recall(
        escalation_id=fact.escalation_id,
        cycle=fact.cycle,
        person=fact.person,
        reason=fact.reason,
        forget_at_ms=next_hour(fact.until_ms),
    )
    state.recalls[recall.key] = recall
    state.changed.add(storage.RECALL + recall.key)
    indexes.enter_recall(state, recall)
    for notification_id in sorted(state.by_cycle.get(recall.key, ())):
        evolve_chains.let_go(state, state.notifications[notification_id])


def trimmed(state: NotifierState, fact: LedgerTrimmed) -> None:
    key = (fact.due_ms, fact.person)
    bucket = state.buckets.pop(key, Bucket())
    state.forget.drop(key)
    for notification_id in bucket.notifications:
        state.changed.add(storage.NOTIFICATION + notification_id)
        indexes.forget(state, state.notifications.pop(notification_id))
    for recalled_key in bucket.recalls:
        del state.recalls[recalled_key]
        state.changed.add(storage.RECALL + recalled_key)
    for interaction_id in bucket.customers:
        known = state.customers.get(interaction_id)
        if known is not None and known.forget_at_ms == fact.due_ms:  # else remembered anew
            del state.customers[interaction_id]
            state.changed.add(storage.CUSTOMER + interaction_id)


def next_hour(at_ms: int) -> int:
    return -(-at_ms // HOUR_MS) * HOUR_MS
