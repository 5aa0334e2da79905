"""How the router's facts change what is shown."""

from typing import assert_never

from services.gateway.adapters.view.board import Board
from services.gateway.adapters.view.model import Interaction, Offer
from shared.contracts import routing as r
from shared.contracts.interactions import InteractionReceived

InteractionFact = (
    r.InteractionQueued
    | r.InteractionRequeued
    | r.InteractionParked
    | r.InteractionMoved
    | r.OfferMade
    | r.OfferEnded
    | r.InteractionAssigned
    | r.MessageRecorded
    | r.InteractionClosed
    | r.InteractionAbandoned
    | r.InteractionExpired
    | r.CapacityReleased
    | r.TransferredOut
    | r.TransferredIn
)


def received(interaction: Interaction, event: InteractionReceived) -> None:
    """A contact came in. One that is known already (the event said twice) stays as it is."""
    fresh = interaction.state == "received" and not interaction.received_by
    if not fresh and interaction.state != "rejected":
        return
    interaction.received_by = event.event_id
    interaction.body_hash = event.body_hash
    interaction.queue = event.queue
    _describe(interaction, event)


def follow(board: Board, known: Interaction, fact: InteractionFact, value: bytes) -> None:
    """Bring the interaction to where the fact says it is.

    Partitions are read side by side: a fact of the pool that an interaction has left may come
    after those of its new pool, and changes nothing then.
    """
    if isinstance(fact, r.TransferredIn):
        _transferred_in(board, known, fact)
        return
    if fact.pool != known.pool:
        return
    at_ms = fact.at_ms
    match fact:
        case r.InteractionQueued():
            _describe(known, fact)
            board.move(known, "waiting", at_ms)
            board.enter_line(known, fact.queue, fact.waiting_since_ms)
        case r.InteractionRequeued():
            board.free(known)
            known.agent_id = None
            board.move(known, "waiting", at_ms)
            board.enter_line(known, fact.queue, fact.waiting_since_ms)
        case r.InteractionParked():
            _parked(board, known, fact)
        case r.InteractionMoved():
            _moved(board, known, fact)
        case r.OfferMade():
            board.move(known, "offered", at_ms)
            known.offer_id, known.agent_id = fact.offer_id, fact.agent_id
            known.channel = fact.channel
            board.hold(_offer(fact, value))
        case r.OfferEnded():
            board.end_offer(fact.pool, fact.offer_id)
            if known.offer_id == fact.offer_id:  # where it goes now is told by the next fact
                known.offer_id = known.agent_id = None
        case r.InteractionAssigned():
            _assigned(board, known, fact)
        case r.MessageRecorded():
            known.changed_at_ms = at_ms
        case r.InteractionClosed():
            _closed(board, known, fact)
        case r.InteractionAbandoned():
            board.free(known)
            board.move(known, "abandoned", at_ms)
        case r.InteractionExpired():
            board.free(known)
            board.move(known, "expired", at_ms)
        case r.CapacityReleased():
            agent = board.agent(fact.pool, fact.agent_id)
            agent.wrapping_up.pop(known.id, None)
            board.recount(agent)
        case r.TransferredOut():
            if fact.hop > known.hop:
                board.free(known)
                board.move(known, "transferred", at_ms)
        case _:
            assert_never(fact)


def agent_changed(board: Board, fact: r.AgentChanged) -> None:
    agent = board.agent(fact.pool, fact.agent_id)
    agent.status, agent.epoch, agent.note = fact.status, fact.epoch, fact.note
    agent.since_ms, agent.reason = fact.at_ms, fact.reason
    board.recount(agent)


def _parked(board: Board, known: Interaction, fact: r.InteractionParked) -> None:
    board.free(known)
    board.move(known, "parked", fact.at_ms)
    known.queue, known.agent_id = fact.queue, None
    known.incident_id = fact.incident_id


def _moved(board: Board, known: Interaction, fact: r.InteractionMoved) -> None:
    """It waits by another channel, at the place it had."""
    board.free(known)
    known.agent_id = None
    board.move(known, "waiting", fact.at_ms)
    board.enter_line(known, fact.queue, fact.waiting_since_ms)
    known.home_channel, known.channel = fact.home_channel, fact.to_channel
    known.incident_id = fact.incident_id if fact.direction == "to_backup" else None


def _transferred_in(board: Board, known: Interaction, fact: r.TransferredIn) -> None:
    if fact.hop <= known.hop:
        return
    board.free(known)
    board.move(known, "waiting", fact.at_ms, pool=fact.pool)  # its queue is told by the next fact
    known.hop, known.agent_id, known.queue = fact.hop, None, None
    known.body_hash = fact.body_hash
    _describe(known, fact)
    known.waiting_since_ms = fact.waiting_since_ms


def _assigned(board: Board, known: Interaction, fact: r.InteractionAssigned) -> None:
    board.free(known)
    board.move(known, "assigned", fact.at_ms)
    known.agent_id, known.queue, known.offer_id = fact.agent_id, fact.queue, fact.offer_id
    known.channel = fact.channel
    agent = board.agent(fact.pool, fact.agent_id)
    agent.assigned[known.id] = None
    board.recount(agent)


def _closed(board: Board, known: Interaction, fact: r.InteractionClosed) -> None:
    board.free(known)
    board.move(known, "closed", fact.at_ms)
    known.outcome, known.wrap_up_until_ms = fact.outcome, fact.wrap_up_until_ms
    if fact.agent_id is not None and fact.wrap_up_until_ms is not None:
        agent = board.agent(fact.pool, fact.agent_id)
        agent.wrapping_up[known.id] = None
        board.recount(agent)


def _describe(
    known: Interaction, event: InteractionReceived | r.InteractionQueued | r.TransferredIn
) -> None:
    known.channel = known.home_channel = event.channel
    known.topic, known.incident_id = event.topic, None
    known.language, known.language_source = event.language, event.language_source
    known.priority, known.customer = event.priority, event.customer


def _offer(fact: r.OfferMade, value: bytes) -> Offer:
    return Offer(
        id=fact.offer_id,
        interaction_id=fact.interaction_id,
        agent_id=fact.agent_id,
        pool=fact.pool,
        fact_id=fact.event_id,
        channel=fact.channel,
        queue=fact.queue,
        language=fact.language,
        expires_at_ms=fact.expires_at_ms,
        waited_ms=fact.waited_ms,
        fact=value,
    )
