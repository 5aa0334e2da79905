"""Escalations and incidents as alerts: each begins and ends once for the rooms that hear of it.

Everybody who is told of one is told in his own shard, so several shards may say that it began;
rooms hear it as one.
"""

from collections.abc import Iterator

from services.notifier.core.facts import Saying
from services.notifier.core.rooms import facts_rooms
from services.notifier.core.rooms.inhibition import is_source
from services.notifier.core.rooms.tree import group_of, receivers, routed
from services.notifier.core.state import NotifierState
from shared.contracts.escalation import PageRequested
from shared.contracts.event import Event
from shared.contracts.outage import NoticeRequested
from shared.contracts.rooms import Alert


def paged(state: NotifierState, say: Saying, page: PageRequested) -> Iterator[Event]:
    labels = {
        "kind": "escalation",
        "pool": page.pool,
        "queue": page.queue,
        "channel": page.channel,
        "language": page.language,
        "metric": page.metric,
        "level": str(page.level),
    }
    yield from _began(state, say, alert_of_cycle(page.escalation_id, page.cycle), labels)


def noticed(state: NotifierState, say: Saying, notice: NoticeRequested) -> Iterator[Event]:
    """News of an incident; a recovery ends its alert."""
    if notice.purpose == "recovery":
        yield from ended(state, say, notice.incident_id)
        return
    labels = {
        "kind": "incident",
        "incident": notice.incident_id,
        "channel": notice.channel,
        "severity": notice.severity,
        "pools": ",".join(notice.pools),
    }
    yield from _began(state, say, notice.incident_id, labels)


def ended(state: NotifierState, say: Saying, alert_id: str) -> Iterator[Event]:
    known = state.alerts.get(alert_id)
    if known is None:
        return
    over = known.alert.model_copy(update={"ends_at_ms": say.now})
    for receiver, route, group in known.told:
        yield facts_rooms.routed(say, receiver, route, group, over)


def alert_of_cycle(escalation_id: str, cycle: int) -> str:
    return f"{escalation_id}/c{cycle}"


def _began(
    state: NotifierState, say: Saying, alert_id: str, labels: dict[str, str]
) -> Iterator[Event]:
    tree = state.people.rooms if state.people is not None else None
    if tree is None or alert_id in state.alerts:
        return
    alert = Alert(alert_id=alert_id, labels=labels, starts_at_ms=say.now)
    for told in routed(tree, labels):
        if told.receiver:
            yield facts_rooms.routed(say, told.receiver, told.path, group_of(told, labels), alert)
    if is_source(state, labels):
        for receiver in receivers(tree):
            yield facts_rooms.routed(say, receiver, "", (), alert)
