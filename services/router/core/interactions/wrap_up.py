"""The work after an interaction: it holds its agent's units until its own time is over."""

from collections.abc import Iterator

from services.router.core.model import Stub, fingerprint
from services.router.core.refusals import absent
from services.router.core.turn import Turn, rejected
from shared.contracts.agents import WrapUpEnded, WrapUpExtensionRequested
from shared.contracts.event import Event
from shared.contracts.routing import CapacityReleased, WrapUpExtended


def ended(turn: Turn, event: WrapUpEnded) -> Iterator[Event]:
    """The agent is done before its time."""
    stub = turn.pool.stubs.get(event.interaction_id)
    if stub is None and event.interaction_id not in turn.pool.interactions:
        yield from absent(turn, event, event.interaction_id)
    elif stub is None or stub.wrap_up_by not in (None, event.agent_id):
        yield _not_in_wrap_up(turn, event)
    elif stub.wrap_up_by is not None:  # None: it is over already, and that is what was wanted
        yield released(turn, stub.id, stub.wrap_up_by, early=True)


def extension_requested(turn: Turn, event: WrapUpExtensionRequested) -> Iterator[Event]:
    """The agent needs longer: granted once, by the time of the channel."""
    stub = turn.pool.stubs.get(event.interaction_id)
    if stub is None and event.interaction_id not in turn.pool.interactions:
        yield from absent(turn, event, event.interaction_id)
    elif stub is None:
        yield _not_in_wrap_up(turn, event)
    elif fingerprint(event.event_id) in stub.known:
        return
    elif stub.wrap_up_by != event.agent_id:
        yield _not_in_wrap_up(turn, event)
    else:
        yield _extended(turn, event, stub)


def _extended(turn: Turn, event: WrapUpExtensionRequested, stub: Stub) -> Event:
    assert stub.channel is not None
    extension_s = turn.pool.plan.channel(stub.channel).wrap_up_extension_s
    if not extension_s:
        return rejected(
            event,
            turn.now,
            turn.pool.plan.hash,
            code="no_extension",
            field="interaction_id",
            message=f"The work after {stub.channel} cannot be extended in pool {turn.pool.name}. "
            "Set wrap_up_extension_s of the channel to allow it.",
        )
    if stub.wrap_up_extended:
        return rejected(
            event,
            turn.now,
            turn.pool.plan.hash,
            code="already_extended",
            field="interaction_id",
            message=f"The work after interaction {stub.id} was extended already, which is done "
            "once. Report away to get nothing new when it is over.",
        )
    return WrapUpExtended(
        **turn.head(f"{stub.id}#wrap_up_extended"),
        interaction_id=stub.id,
        agent_id=event.agent_id,
        until_ms=stub.wrap_up_until_ms + extension_s * 1000,
    )


def released(turn: Turn, interaction_id: str, agent_id: str, *, early: bool) -> CapacityReleased:
    """It is over: the agent may get something for its units."""
    turn.agents[agent_id] = "capacity_released"
    return CapacityReleased(
        **turn.head(f"{interaction_id}#capacity_released"),
        interaction_id=interaction_id,
        agent_id=agent_id,
        early=early,
    )


def _not_in_wrap_up(turn: Turn, event: WrapUpEnded | WrapUpExtensionRequested) -> Event:
    return rejected(
        event,
        turn.now,
        turn.pool.plan.hash,
        code="not_in_wrap_up",
        field="interaction_id",
        message=f"Agent {event.agent_id} does no work after interaction "
        f"{event.interaction_id}. Close it first, or read who does.",
    )
