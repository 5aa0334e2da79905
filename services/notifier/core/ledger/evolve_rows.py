"""How facts about one row change it, and what derives from it."""

from services.notifier.core import storage
from services.notifier.core.causes import evolve_contacts, evolve_threads
from services.notifier.core.causes.succession import told_before
from services.notifier.core.chains import evolve_chains
from services.notifier.core.holding import evolve_holding
from services.notifier.core.ledger import indexes
from services.notifier.core.ledger.evolve_memory import HOUR_MS, next_hour
from services.notifier.core.model import HORIZON_MS, Notification, Phase
from services.notifier.core.rooms import evolve_rooms
from services.notifier.core.state import NotifierState
from shared.contracts.notification import (
    AttemptInDoubt,
    AttemptLeased,
    NotificationBundled,
    NotificationEnded,
    NotificationHeld,
    NotificationOpened,
    NotificationReopened,
    ReceiptNoted,
    RetryScheduled,
)

DEAD_LETTER_MS = 14 * 24 * HOUR_MS  # how long one may be sent again (Svix)


def opened(state: NotifierState, fact: NotificationOpened) -> None:
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
        cause_id=fact.cause_id or fact.notification_id,
        hop=fact.hop,
        hops=fact.hops,
        because=fact.because,
        customer_notice=fact.customer_notice,
        trouble=fact.trouble,
        verification=fact.verification,
        group=fact.group,
        asked=fact.notice.method if fact.notice else "",
    )
    if row.incident_id:
        _remember_who_was_told(state, row)
    evolve_holding.opened(state, row, fact)
    row.due_ms = _permitted(state, row, fact.at_ms)
    state.notifications[row.id] = row
    state.changed.add(storage.NOTIFICATION + row.id)
    indexes.enter(state, row)
    evolve_chains.opened(state, row, fact.at_ms)
    if fact.customer_notice is not None:
        evolve_contacts.told(state, fact.customer_notice, fact.at_ms)


def held(state: NotifierState, fact: NotificationHeld) -> None:
    row = _touch(state, fact.notification_id)
    evolve_holding.held(state, row, fact)
    evolve_chains.held(state, row, fact)
    _wait_until(state, row, fact.until_ms)


def bundled(state: NotifierState, fact: NotificationBundled) -> None:
    row = _touch(state, fact.notification_id)
    evolve_holding.bundled(state, row, fact)
    evolve_threads.note(state, row)


def leased(state: NotifierState, fact: AttemptLeased) -> None:
    row = _touch(state, fact.notification_id)
    row.phase, row.attempts = Phase.LEASED, fact.number
    evolve_holding.leased(state, row, fact)
    row.possible_repeats += fact.possible_repeat
    if row.receipt == "undelivered":
        row.receipt = ""  # that was of an earlier try
    if row.incident_id and row.purpose != "recovery":
        row.told_under = fact.config
    evolve_threads.note(state, row)
    _due_at(state, row, fact.lease_until_ms)


def in_doubt(state: NotifierState, fact: AttemptInDoubt) -> None:
    row = _touch(state, fact.notification_id)
    row.phase, row.in_doubt = Phase.WAITING, True
    evolve_holding.in_doubt(state, row)
    _wait_until(state, row, fact.at_ms)


def put_off(state: NotifierState, fact: RetryScheduled) -> None:
    row = _touch(state, fact.notification_id)
    evolve_holding.put_off(state, row, fact)
    row.phase = Phase.WAITING
    row.shorter = row.shorter or fact.outcome == "too_big"
    evolve_threads.note(state, row)
    if fact.outcome == "throttled":
        row.not_before_ms = fact.retry_at_ms
        target = state.targets[row.target]
        if target.throttle(fact.retry_at_ms, row.id):
            for one in target.open:
                other = state.notifications[one]
                if other.phase is Phase.WAITING and other.due_ms < target.not_before_ms:
                    _wait_until(state, _touch(state, one), target.not_before_ms)
    _wait_until(state, row, fact.retry_at_ms)


def ended(state: NotifierState, fact: NotificationEnded) -> None:
    row = _touch(state, fact.notification_id)
    row.method = row.target[1]  # an older version kept that of a page in its content alone
    evolve_holding.ended(state, row, fact)
    row.phase, row.end = Phase.ENDED, fact.end
    if fact.provider_id:
        row.provider_id = fact.provider_id
        root = state.roots.get(row.root_key)
        row.thread_root = root.provider_id if root else fact.provider_id
        indexes.enter_root(state, row)
    if row.group is not None and fact.end in ("accepted", "delivered", "unknown"):
        evolve_rooms.got_through(state, row.group, fact.at_ms)
    elif row.group is not None and evolve_chains.is_over(state, row, fact.at_ms):
        evolve_rooms.came_to_nothing(state, row.group, fact.at_ms)
    evolve_chains.ended(state, row)
    life_ms = DEAD_LETTER_MS if fact.end == "dead_lettered" and row.cause else HORIZON_MS
    # Not before it has expired: the same content told again must still be known until then, and
    # so must the newest notice of a thread, for older ones may still come.
    row.forget_at_ms = next_hour(max(fact.at_ms + life_ms, row.expires_at_ms))
    indexes.end(state, row, fact.at_ms)


def received(state: NotifierState, fact: ReceiptNoted) -> None:
    row = _touch(state, fact.notification_id)
    row.receipt = fact.status
    evolve_chains.taken(state, row)
    evolve_threads.note(state, row)


def reopened(state: NotifierState, fact: NotificationReopened) -> None:
    row = _touch(state, fact.notification_id)
    forget_at_ms, row.forget_at_ms = row.forget_at_ms, 0
    row.phase, row.end, row.receipt = Phase.WAITING, "", ""
    row.redrives, row.redriven_by = fact.redrives, fact.cause or ""
    row.carrier = ""  # it goes its own way
    row.expires_at_ms = fact.expires_at_ms
    row.due_ms = _permitted(state, row, fact.at_ms)
    indexes.reopen(state, row, forget_at_ms)


def _remember_who_was_told(state: NotifierState, row: Notification) -> None:
    told = told_before(state, row)
    row.told_under = dict(told).get(row.method, "")
    # What is owed by one method is paid by that one alone.
    row.carried = tuple(it for it in told if row.because != "owed" or it[0] == row.method)


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
