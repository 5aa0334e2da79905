"""The only way the router's state changes: one function per fact, in place."""

from collections.abc import Callable
from typing import Any

from services.router.core.agents import evolve_agents
from services.router.core.channels import evolve_outages
from services.router.core.customers import evolve_notices
from services.router.core.interactions import evolve_conversation, evolve_interactions
from services.router.core.model import Pool
from services.router.core.needs import evolve_widening
from services.router.core.offers import evolve_offers
from services.router.core.pool import PoolState
from services.router.core.queues import evolve_queues, evolve_withheld
from services.router.core.state import RouterState
from services.router.core.why import evolve_estimates
from shared.contracts import customers, explanation, presence, routing, system
from shared.contracts.event import Command, Event

Change = Callable[[RouterState, PoolState, Any], None]

CHANGES: dict[type[Event], Change] = {
    routing.InteractionQueued: evolve_interactions.queued,
    routing.InteractionRequeued: evolve_interactions.requeued,
    routing.InteractionWidened: evolve_widening.widened,
    routing.InteractionChanged: evolve_widening.changed,
    routing.InteractionParked: evolve_outages.parked,
    routing.InteractionMoved: evolve_outages.moved,
    routing.OutageNoted: evolve_outages.outage_noted,
    routing.QueueHoursChanged: evolve_queues.hours_changed,
    routing.CallbackPromised: evolve_queues.callback_promised,
    routing.OfferMade: evolve_offers.offer_made,
    routing.OfferEnded: evolve_offers.offer_ended,
    routing.InteractionAssigned: evolve_offers.assigned,
    routing.MessageRecorded: evolve_conversation.message_recorded,
    routing.InteractionIdled: evolve_conversation.idled,
    routing.InteractionWoken: evolve_conversation.woken,
    routing.InteractionClosed: evolve_interactions.closed,
    routing.InteractionAbandoned: evolve_interactions.abandoned,
    routing.InteractionExpired: evolve_interactions.expired,
    routing.TransferredOut: evolve_interactions.transferred_out,
    routing.CapacityReleased: evolve_interactions.capacity_released,
    routing.WrapUpExtended: evolve_conversation.wrap_up_extended,
    routing.StubsDropped: evolve_interactions.stubs_dropped,
    customers.CustomerNoticeRequested: evolve_notices.told,
    presence.AgentChanged: evolve_agents.agent_changed,
    presence.AgentSkillsChanged: evolve_agents.agent_skills_changed,
    presence.AgentWithheld: evolve_withheld.agent_withheld,
    presence.LeasesRenewed: evolve_agents.leases_renewed,
}
# Looked at before the change: how long it waited, and how long its agent had it.
MEASURES: dict[type[Event], Change] = {
    routing.InteractionAssigned: evolve_estimates.entered,
    routing.InteractionIdled: evolve_estimates.paused,
    routing.InteractionWoken: evolve_estimates.resumed,
    routing.InteractionClosed: evolve_estimates.closed,
    routing.InteractionRequeued: evolve_estimates.requeued,
    routing.TransferredOut: evolve_estimates.transferred_out,
}
# Told to others: the receiving pool changes when it hears it, a refusal changes nothing.
WITHOUT_CHANGE = (
    routing.TransferredIn,
    explanation.InteractionExplained,
    system.EventRejected,
    system.EventSkipped,
    Command,
)


def evolve(state: RouterState, fact: Event) -> None:
    """Apply one fact.

    Raises:
        KeyError: a fact that no rule is written for, or about what does not exist: a bug.
    """
    if isinstance(fact, system.ConfigTaken):
        _config_taken(state, fact)
    elif not isinstance(fact, WITHOUT_CHANGE):
        pool = state.pools[fact.pool]
        if (measure := MEASURES.get(type(fact))) is not None:
            measure(state, pool, fact)
        CHANGES[type(fact)](state, pool, fact)


def _config_taken(state: RouterState, fact: system.ConfigTaken) -> None:
    plan = state.plan(fact.hash)
    pool = state.pools.get(fact.pool)
    if pool is None:
        pool = state.pools[fact.pool] = PoolState(Pool(name=fact.pool), plan)
    pool.entity.config, pool.entity.version = fact.hash, fact.version
    evolve_agents.forget_skills_by_hand(state, pool)
    pool.rebuild(plan)
    evolve_estimates.forget(state, pool)
    state.arm_all(pool)
    state.pool_changed(pool)
