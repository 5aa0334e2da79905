"""Interactions that go to another queue, or to another pool. Their age goes with them."""

from collections.abc import Iterator

from services.router.core.model import Interaction
from services.router.core.offers import withdraw
from services.router.core.plan import as_needs
from services.router.core.refusals import absent, is_repeat
from services.router.core.turn import Turn, rejected
from shared.contracts.event import Event
from shared.contracts.interactions import TransferRequested
from shared.contracts.routing import TransferredIn, TransferredOut

MAX_HOPS = 10  # then it goes in circles; routing.md of Amazon Connect has 11 for tasks


def requested(turn: Turn, event: TransferRequested) -> Iterator[Event]:
    it = turn.pool.interactions.get(event.interaction_id)
    if it is None:
        yield from absent(turn, event, event.interaction_id)
    elif is_repeat(it, event):
        return
    elif event.to_pool not in (None, turn.pool.name):
        yield from _to_pool(turn, event, it, event.to_pool)
    elif event.to_queue in turn.pool.plan.queues:
        yield from withdraw(turn, it)
        if it.agent_id is not None:
            turn.agents[it.agent_id] = "transferred"
        yield turn.requeue(it, "transferred", event.to_queue)
    else:
        yield _unknown_queue(turn, event)


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
        other_languages=it.other_languages,
        reachable_by=it.reachable_by or (),
        asked_queue=event.to_queue,
        topic=it.topic,
        skills=as_needs(it.asked_skills),
        priority=it.priority,
        customer=it.customer,
        attributes=it.attributes,
        waiting_since_ms=it.waiting_since_ms,
        messages=it.messages,
        answered=it.answered,
        replied=it.replied,
        attempt=it.attempt,
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
