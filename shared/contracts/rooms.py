"""What rooms hear: escalations and incidents as alerts, routed by a tree, told in groups.

The rules are those of Prometheus Alertmanager. Key of people-log: the receiver.
"""

from typing import Literal

from pydantic import Field

from shared.contracts.event import Fact, Milliseconds, Record


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
    route: str  # its place in the tree: `0`, `0.2.1`
    group: tuple[tuple[str, str], ...] = ()  # labels and values that the group has in common
    alert: Alert


class GroupFlushed(Fact):
    """One message about a group. `announcement_id` is `group:<person>:<route>:<group>:<number>`."""

    kind: Literal["group_flushed"] = "group_flushed"
    announcement_id: str
    person: str
    route: str
    group: tuple[tuple[str, str], ...] = ()
    number: int
    because: Literal["first", "new_alerts", "all_resolved", "some_resolved", "repeat"]
    alerts: tuple[Alert, ...]  # firing ones, and those that ended since the last message
    expires_at_ms: Milliseconds
