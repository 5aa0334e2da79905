"""Leading-edge bundles: one message leaves at once, what follows it soon leaves in one.

Source: Grafana OnCall's bundled notifications. Rows that were held for one person and contact
method leave in a digest, a row of its own; each ends exactly once: as its digest does, or before
it, if it is recalled, replaced or too late by then.
"""

from collections.abc import Generator, Iterator

from services.notifier.core.facts import Saying
from services.notifier.core.holding import facts_holding
from services.notifier.core.holding.holds import (
    hold,
    is_quiet_for,
    limits_of,
    members_of,
)
from services.notifier.core.ledger.reach import unreachable
from services.notifier.core.ledger.worth import worthless
from services.notifier.core.model import Notification, Phase
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.notification import NotificationEnded

MOST_MEMBERS = 100  # so that no fact outgrows what a log takes
_NEXT_DIGEST_MS = 1_000
_SEVERITIES = ("critical", "major", "minor")


def departure(
    state: NotifierState, say: Saying, row: Notification
) -> Generator[Event, None, Notification | None]:
    """What leaves now, as far as nothing else stands against it: the row, or a digest with it.

    None: it is held, or more wait than one digest takes.
    """
    if (kept_back := hold(state, row, say.now)) is not None:
        yield facts_holding.held(say, row, *kept_back)
        return None
    rows = _company(state, row, say.now)
    if not rows:
        return row
    yield from _together(state, say, rows)
    return state.notifications.get(row.carrier) if row.phase is Phase.BUNDLED else None


def first_in_line(state: NotifierState, row: Notification, now: int) -> Notification:
    """What was tried less often than this goes first: no repeat keeps all places of a ladder."""
    if not row.attempts:
        return row
    waiting = (state.notifications[one] for one in sorted(state.targets[row.target].held))
    before = [one for one in waiting if one.attempts < row.attempts and _may_go(state, one, now)]
    return min(
        before, key=lambda one: (one.attempts, one.priority, one.due_ms, one.id), default=row
    )


def _may_go(state: NotifierState, row: Notification, now: int) -> bool:
    is_due = row.phase is Phase.WAITING and row.due_ms <= now < row.expires_at_ms
    stands = is_due and worthless(state, row) is None and unreachable(state, row) is None
    return stands and hold(state, row, now) is None


def _company(state: NotifierState, row: Notification, now: int) -> list[Notification]:
    """The held rows that can leave together with this one, and it, the gravest first.

    Empty: it leaves alone, because it was not held, or nothing that waits may join it.
    More than `MOST_MEMBERS` leave in several digests.
    """
    if not row.held or not _may_join(row):
        return []
    waiting = (state.notifications[one] for one in sorted(state.targets[row.target].held))
    joining = [one for one in waiting if one is row or _joins(state, one, now)]
    return sorted(joining, key=_gravity) if len(joining) > 1 else []


def _together(state: NotifierState, say: Saying, rows: list[Notification]) -> Iterator[Event]:
    """Put rows of one target into a digest; it is to be tried next."""
    carrier = facts_holding.digest_id(rows[0], say.now)
    if carrier in state.notifications:  # too many for one: the rest follows, digest after digest
        wait_ms = _between_digests(state, rows[0])
        for place, row in enumerate(rows):
            if row.due_ms <= say.now:  # whoever asked is, so that he is put off in any case
                until_ms = say.now + wait_ms * (1 + place // MOST_MEMBERS)
                yield facts_holding.held(say, row, "bundle", until_ms)
        return
    members = rows[:MOST_MEMBERS]
    yield facts_holding.opened_digest(say, members)
    for row in members:
        yield facts_holding.bundled(say, row, carrier)


def cleared(state: NotifierState, say: Saying, digest: Notification) -> Iterator[Event]:
    """Right before a row is tried: what it carries in vain ends; and it, with the last of that."""
    for row in members_of(state, digest):
        if (over := worthless(state, row)) is not None:
            yield say.ended(row, "superseded", over)
        elif say.now >= row.expires_at_ms:
            yield say.ended(row, "expired", f"it expired while {digest.id} waited")


def after_end(state: NotifierState, say: Saying, ended: NotificationEnded) -> Iterator[Event]:
    """What the end of any row means for those that it carries, or for what carries it."""
    row = state.notifications[ended.notification_id]
    for member in members_of(state, row):
        yield say.ended(member, ended.end, f"{row.id}: {ended.reason}")
    digest = state.notifications.get(row.carrier)
    if digest is None or digest.phase is Phase.ENDED or members_of(state, digest):
        return
    late = say.now >= digest.expires_at_ms
    yield say.ended(digest, "expired" if late else "superseded", "nothing that it carries is left")


def _joins(state: NotifierState, row: Notification, now: int) -> bool:
    return (
        _may_join(row)
        and row.phase is Phase.WAITING
        and now < row.expires_at_ms
        and worthless(state, row) is None
        and not is_quiet_for(state, row, now)
    )


def _may_join(row: Notification) -> bool:
    """What may have arrived is not said again under another id; a code goes on its own.

    So does a recovery: it may have to follow a person to an address that he had before.
    """
    may_have_left = row.in_doubt or row.receipt
    alone = row.members or may_have_left or row.verification or row.customer_notice
    return not alone and row.purpose != "recovery"


def _gravity(row: Notification) -> tuple[int, int, int, str]:
    severity = row.notice.severity if row.notice else None
    rank = _SEVERITIES.index(severity) if severity else len(_SEVERITIES)
    told_ms = row.cause.at_ms if row.cause else 0
    return (0 if row.page else 1, rank, told_ms, row.id)


def _between_digests(state: NotifierState, row: Notification) -> int:
    return max(limits_of(state, row.target[1]).bundle_s * 1000, _NEXT_DIGEST_MS)
