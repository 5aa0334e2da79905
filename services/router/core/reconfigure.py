"""A pool's document is replaced: everybody is looked at again under the new one."""

from collections.abc import Iterator

from services.router.core.agents.presence import change, revoke
from services.router.core.channels.berth import in_berth
from services.router.core.queues.hours import of_agent, of_queues
from services.router.core.state import RouterState
from services.router.core.turn import SERVICE, Turn
from shared.contracts.event import Event
from shared.contracts.system import ConfigChanged, ConfigTaken


def taken(state: RouterState, event: ConfigChanged, now: int) -> Iterator[Event]:
    """Only a newer version is taken: the same one heard again, or an old one late, is nothing."""
    pool = state.pools.get(event.pool)
    if pool is not None and event.version <= pool.entity.version:
        return
    yield ConfigTaken(
        event_id=f"{event.pool}#config_taken/{event.version}/{SERVICE}",
        pool=event.pool,
        at_ms=now,
        by=SERVICE,
        cause=event.event_id,
        config=event.hash,
        hash=event.hash,
        version=event.version,
        service=SERVICE,
    )


def review(turn: Turn) -> Iterator[Event]:
    """Take from agents what they may not have any more, and look at all who wait or are ready."""
    pool = turn.pool
    yield from of_queues(turn)
    for agent_id in sorted(pool.agents):
        if agent_id not in pool.plan.agents:
            yield from _dismiss(turn, agent_id)
        else:
            yield from _revoke_unfit(turn, agent_id)
            turn.agents[agent_id] = "configuration"
        yield from of_agent(turn, agent_id, anew=True)
    for it in pool.interactions.values():
        if it.status in ("waiting", "parked") and not in_berth(pool, it):
            turn.interactions.setdefault(it.id, "configuration")


def _dismiss(turn: Turn, agent_id: str) -> Iterator[Event]:
    agent = turn.pool.agents[agent_id]
    if agent.status != "offline":
        yield from change(turn, agent, "offline", "removed_from_config")
    for id_ in sorted(turn.pool.seat(agent_id).assigned):
        yield turn.requeue(turn.pool.interactions[id_], "agent_lost")


def _revoke_unfit(turn: Turn, agent_id: str) -> Iterator[Event]:
    """Offers that he may not serve any more, and the latest ones that do not fit any more."""
    pool = turn.pool
    seat = pool.seat(agent_id)
    for _, id_ in sorted((-_made_at_ms(turn, id_, agent_id), id_) for id_ in seat.offered):
        it = pool.interactions[id_]
        if seat.overdrawn() or not pool.floor.may_serve(agent_id, pool.floor.requirement(it)):
            yield from revoke(turn, agent_id, [id_])


def _made_at_ms(turn: Turn, id_: str, agent_id: str) -> int:
    offer = turn.pool.interactions[id_].offer_to(agent_id)
    assert offer is not None
    return offer.made_at_ms
