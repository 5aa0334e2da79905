"""How the router's facts about offers, assignments and wrap-up change what is shown."""

from typing import assert_never

from services.gateway.adapters.view.board import Board
from services.gateway.adapters.view.model import Interaction, Offer
from shared.contracts import routing as r

WorkFact = (
    r.OfferMade
    | r.OfferEnded
    | r.InteractionAssigned
    | r.InteractionIdled
    | r.InteractionWoken
    | r.InteractionClosed
    | r.CapacityReleased
    | r.WrapUpExtended
)


def follow(board: Board, known: Interaction, fact: WorkFact, value: bytes) -> None:
    match fact:
        case r.OfferMade():
            _offered(board, known, fact, value)
        case r.OfferEnded():
            board.end_offer(fact.pool, fact.offer_id)
            live = known.live_offers.pop(fact.offer_id, None)
            if live is not None and known.state == "offered":  # the next fact says where it goes
                _show_first_offer(known)
        case r.InteractionAssigned():
            _assigned(board, known, fact)
        case r.InteractionIdled():
            board.hold_idle(known, fact.agent_id, idle=True)
        case r.InteractionWoken():
            board.hold_idle(known, fact.agent_id, idle=False)
        case r.InteractionClosed():
            _closed(board, known, fact)
        case r.CapacityReleased():
            agent = board.agent(fact.pool, fact.agent_id)
            agent.wrapping_up.pop(known.id, None)
            board.recount(agent)
        case r.WrapUpExtended():
            known.wrap_up_until_ms = fact.until_ms
        case _:
            assert_never(fact)


def _offered(board: Board, known: Interaction, fact: r.OfferMade, value: bytes) -> None:
    board.move(known, "offered", fact.at_ms)
    known.live_offers[fact.offer_id] = fact.agent_id
    known.channel = fact.channel
    board.hold(_offer(fact, value))
    _show_first_offer(known)


def _show_first_offer(known: Interaction) -> None:
    """Of several live offers the oldest stands for all."""
    first = next(iter(known.live_offers.items()), (None, None))
    known.offer_id, known.agent_id = first


def _assigned(board: Board, known: Interaction, fact: r.InteractionAssigned) -> None:
    board.free(known)
    board.move(known, "assigned", fact.at_ms)
    known.agent_id, known.queue, known.offer_id = fact.agent_id, fact.queue, fact.offer_id
    known.channel, known.preferred_agent = fact.channel, None
    known.park_reason = known.resumes_at_ms = None
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
