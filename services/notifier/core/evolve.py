"""How facts change the ledger: the only place where it changes."""

from services.notifier.core import storage
from services.notifier.core.model import (
    HORIZON_MS,
    Bucket,
    ForgetKey,
    Notification,
    NotifierState,
    Phase,
    Recall,
)
from services.notifier.core.threads import Thread
from shared.contracts.event import Event
from shared.contracts.notification import (
    AttemptInDoubt,
    AttemptLeased,
    LedgerTrimmed,
    NotificationEnded,
    NotificationOpened,
    RecallNoted,
    RetryScheduled,
)
from shared.contracts.system import ConfigTaken, EventRejected

HOUR_MS = 3_600_000  # forgetting is coarse, so that it costs one tick an hour


def evolve(state: NotifierState, fact: Event) -> None:
    match fact:
        case NotificationOpened():
            _opened(state, fact)
        case AttemptLeased():
            _leased(state, fact)
        case AttemptInDoubt():
            row = _touch(state, fact.notification_id)
            row.phase, row.in_doubt = Phase.WAITING, True
            _due_at(state, row, fact.at_ms)
        case RetryScheduled():
            row = _touch(state, fact.notification_id)
            row.phase = Phase.WAITING
            _due_at(state, row, min(fact.retry_at_ms, row.expires_at_ms))
        case NotificationEnded():
            _ended(state, fact)
        case RecallNoted():
            _recalled(state, fact)
        case LedgerTrimmed():
            _trimmed(state, (fact.due_ms, fact.person))
        case ConfigTaken():
            state.taken.hash, state.taken.version = fact.hash, fact.version
            state.changed.add(storage.TAKEN)
        case EventRejected():
            pass  # told, and nothing else
        case _:
            raise AssertionError(f"{type(fact).__name__} is no fact of the notifier")


def index(state: NotifierState, row: Notification) -> None:
    """Enter a row, new or restored, into all that derives from rows."""
    ended = row.phase is Phase.ENDED
    if row.incident_id:
        thread = state.threads.setdefault(row.thread, Thread())
        thread.enter(row.sequence, row.id, is_open=not ended)
    else:
        state.by_cycle.setdefault(row.key, set()).add(row.id)
    if ended:
        _bucket(state, (row.forget_at_ms, row.person)).notifications.append(row.id)
    else:
        state.due.put(row.id, row.due_ms)


def index_recall(state: NotifierState, recall: Recall) -> None:
    _bucket(state, (recall.forget_at_ms, recall.person)).recalls.append(recall.key)


def _opened(state: NotifierState, fact: NotificationOpened) -> None:
    row = Notification(
        id=fact.notification_id,
        escalation_id=fact.escalation_id,
        cycle=fact.cycle,
        person=fact.person,
        expires_at_ms=fact.expires_at_ms,
        page=fact.page,
        notice=fact.notice,
        incident_id=fact.incident_id or "",
        method=fact.method,
        sequence=fact.notice.sequence if fact.notice else 0,
        due_ms=fact.at_ms,
    )
    state.notifications[row.id] = row
    state.changed.add(storage.NOTIFICATION + row.id)
    index(state, row)


def _leased(state: NotifierState, fact: AttemptLeased) -> None:
    row = _touch(state, fact.notification_id)
    row.phase, row.attempts = Phase.LEASED, fact.number
    row.possible_repeats += fact.possible_repeat
    _due_at(state, row, fact.lease_until_ms)


def _ended(state: NotifierState, fact: NotificationEnded) -> None:
    row = _touch(state, fact.notification_id)
    row.phase, row.page, row.notice = Phase.ENDED, None, None
    if row.incident_id:
        state.threads[row.thread].open.discard(row.id)
    # Not before it has expired: the same content told again must still be known until then, and
    # so must the newest notice of a thread, for older ones may still come.
    row.forget_at_ms = _next_hour(max(fact.at_ms + HORIZON_MS, row.expires_at_ms))
    state.due.drop(row.id)
    _bucket(state, (row.forget_at_ms, row.person)).notifications.append(row.id)


def _recalled(state: NotifierState, fact: RecallNoted) -> None:
    recall = Recall(
        escalation_id=fact.escalation_id,
        cycle=fact.cycle,
        person=fact.person,
        reason=fact.reason,
        forget_at_ms=_next_hour(fact.until_ms),
    )
    state.recalls[recall.key] = recall
    state.changed.add(storage.RECALL + recall.key)
    index_recall(state, recall)


def _trimmed(state: NotifierState, key: ForgetKey) -> None:
    bucket = state.buckets.pop(key, Bucket())
    state.forget.drop(key)
    for notification_id in bucket.notifications:
        _forget(state, state.notifications.pop(notification_id))
    for recalled in bucket.recalls:
        del state.recalls[recalled]
        state.changed.add(storage.RECALL + recalled)


def _forget(state: NotifierState, row: Notification) -> None:
    state.changed.add(storage.NOTIFICATION + row.id)
    if row.incident_id:
        thread = state.threads[row.thread]
        thread.forget(row.sequence, row.id)
        if not thread.heard:
            del state.threads[row.thread]
        return
    rows = state.by_cycle[row.key]
    rows.discard(row.id)
    if not rows:
        del state.by_cycle[row.key]


def _touch(state: NotifierState, notification_id: str) -> Notification:
    row = state.notifications[notification_id]
    state.changed.add(storage.NOTIFICATION + row.id)
    return row


def _due_at(state: NotifierState, row: Notification, at_ms: int) -> None:
    row.due_ms = at_ms
    state.due.put(row.id, at_ms)


def _bucket(state: NotifierState, key: ForgetKey) -> Bucket:
    state.forget.put(key, key[0])
    return state.buckets.setdefault(key, Bucket())


def _next_hour(at_ms: int) -> int:
    return -(-at_ms // HOUR_MS) * HOUR_MS
