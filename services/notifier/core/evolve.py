"""How facts change the ledger: the only place where it changes."""

from services.notifier.core import storage
from services.notifier.core.causes.succession import told_under
from services.notifier.core.ledger import indexes
from services.notifier.core.model import (
    HORIZON_MS,
    Bucket,
    ForgetKey,
    Notification,
    NotifierState,
    Phase,
    Recall,
)
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
            _wait_until(state, row, fact.at_ms)
        case RetryScheduled():
            _put_off(state, fact)
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
        purpose=fact.notice.purpose if fact.notice else "",
    )
    if row.incident_id:
        row.told_under = told_under(state, row)
    row.due_ms = _permitted(state, row, fact.at_ms)
    state.notifications[row.id] = row
    state.changed.add(storage.NOTIFICATION + row.id)
    indexes.enter(state, row)


def _leased(state: NotifierState, fact: AttemptLeased) -> None:
    row = _touch(state, fact.notification_id)
    row.phase, row.attempts = Phase.LEASED, fact.number
    row.possible_repeats += fact.possible_repeat
    if row.incident_id and row.purpose != "recovery":
        row.told_under = fact.config
    _due_at(state, row, fact.lease_until_ms)


def _put_off(state: NotifierState, fact: RetryScheduled) -> None:
    row = _touch(state, fact.notification_id)
    row.phase = Phase.WAITING
    if fact.outcome == "throttled":
        row.not_before_ms = fact.retry_at_ms
        target = state.targets[row.target]
        if target.throttle(fact.retry_at_ms, row.id):
            for one in target.open:
                other = state.notifications[one]
                if other.phase is Phase.WAITING and other.due_ms < target.not_before_ms:
                    _wait_until(state, _touch(state, one), target.not_before_ms)
    _wait_until(state, row, fact.retry_at_ms)


def _ended(state: NotifierState, fact: NotificationEnded) -> None:
    row = _touch(state, fact.notification_id)
    row.method = row.target[1]  # an older version kept that of a page in its content alone
    row.phase, row.page, row.notice, row.end = Phase.ENDED, None, None, fact.end
    # Not before it has expired: the same content told again must still be known until then, and
    # so must the newest notice of a thread, for older ones may still come.
    row.forget_at_ms = _next_hour(max(fact.at_ms + HORIZON_MS, row.expires_at_ms))
    indexes.end(state, row, fact.at_ms)


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
    indexes.enter_recall(state, recall)


def _trimmed(state: NotifierState, key: ForgetKey) -> None:
    bucket = state.buckets.pop(key, Bucket())
    state.forget.drop(key)
    for notification_id in bucket.notifications:
        state.changed.add(storage.NOTIFICATION + notification_id)
        indexes.forget(state, state.notifications.pop(notification_id))
    for recalled in bucket.recalls:
        del state.recalls[recalled]
        state.changed.add(storage.RECALL + recalled)


def _touch(state: NotifierState, notification_id: str) -> Notification:
    row = state.notifications[notification_id]
    state.changed.add(storage.NOTIFICATION + row.id)
    return row


def _wait_until(state: NotifierState, row: Notification, at_ms: int) -> None:
    _due_at(state, row, _permitted(state, row, at_ms))


def _permitted(state: NotifierState, row: Notification, at_ms: int) -> int:
    """A time for the next try, not before its target takes anything, and not after it expires."""
    target = state.targets.get(row.target)
    return min(max(at_ms, target.not_before_ms if target else 0), row.expires_at_ms)


def _due_at(state: NotifierState, row: Notification, at_ms: int) -> None:
    row.due_ms = at_ms
    state.due.put(row.id, at_ms)


def _next_hour(at_ms: int) -> int:
    return -(-at_ms // HOUR_MS) * HOUR_MS
