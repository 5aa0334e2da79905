"""What rooms hear: escalations and incidents as alerts, routed by a tree, told in groups.

The rules are those of Prometheus Alertmanager. Key of people-log: the receiver.
"""

from typing import Literal

from pydantic import Field

from shared.contracts.event import Fact, Milliseconds, Record

ALERT_LABELS: dict[str, tuple[str, ...]] = {  # by the label `kind`
    "escalation": ("kind", "pool", "queue", "channel", "language", "metric", "level"),
    "incident": ("kind", "incident", "channel", "severity", "pools"),
}


class Alert(Record):
    """What a room is told of one escalation or incident."""

    alert_id: str  # `<escalation_id>/c<cycle>`, or the incident's
    labels: dict[str, str] = Field(default_factory=dict)
    starts_at_ms: Milliseconds
    ends_at_ms: Milliseconds | None = None  # None: it fires


class AlertRouted(Fact):
    """An alert began or ended, as one receiver hears of it by one route of the tree."""

    kind: Literal["alert_routed"] = "alert_routed"
    person: str  # the receiver, and the key
    route: str  # its place in the tree: `0`, `0.2.1`; empty: it may only keep others back
    group: tuple[tuple[str, str], ...] = ()  # labels and values that the group has in common
    alert: Alert


class AlertGrouped(Fact):
    """The receiver's group has heard of it, and how it is told: looks at it begin at `first_ms`.

    An empty `route`: nobody is told of it here, but it may keep others back (inhibition).
    """

    kind: Literal["alert_grouped"] = "alert_grouped"
    person: str
    route: str
    group: tuple[tuple[str, str], ...] = ()
    alert: Alert
    first_ms: Milliseconds = 0
    interval_ms: int = 0
    repeat_ms: int = 0
    tell_ended: bool = True


class GroupFlushed(Fact):
    """One message about a group. `announcement_id` is `group:<person>:<route>:<group>:<ms>`."""

    kind: Literal["group_flushed"] = "group_flushed"
    announcement_id: str
    person: str
    route: str
    group: tuple[tuple[str, str], ...] = ()
    number: int
    because: Literal["first", "new_alerts", "all_resolved", "some_resolved", "repeat"]
    alerts: tuple[Alert, ...]  # firing ones, and those that ended since the last message
    left_out: int = 0  # how many more there are
    expires_at_ms: Milliseconds
