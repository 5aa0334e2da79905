"""When a group of alerts is told, and what: the rules of Prometheus Alertmanager.

The first message waits `wait_ms`, so that what belongs together comes together; after it the group
is looked at every `interval_ms`. It is told again when an alert is new to it, when all have ended,
when some have (if the room wants to hear it), or when nothing changed for `repeat_ms`
(prometheus/alertmanager, dispatch/dispatch.go and notify/notify.go, DedupStage.needsUpdate).

Looks at which nothing would be told are not made: the next one that matters is computed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from services.notifier.core.rooms.model import Common, group_name
from shared.contracts.rooms import Alert

Because = Literal["first", "new_alerts", "all_resolved", "some_resolved", "repeat"]
Muted = Callable[[Mapping[str, str]], bool]  # of labels: whether an inhibition keeps it back


@dataclass(slots=True)
class Group:
    """One group of one room. Times in ms."""

    receiver: str
    route: str
    labels: Common
    first_ms: int  # when it is looked at first; then every `interval_ms` from there
    interval_ms: int
    repeat_ms: int
    ended: bool  # whether ends are told
    alerts: dict[str, Alert] = field(default_factory=dict)
    number: int = 0  # messages made so far
    last: str = ""  # the id of the last of them
    asked: tuple[tuple[str, int | None], ...] = ()  # its alerts, and when they ended
    lost: bool = False  # the last of them came to nothing
    looked_ms: int = -1  # the last look at which a message was made; -1: none
    next_ms: int | None = None  # when it is looked at next; None: until it hears of something
    told_ms: int = -1  # when a message last got through
    told_firing: tuple[str, ...] = ()  # alerts of that message, sorted
    told_ended: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return group_name(self.receiver, self.route, self.labels)


def due_ms(group: Group, now: int, muted: Muted) -> int | None:
    """When it is to be looked at next, given what is known now; None: until it hears of something.

    Alerts and what keeps them back change by events only, so that at that time it has to say what
    it has to say now.
    """
    after = now if group.looked_ms < now else now + 1
    if says(group, now, muted) is not None:
        return _look(group, after)
    if group.told_ms >= 0 and _split(group, muted)[0]:
        return _look(group, max(after, group.told_ms + group.repeat_ms))
    return None


def says(group: Group, now: int, muted: Muted) -> Because | None:
    """Why the room is told at this look; None: it is not."""
    firing, ended = (set(it) for it in _split(group, muted))
    if group.told_ms < 0:
        return "first" if firing else None
    if not firing <= set(group.told_firing):
        return "new_alerts"
    if not firing:
        return "all_resolved" if group.told_firing and group.ended else None
    if group.ended and not ended <= set(group.told_ended):
        return "some_resolved"
    return "repeat" if now - group.told_ms >= group.repeat_ms else None


def content(group: Group, muted: Muted) -> tuple[Alert, ...]:
    """What a message at this look tells: what fires, and what has ended since the last one."""
    firing, ended = _split(group, muted)
    return tuple(group.alerts[it] for it in (*firing, *(ended if group.ended else ())))


def look(group: Group, message_id: str, now: int, muted: Muted) -> None:
    """A message was made at this look; it stands for all alerts, however many it names."""
    group.number, group.last, group.looked_ms = group.number + 1, message_id, now
    group.lost = False
    group.asked = tuple((it.alert_id, it.ends_at_ms) for it in content(group, muted))


def tell(group: Group) -> None:
    """The last message got through; what it told the end of is forgotten."""
    group.told_ms = group.looked_ms
    group.told_firing = tuple(sorted(it for it, ends_ms in group.asked if ends_ms is None))
    over = [(it, ends_ms) for it, ends_ms in group.asked if ends_ms is not None]
    group.told_ended = tuple(sorted(it for it, _ in over))
    for alert_id, ends_ms in over:
        known = group.alerts.get(alert_id)
        if known is not None and known.ends_at_ms == ends_ms:
            del group.alerts[alert_id]
    _clear_if_over(group)


def hear(group: Group, alert: Alert) -> None:
    """It began, or ended. Where nobody is told of an end, or was of its beginning, it is gone.

    A message that was made may still arrive, and is then followed by the end.
    """
    group.alerts[alert.alert_id] = alert
    _clear_if_over(group)


def is_stale(group: Group | None, message_id: str) -> bool:
    """Whether a message that nobody has got yet tells what is not so any more."""
    if group is None or group.last != message_id:
        return True  # a newer one tells the whole, or all is over
    return group.told_ms < 0 and not _fires(group)


def lose(group: Group) -> None:
    """The last message came to nothing. If all is over by now, nobody is told of it any more."""
    group.lost = True
    if not _fires(group):
        _clear(group)


def _clear_if_over(group: Group) -> None:
    """Unless the room knows, or may yet hear, that something fired, and wants to hear its end."""
    on_its_way = group.looked_ms > group.told_ms and not group.lost
    if not _fires(group) and not (group.ended and (group.told_firing or on_its_way)):
        _clear(group)


def _fires(group: Group) -> bool:
    return any(it.ends_at_ms is None for it in group.alerts.values())


def _clear(group: Group) -> None:
    group.alerts.clear()
    group.told_ms, group.told_firing, group.told_ended = -1, (), ()


def _split(group: Group, muted: Muted) -> tuple[list[str], list[str]]:
    """Ids of what fires and of what has ended, sorted; without what is kept back."""
    live = sorted(it for it, alert in group.alerts.items() if not muted(alert.labels))
    firing = [it for it in live if group.alerts[it].ends_at_ms is None]
    return firing, [it for it in live if group.alerts[it].ends_at_ms is not None]


def _look(group: Group, at_ms: int) -> int:
    """The first look at or after a time."""
    if at_ms <= group.first_ms:
        return group.first_ms
    looks = -(-(at_ms - group.first_ms) // group.interval_ms)
    return group.first_ms + looks * group.interval_ms
