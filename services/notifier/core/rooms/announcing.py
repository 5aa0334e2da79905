"""A room hears of alerts, and is told of its groups when their time comes."""

from collections.abc import Iterator

from services.notifier.core.chains.opening import open_chain
from services.notifier.core.facts import Saying
from services.notifier.core.ledger.tries import replaced
from services.notifier.core.model import Phase
from services.notifier.core.rooms import facts_rooms
from services.notifier.core.rooms.groups import content, says
from services.notifier.core.rooms.inhibition import keeps_back
from services.notifier.core.rooms.model import group_name
from services.notifier.core.rooms.tree import Told, routed
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.rooms import AlertRouted, GroupFlushed


def heard(state: NotifierState, say: Saying, told: AlertRouted) -> Iterator[Event]:
    """An alert began or ended, as a shard of one who was to be told of it says."""
    if not told.route:
        known = f"{told.person}/{told.alert.alert_id}" in state.sources
        if known is (told.alert.ends_at_ms is not None):
            yield facts_rooms.grouped(say, told, Told())
        return
    group = state.groups.get(group_name(told.person, told.route, told.group))
    before = group.alerts.get(told.alert.alert_id) if group else None
    if told.alert.ends_at_ms is None:
        if before is not None and before.ends_at_ms is None:
            return  # several people are told of one escalation, and each of them says so
        how = _how(state, told)
        if how is not None:
            yield facts_rooms.grouped(say, told, how)
    elif before is not None and before.ends_at_ms is None:
        yield facts_rooms.grouped(say, told, Told())


def due(state: NotifierState, say: Saying) -> Iterator[Event]:
    while (first := state.groups_due.first()) is not None and first[0] <= say.now:
        group = state.groups[first[1]]
        muted = keeps_back(state, group.receiver)
        because = says(group, say.now, muted)
        assert because is not None, f"{group.name} was to be told at {first[0]}, and has nothing"
        last = group.last
        flushed = facts_rooms.flushed(say, group, because, content(group, muted))
        yield flushed
        if last:
            yield from _replaced(state, say, last, flushed)
        yield from open_chain(state, say, flushed)


def _replaced(
    state: NotifierState, say: Saying, last: str, flushed: GroupFlushed
) -> Iterator[Event]:
    """What has not left of the message before is of no use: the new one tells the whole."""
    for hop in range(1, len(state.notifications) + 1):
        row = state.notifications.get(last if hop == 1 else f"{last}+{hop}")
        if row is None:
            return
        if row.phase is Phase.WAITING:
            yield say.ended(row, "superseded", replaced(row, f"message {flushed.number}"))


def _how(state: NotifierState, told: AlertRouted) -> Told | None:
    """How the route tells, by the document in force; None: there is no such route any more."""
    tree = state.people.rooms if state.people is not None else None
    found = routed(tree, told.alert.labels) if tree is not None else []
    return next((it for it in found if it.path == told.route), None)
