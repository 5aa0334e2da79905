"""Whether a row that could be tried now is held back, why, and until when."""

from services.notifier.core.holding.ladders import free_at_ms
from services.notifier.core.holding.priorities import URGENT
from services.notifier.core.model import Notification
from services.notifier.core.state import NotifierState, person_of
from shared.contracts.people import MethodLimits, PeopleDocument
from shared.contracts.words import HeldWhy
from shared.hours.quiet import quiet_until

_LOUD = frozenset({"major", "critical"})


def hold(state: NotifierState, row: Notification, now: int) -> tuple[HeldWhy, int] | None:
    """Why and until when (ms, later than now); None: nothing holds it.

    What holds it first is asked first, so that the ledger says what a person would say.
    """
    if (end_ms := _quiet_until(state, row, now)) is not None:
        return "quiet_hours", end_ms
    if (free_ms := _room_at(state, row, now)) > now:
        return "rate", free_ms
    if (end_ms := _bundled_until(state, row)) > now:
        return "bundle", end_ms
    return None


def is_quiet_for(state: NotifierState, row: Notification, now: int) -> bool:
    return _quiet_until(state, row, now) is not None


def limits_of(state: NotifierState, method: str) -> MethodLimits:
    """How much an address takes by a contact method; no limits where none are configured."""
    document = state.people or PeopleDocument(people=())
    return next((it for name, it in document.limits.items() if name == method), MethodLimits())


def members_of(state: NotifierState, digest: Notification) -> list[Notification]:
    """What a digest still carries, in its order; those that ended by themselves are left out."""
    rows = (state.notifications.get(one) for one in digest.members)
    return [row for row in rows if row is not None and row.is_carried_by(digest)]


def _quiet_until(state: NotifierState, row: Notification, now: int) -> int | None:
    person = person_of(state, row.person)
    if person is None or person.quiet is None or not _can_wait(state, row):
        return None
    return quiet_until(person.quiet, person.timezone, now)


def _can_wait(state: NotifierState, row: Notification) -> bool:
    """Whether it is of no harm if a person hears of it in the morning.

    Of outages only minor ones, and not the end of what he was told: he may be up because of it.
    """
    if row.members:
        return all(_can_wait(state, one) for one in members_of(state, row))
    if row.notice is not None:
        told = row.because == "owed" or bool(row.told_under)
        return row.notice.severity not in _LOUD and not (row.purpose == "recovery" and told)
    if row.group is not None:
        return not any(alert.labels.get("severity") in _LOUD for alert in row.group.alerts)
    return False  # pages, codes, troubles, and what goes to customers


def _room_at(state: NotifierState, row: Notification, now: int) -> int:
    ladder, target = limits_of(state, row.target[1]).ladder, state.targets.get(row.target)
    if not ladder or target is None:
        return now
    return free_at_ms(ladder, target.recent, now, urgent=row.priority <= URGENT)


def _bundled_until(state: NotifierState, row: Notification) -> int:
    """The end of the time in which all that follows one message goes in one; 0: it goes alone.

    A row waits for company once, and not for that of its own tries.
    """
    length_ms = limits_of(state, row.target[1]).bundle_s * 1000
    if not length_ms or row.attempts or row.held == "bundle" or not _takes_company(row):
        return 0
    target = state.targets.get(row.target)
    last = target.recent.last_of_others(row.id) if target else None
    return 0 if last is None else last + length_ms


def _takes_company(row: Notification) -> bool:
    """Openings and recoveries wait for nothing, nor does a code that somebody is to type in."""
    return bool(row.page or row.group or (row.notice and row.purpose == "update"))
