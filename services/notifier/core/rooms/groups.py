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
    """What a message at this look holds: what fires, and what has ended since the last one."""
    firing, ended = _split(group, muted)
    return tuple(group.alerts[it] for it in (*firing, *(ended if group.ended else ())))


def tell(group: Group, alerts: tuple[Alert, ...]) -> None:
    """A message with these alerts got through; what it told the end of is forgotten."""
    over = {it.alert_id: it for it in alerts if it.ends_at_ms is not None}
    group.told_ms = group.looked_ms
    group.told_firing = tuple(sorted(it.alert_id for it in alerts if it.alert_id not in over))
    group.told_ended = tuple(sorted(over))
    for id_, alert in over.items():
        if group.alerts.get(id_) == alert:
            del group.alerts[id_]


def hear(group: Group, alert: Alert) -> None:
    """It began, or ended. Where nobody is told of an end, or was of its beginning, it is gone."""
    group.alerts[alert.alert_id] = alert
    if any(it.ends_at_ms is None for it in group.alerts.values()):
        return
    if not group.ended or group.told_ms < 0:
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
