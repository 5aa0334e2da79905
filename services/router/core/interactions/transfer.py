"""Interactions that go to an agent, another queue or another pool. Their age goes with them."""

from collections.abc import Iterator

from msgspec import UNSET

from services.router.core.model import Interaction
from services.router.core.needs.ladder import route
from services.router.core.needs.preference import for_a_while
from services.router.core.needs.rules import asked_skills, permille_of
from services.router.core.needs.steps import as_needs_of
from services.router.core.offers.offers import withdraw
from services.router.core.refusals import absent, is_repeat, not_assigned, unknown_agent
from services.router.core.turn import Turn, rejected
from shared.contracts.event import Event
from shared.contracts.interactions import ConnectionFailed, HandBackRequested, TransferRequested
from shared.contracts.routing import Preference, Routing, TransferredIn, TransferredOut

MAX_HOPS = 10  # then it goes in circles; routing.md of Amazon Connect has 11 for tasks


def requested(turn: Turn, event: TransferRequested) -> Iterator[Event]:
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id)
    elif is_repeat(it, event):
        return
    elif event.to_pool not in (None, turn.pool.name):
        yield from _to_pool(turn, event, it, event.to_pool)
    elif (problem := _problem(turn, event, it)) is not None:
        yield problem
    else:
        yield from withdraw(turn, it)
        if it.agent_id is not None:
            turn.agents[it.agent_id] = "transferred"
        routing = _routing(turn, event, it)
        yield turn.requeue(
            it,
            "transferred",
            routing=routing,
            preference=_preference(turn, routing.queue, event.to_agent),
            hand_back_to=it.agent_id if event.consult else None,
        )


def hand_back_requested(turn: Turn, event: HandBackRequested) -> Iterator[Event]:
    """To the agent who asked for the consult, in the queue of then; if he has left, to others."""
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id, forward=False)
    elif is_repeat(it, event):
        return
    elif it.agent_id != event.agent_id:
        yield not_assigned(turn, event, it, event.agent_id)
    elif it.hand_back_to is None:
        yield rejected(
            event,
            turn.now,
            turn.pool.plan.hash,
            code="no_consult",
            field="interaction_id",
            message=f"Interaction {it.id} was not given to agent {event.agent_id} for a consult. "
            "Transfer it, or close it.",
        )
    else:
        turn.agents[event.agent_id] = "handed_back"
        queue = it.hand_back_queue if it.hand_back_queue in turn.pool.plan.queues else it.queue
        yield turn.requeue(
            it,
            "handed_back",
            routing=route(turn, it, queue, ruled=as_needs_of(it.hand_back_ruled or ())),
            preference=_preference(turn, queue, it.hand_back_to),
        )


def connection_failed(turn: Turn, event: ConnectionFailed) -> Iterator[Event]:
    """Accepted, but agent and customer did not meet: it waits again, and others are asked."""
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id, forward=False)
    elif is_repeat(it, event):
        return
    elif it.agent_id != event.agent_id:
        yield not_assigned(turn, event, it, event.agent_id)
    else:
        turn.agents[event.agent_id] = "not_connected"
        yield turn.requeue(it, "not_connected")


def _preference(turn: Turn, queue: str, agent_id: str | None) -> Preference | None:
    return None if agent_id is None else for_a_while(turn, queue, agent_id)


def _routing(turn: Turn, event: TransferRequested, it: Interaction) -> Routing:
    """What it needs in the queue it goes to; in its own it needs what it needed."""
    since_ms = turn.now if event.restart else None
    return route(turn, it, event.to_queue or it.queue, steps_since_ms=since_ms)


def _problem(turn: Turn, event: TransferRequested, it: Interaction) -> Event | None:
    plan = turn.pool.plan
    if event.to_agent is None and event.to_queue not in plan.queues:
        return _unknown_queue(turn, event)
    if event.to_queue is not None and event.to_queue not in plan.queues:
        return _unknown_queue(turn, event)
    if event.consult and it.agent_id is None:
        return rejected(
            event,
            turn.now,
            plan.hash,
            code="not_assigned",
            field="consult",
            message=f"Interaction {it.id} is {it.status}: nobody could get it back after a "
            "consult. Transfer it without one.",
        )
    if event.to_agent is None:
        return None
    if event.to_agent not in plan.agents:
        return unknown_agent(turn, event, event.to_agent, field="to_agent")
    to_agent = turn.pool.agents.get(event.to_agent)
    if to_agent is None or to_agent.status == "offline":
        return rejected(
            event,
            turn.now,
            plan.hash,
            code="agent_not_here",
            field="to_agent",
            message=f"Agent {event.to_agent} is not signed in. Choose another agent, or a queue.",
        )
    return None


def _to_pool(
    turn: Turn, event: TransferRequested, it: Interaction, to_pool: str
) -> Iterator[Event]:
    hop = it.hop + 1
    if hop > MAX_HOPS:
        yield rejected(
            event,
            turn.now,
            turn.pool.plan.hash,
            code="transfer_loop",
            field="to_pool",
            message=f"Interaction {it.id} has moved between pools {MAX_HOPS} times already. "
            "Keep it here, or close it.",
        )
        return
    yield from withdraw(turn, it)
    if it.agent_id is not None:
        turn.agents[it.agent_id] = "transferred"
    yield TransferredOut(
        **turn.head(f"{it.id}#transferred_out/{hop}"),
        interaction_id=it.id,
        to_pool=to_pool,
        hop=hop,
    )
    yield TransferredIn(
        **{**turn.head(f"{it.id}#transferred_in/{hop}"), "pool": to_pool},
        interaction_id=it.id,
        from_pool=turn.pool.name,
        hop=hop,
        channel=it.home,  # the other pool looks at its own outages
        body_hash=it.body_hash,
        language=it.language,
        language_source=it.language_source,
        language_confidence_permille=permille_of(it),
        other_languages=it.other_languages,
        reachable_by=it.reachable_by or (),
        asked_queue=event.to_queue,
        topic=it.topic,
        topic_source=it.topic_source,
        topic_keyword=it.topic_keyword,
        skills=asked_skills(it),
        priority=it.priority,
        customer=it.customer,
        attributes=it.attributes,
        waiting_since_ms=it.waiting_since_ms,
        restart=event.restart,
        messages=it.messages,
        answered=it.answered,
        replied=it.replied,
        callback=it.callback,
        not_before_ms=it.resumes_at_ms,
        attempt=it.attempt,
        told_wait_s=it.told_wait_s if it.told_wait_s is not UNSET else None,
    )


def _unknown_queue(turn: Turn, event: TransferRequested) -> Event:
    return rejected(
        event,
        turn.now,
        turn.pool.plan.hash,
        code="unknown_queue",
        field="to_queue",
        message=f"Pool {turn.pool.name} has no queue {event.to_queue!r}; it has: "
        f"{', '.join(sorted(turn.pool.plan.queues))}. Name one of them, or another pool.",
        status=422,
    )
