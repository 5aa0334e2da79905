"""The only way the router's state changes: one function per fact, in place."""

from collections.abc import Callable
from typing import Any

from services.router.core import (
    evolve_agents,
    evolve_interactions,
    evolve_offers,
    evolve_outages,
)
from services.router.core.model import Pool
from services.router.core.pool import PoolState
from services.router.core.state import RouterState
from shared.contracts import routing, system
from shared.contracts.event import Command, Event

Change = Callable[[RouterState, PoolState, Any], None]

CHANGES: dict[type[Event], Change] = {
    routing.InteractionQueued: evolve_interactions.queued,
    routing.InteractionRequeued: evolve_interactions.requeued,
    routing.InteractionParked: evolve_outages.parked,
    routing.InteractionMoved: evolve_outages.moved,
    routing.OutageNoted: evolve_outages.outage_noted,
    routing.OfferMade: evolve_offers.offer_made,
    routing.OfferEnded: evolve_offers.offer_ended,
    routing.InteractionAssigned: evolve_offers.assigned,
    routing.MessageRecorded: evolve_interactions.message_recorded,
    routing.InteractionClosed: evolve_interactions.closed,
    routing.InteractionAbandoned: evolve_interactions.abandoned,
    routing.InteractionExpired: evolve_interactions.expired,
    routing.TransferredOut: evolve_interactions.transferred_out,
    routing.CapacityReleased: evolve_interactions.capacity_released,
    routing.StubsDropped: evolve_interactions.stubs_dropped,
    routing.AgentChanged: evolve_agents.agent_changed,
    routing.LeasesRenewed: evolve_agents.leases_renewed,
}
# Told to others: the receiving pool changes when it hears it, a refusal changes nothing.
WITHOUT_CHANGE = (routing.TransferredIn, system.EventRejected, system.EventSkipped, Command)


def evolve(state: RouterState, fact: Event) -> None:
    """Apply one fact.

    Raises:
        KeyError: a fact that no rule is written for, or about what does not exist: a bug.
    """
    if isinstance(fact, system.ConfigTaken):
        _config_taken(state, fact)
    elif not isinstance(fact, WITHOUT_CHANGE):
        CHANGES[type(fact)](state, state.pools[fact.pool], fact)


def _config_taken(state: RouterState, fact: system.ConfigTaken) -> None:
    plan = state.plan(fact.hash)
    pool = state.pools.get(fact.pool)
    if pool is None:
        pool = state.pools[fact.pool] = PoolState(Pool(name=fact.pool), plan)
    pool.entity.config, pool.entity.version = fact.hash, fact.version
    pool.rebuild(plan)
    state.arm_all(pool)
    state.pool_changed(pool)
