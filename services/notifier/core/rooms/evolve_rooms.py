"""How facts of alerts change the groups of rooms: the only place where they change."""

from services.notifier.core import storage
from services.notifier.core.rooms.groups import Group, due_ms, hear, look, lose, tell
from services.notifier.core.rooms.inhibition import keeps_back
from services.notifier.core.rooms.model import KnownAlert, Room, Source, group_name
from services.notifier.core.state import NotifierState
from shared.contracts.rooms import AlertGrouped, AlertRouted, GroupFlushed


def routed(state: NotifierState, fact: AlertRouted) -> None:
    """Of an alert that began or ended here; rooms hear of it in their own shards."""
    state.changed.add(storage.ALERT + fact.alert.alert_id)
    if fact.alert.ends_at_ms is not None:
        state.alerts.pop(fact.alert.alert_id, None)
        return
    known = state.alerts.setdefault(fact.alert.alert_id, KnownAlert(fact.alert))
    known.told = (*known.told, (fact.person, fact.route, fact.group))


def grouped(state: NotifierState, fact: AlertGrouped) -> None:
    room = state.rooms.setdefault(fact.person, Room())
    if not fact.route:
        source = Source(fact.person, fact.alert)
        state.changed.add(storage.SOURCE + source.name)
        if fact.alert.ends_at_ms is None:
            state.sources[source.name] = source
            room.sources[fact.alert.alert_id] = fact.alert
        else:
            state.sources.pop(source.name, None)
            room.sources.pop(fact.alert.alert_id, None)
        for name in sorted(room.groups):
            _plan(state, state.groups[name], fact.at_ms)
        _drop_if_empty(state, fact.person)
        return
    name = group_name(fact.person, fact.route, fact.group)
    group = state.groups.get(name)
    if group is None:
        group = state.groups[name] = Group(
            receiver=fact.person,
            route=fact.route,
            labels=fact.group,
            first_ms=fact.first_ms,
            interval_ms=fact.interval_ms,
            repeat_ms=fact.repeat_ms,
            ended=fact.tell_ended,
        )
        room.groups.add(name)
    hear(group, fact.alert)
    _settle(state, group, fact.at_ms)


def flushed(state: NotifierState, fact: GroupFlushed) -> None:
    group = state.groups[group_name(fact.person, fact.route, fact.group)]
    look(group, fact.announcement_id, fact.at_ms, keeps_back(state, group.receiver))
    _settle(state, group, fact.at_ms)


def got_through(state: NotifierState, fact: GroupFlushed, now: int) -> None:
    """The message of a group was taken, or may have been."""
    group = state.groups.get(group_name(fact.person, fact.route, fact.group))
    if group is not None and fact.announcement_id == group.last:
        tell(group)
        _settle(state, group, now)


def came_to_nothing(state: NotifierState, fact: GroupFlushed, now: int) -> None:
    """The message of a group was not taken, and is not tried any more."""
    group = state.groups.get(group_name(fact.person, fact.route, fact.group))
    if group is not None and fact.announcement_id == group.last:
        lose(group)
        _settle(state, group, now)


def configured(state: NotifierState, now: int) -> None:
    """Other rules keep alerts back by now, so every group is looked at anew."""
    for name in sorted(state.groups):
        _plan(state, state.groups[name], now)


def _settle(state: NotifierState, group: Group, now: int) -> None:
    """Drop it if it holds nothing any more, else see when it is looked at next."""
    state.changed.add(storage.GROUP + group.name)
    if group.alerts:
        _plan(state, group, now)
        return
    del state.groups[group.name]
    state.groups_due.drop(group.name)
    state.rooms[group.receiver].groups.discard(group.name)
    _drop_if_empty(state, group.receiver)


def _drop_if_empty(state: NotifierState, receiver: str) -> None:
    if state.rooms[receiver].is_empty:
        del state.rooms[receiver]


def _plan(state: NotifierState, group: Group, now: int) -> None:
    state.changed.add(storage.GROUP + group.name)
    group.next_ms = due_ms(group, now, keeps_back(state, group.receiver))
    _put(state, group)


def _put(state: NotifierState, group: Group) -> None:
    if group.next_ms is None:
        state.groups_due.drop(group.name)
    else:
        state.groups_due.put(group.name, group.next_ms)


def load(state: NotifierState) -> None:
    """Build what derives from restored groups and sources."""
    for name, group in state.groups.items():
        state.rooms.setdefault(group.receiver, Room()).groups.add(name)
        _put(state, group)
    for source in state.sources.values():
        room = state.rooms.setdefault(source.receiver, Room())
        room.sources[source.alert.alert_id] = source.alert
