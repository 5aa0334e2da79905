"""What keeps alerts back: others that fire in the same room and say why."""

from collections.abc import Mapping

from services.notifier.core.rooms.groups import Muted
from services.notifier.core.rooms.tree import inhibits, matches
from services.notifier.core.state import NotifierState


def keeps_back(state: NotifierState, receiver: str) -> Muted:
    """Whether an alert with such labels is kept back in this room just now."""
    people, room = state.people, state.rooms.get(receiver)
    rules = people.inhibitions if people is not None else ()
    sources = [it.labels for it in room.sources.values()] if room is not None else []
    if not rules or not sources:
        return _nothing

    def muted(labels: Mapping[str, str]) -> bool:
        return any(inhibits(rule, source, labels) for rule in rules for source in sources)

    return muted


def is_source(state: NotifierState, labels: Mapping[str, str]) -> bool:
    """Whether an alert with such labels may keep others back, in any room."""
    return state.people is not None and any(
        matches(rule.source, labels) for rule in state.people.inhibitions
    )


def _nothing(_labels: Mapping[str, str]) -> bool:
    return False
