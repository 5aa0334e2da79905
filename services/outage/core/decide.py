"""What follows from an event: its own effect first, then the promises that have come due."""

from collections.abc import Callable, Iterator
from typing import Any

from services.outage.core import commands, reconfigure, watching
from services.outage.core.incidents import News, update
from services.outage.core.model import fingerprint
from services.outage.core.state import OutageState
from services.outage.core.turn import Turn
from shared.contracts import outage, routing, system
from shared.contracts.event import Command, Event

Rule = Callable[[Turn, Any], Iterator[Event]]

RULES: dict[type[Event], Rule] = {
    outage.ContactsSeen: watching.contacts_seen,
    outage.ProbeEnded: watching.probe_ended,
    outage.IncidentDeclared: commands.declared,
    outage.IncidentUpdatePosted: commands.update_posted,
    outage.IncidentResolveRequested: commands.resolve_requested,
    routing.InteractionMoved: watching.counted,
    routing.InteractionParked: watching.counted,
    system.ConfigChanged: reconfigure.config_changed,
}
_HEARD: tuple[type[Event], ...] = (*RULES, system.Tick)
HEARS = frozenset(it.model_fields["kind"].default for it in _HEARD)


def decide(state: OutageState, event: Event, now: int) -> Iterator[Event]:
    """Say what follows, fact by fact; the caller evolves each before it asks for the next.

    The event comes before what is due: news that a person wrote at the promised time are the
    promised update, and after a resolution nothing is promised.

    Raises:
        KeyError: an event of a kind that is not in HEARS.
    """
    ticked = isinstance(event, system.Tick)
    if not ticked and not _is_repeat(state, event):
        yield from RULES[type(event)](Turn(state, now, event.event_id), event)
    # What another event than a tick happens to come after, it did not ask for.
    yield from _due(Turn(state, now, event.event_id if ticked else None))


def _is_repeat(state: OutageState, event: Event) -> bool:
    """A command that was answered, also with a refusal, is not followed when it comes again."""
    return isinstance(event, Command) and fingerprint(event.event_id) in state.installation.known


def _due(turn: Turn) -> Iterator[Event]:
    """Each promise that came due, once: after a standstill there is one update, not many."""
    while (due := turn.state.due()) is not None and due[0] <= turn.now:
        yield from update(turn, turn.state.incidents[due[1]], News(), automatic=True)
