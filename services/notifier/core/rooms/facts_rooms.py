"""The facts of rooms, each with an id derived from what it is about."""

from services.notifier.core.facts import Saying
from services.notifier.core.rooms.groups import Because, Group
from services.notifier.core.rooms.tree import Told
from shared.contracts.configuration import PEOPLE
from shared.contracts.rooms import Alert, AlertGrouped, AlertRouted, GroupFlushed

MOST_ALERTS = 50  # of one message; a storm is told by its number
DAY_MS = 86_400_000  # a message may be held for somebody's night; what is stale by then goes


def routed(
    say: Saying, person: str, route: str, group: tuple[tuple[str, str], ...], alert: Alert
) -> AlertRouted:
    what = "firing" if alert.ends_at_ms is None else "ended"
    return AlertRouted(
        event_id=f"alert/{alert.alert_id}/{person}/{route}/{what}",
        person=person,
        route=route,
        group=group,
        alert=alert,
        **say.said(PEOPLE),
    )


def grouped(say: Saying, told: AlertRouted, how: Told) -> AlertGrouped:
    """The first look comes once the alert is as old as its group waits."""
    return AlertGrouped(
        event_id=f"{say.event.event_id}/grouped",
        person=told.person,
        route=told.route,
        group=told.group,
        alert=told.alert,
        first_ms=max(say.now, told.alert.starts_at_ms + how.wait_ms),
        interval_ms=how.interval_ms,
        repeat_ms=how.repeat_ms,
        tell_ended=how.ended,
        **say.said(PEOPLE),
    )


def flushed(say: Saying, group: Group, because: Because, alerts: tuple[Alert, ...]) -> GroupFlushed:
    announcement_id = f"group:{group.name}:{say.now}"  # a group may end and begin anew
    return GroupFlushed(
        event_id=announcement_id,
        announcement_id=announcement_id,
        person=group.receiver,
        route=group.route,
        group=group.labels,
        number=group.number + 1,
        because=because,
        alerts=alerts[:MOST_ALERTS],
        left_out=max(0, len(alerts) - MOST_ALERTS),
        expires_at_ms=say.now + max(group.repeat_ms, group.interval_ms, DAY_MS),
        **say.said(PEOPLE),
    )
