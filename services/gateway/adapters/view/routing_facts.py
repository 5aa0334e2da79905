"""How the router's facts about where an interaction is change what is shown."""

from typing import assert_never

from services.gateway.adapters.view import agent_work
from services.gateway.adapters.view.board import Board
from services.gateway.adapters.view.model import Interaction
from shared.contracts import routing as r
from shared.contracts.interactions import InteractionReceived

PlaceFact = (
    r.InteractionQueued
    | r.InteractionRequeued
    | r.InteractionWidened
    | r.InteractionChanged
    | r.CallbackPromised
    | r.InteractionParked
    | r.InteractionMoved
    | r.MessageRecorded
    | r.InteractionAbandoned
    | r.InteractionExpired
    | r.TransferredOut
    | r.TransferredIn
)
InteractionFact = PlaceFact | agent_work.WorkFact


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
    if fact.pool != known.pool and not isinstance(fact, r.TransferredIn):
        return
    if isinstance(fact, agent_work.WorkFact):
        agent_work.follow(board, known, fact, value)
    else:
        _place(board, known, fact)


def _place(board: Board, known: Interaction, fact: PlaceFact) -> None:
    match fact:
        case r.InteractionQueued():
            _queued(board, known, fact)
        case r.InteractionRequeued():
            _requeued(board, known, fact)
        case r.InteractionWidened():
            known.step = fact.step
            if fact.let_go is not None:
                known.preferred_agent = None
        case r.InteractionChanged():
            _changed(board, known, fact)
        case r.CallbackPromised():
            known.callback = True
        case r.InteractionParked():
            _parked(board, known, fact)
        case r.InteractionMoved():
            _moved(board, known, fact)
        case r.MessageRecorded():
            known.changed_at_ms = fact.at_ms
        case r.InteractionAbandoned():
            board.free(known)
            board.move(known, "abandoned", fact.at_ms)
        case r.InteractionExpired():
            board.free(known)
            board.move(known, "expired", fact.at_ms)
        case r.TransferredOut():
            if fact.hop > known.hop:
                board.free(known)
                board.move(known, "transferred", fact.at_ms)
        case r.TransferredIn():
            _transferred_in(board, known, fact)
        case _:
            assert_never(fact)


def _queued(board: Board, known: Interaction, fact: r.InteractionQueued) -> None:
    _describe(known, fact)
    known.callback, known.step = fact.callback, 0
    _prefer(known, fact.preference)
    _waits(board, known, fact)


def _requeued(board: Board, known: Interaction, fact: r.InteractionRequeued) -> None:
    board.free(known)
    known.agent_id = None
    if fact.routing is not None:
        _route(known, fact.routing)
    _prefer(known, fact.preference)
    _waits(board, known, fact)


def _waits(
    board: Board,
    known: Interaction,
    fact: r.InteractionQueued | r.InteractionRequeued | r.InteractionMoved,
) -> None:
    board.move(known, "waiting", fact.at_ms)
    board.enter_line(known, fact.queue, fact.waiting_since_ms)
    known.park_reason = known.resumes_at_ms = None


def _prefer(known: Interaction, preference: r.Preference | None) -> None:
    known.preferred_agent = preference.agent_id if preference is not None else None


def _changed(board: Board, known: Interaction, fact: r.InteractionChanged) -> None:
    """What waits stands in the line of its queue and language; what is elsewhere stays there.

    One whose offers were withdrawn for the change waits, too: no other fact says so.
    """
    step = known.step
    _route(known, fact.routing)
    if "steps" not in fact.changed:
        known.step = step
    known.changed_at_ms = fact.at_ms
    if known.state == "waiting" or (known.state == "offered" and not known.live_offers):
        since_ms = known.waiting_since_ms
        board.move(known, "waiting", fact.at_ms)  # out of the line it stood in
        board.enter_line(known, fact.routing.queue, fact.at_ms if since_ms is None else since_ms)
    known.queue = fact.routing.queue


def _route(known: Interaction, routing: r.Routing) -> None:
    """What it requires begins anew; the queue is entered by who knows whether it waits."""
    known.priority, known.language, known.step = routing.priority, routing.language, 0


def _parked(board: Board, known: Interaction, fact: r.InteractionParked) -> None:
    board.free(known)
    board.move(known, "parked", fact.at_ms)
    known.queue, known.agent_id = fact.queue, None
    known.incident_id = fact.incident_id
    known.park_reason, known.resumes_at_ms = fact.reason, fact.resumes_at_ms


def _moved(board: Board, known: Interaction, fact: r.InteractionMoved) -> None:
    """It waits by another channel, at the place it had."""
    board.free(known)
    known.agent_id = None
    _waits(board, known, fact)
    known.home_channel, known.channel = fact.home_channel, fact.to_channel
    known.incident_id = fact.incident_id if fact.direction == "to_backup" else None


def _transferred_in(board: Board, known: Interaction, fact: r.TransferredIn) -> None:
    if fact.hop <= known.hop:
        return
    board.free(known)
    board.move(known, "waiting", fact.at_ms, pool=fact.pool)  # its queue is told by the next fact
    known.hop, known.agent_id, known.queue = fact.hop, None, None
    known.park_reason = known.resumes_at_ms = known.preferred_agent = None
    known.callback = fact.callback
    known.body_hash = fact.body_hash
    _describe(known, fact)
    known.waiting_since_ms = fact.waiting_since_ms


def _describe(
    known: Interaction, event: InteractionReceived | r.InteractionQueued | r.TransferredIn
) -> None:
    known.channel = known.home_channel = event.channel
    known.topic, known.incident_id = event.topic, None
    known.language, known.language_source = event.language, event.language_source
    known.priority, known.customer = event.priority, event.customer
