"""R2: one live offer or assignment per interaction; several offers only where the queue asks."""

from dataclasses import dataclass, field

from shared.contracts.configuration import PoolDocument
from shared.contracts.routing import (
    InteractionAssigned,
    InteractionMoved,
    InteractionRequeued,
    OfferEnded,
    OfferMade,
)
from switchyard.report.reading import Entry, Source
from switchyard.report.verdict import Finding, Verdict

_ENDS = frozenset(
    {
        "interaction_closed",
        "interaction_abandoned",
        "interaction_expired",
        "interaction_parked",
        "transferred_out",
    }
)


@dataclass(slots=True)
class _Turn:
    """What one decision of a shard still owes; it is settled when the next one is read."""

    offset: int = -1
    losers: dict[str, str] = field(default_factory=dict)  # live offers beside the one that won
    won: set[str] = field(default_factory=set)
    superseded: dict[str, str] = field(default_factory=dict)  # interaction, by offer


class SingleCheck:
    """Follows who holds each interaction: offers, an agent, or nobody.

    Of several offers one wins, and the others are superseded in the same turn.
    """

    def __init__(self, documents: dict[str, PoolDocument]) -> None:
        self._finding = Finding(
            "R2", "one live offer or assignment per interaction, or as many as its queue asks for"
        )
        self._documents = documents
        self._at_once: dict[str, dict[str, int]] = {}  # by configuration and queue
        self._offers: dict[str, dict[str, str]] = {}  # interaction to its live offers and agents
        self._agent: dict[str, str] = {}  # interaction to the agent who has it
        self._turns: dict[str, _Turn] = {}  # the last one of each shard

    def see(self, entry: Entry) -> None:
        turn = self._turn(entry.source)
        match entry.event:
            case OfferMade() as made:
                self._made(made)
            case OfferEnded(interaction_id=key, offer_id=offer) as ended:
                self._offers.get(key, {}).pop(offer, None)
                turn.losers.pop(offer, None)
                if ended.end == "superseded":
                    turn.superseded[offer] = key
            case InteractionAssigned() as assigned:
                self._assigned(assigned, turn)
            case InteractionRequeued(interaction_id=key):
                self._agent.pop(key, None)
                if live := self._offers.get(key):
                    self._finding.broken(f"{key}: waits again while {next(iter(live))} is live")
            case InteractionMoved() as moved:
                self._moved(moved)
            case event if entry.record.kind in _ENDS:
                key = event.interaction_id  # type: ignore[attr-defined]  # all of _ENDS have it
                self._offers.pop(key, None)
                self._agent.pop(key, None)
            case _:
                pass  # holds and frees nothing

    def _turn(self, source: Source | None) -> _Turn:
        if source is None:
            return _Turn()
        turn = self._turns.setdefault(source.shard, _Turn(source.offset))
        if turn.offset != source.offset:
            self._settle(turn)
            turn = self._turns[source.shard] = _Turn(source.offset)
        return turn

    def _settle(self, turn: _Turn) -> None:
        for offer, winner in turn.losers.items():
            self._finding.broken(f"{offer}: still live after {winner} won")
        for offer, key in turn.superseded.items():
            if key not in turn.won:
                self._finding.broken(f"{offer}: superseded, and no other won")

    def _made(self, made: OfferMade) -> None:
        self._finding.exercised += 1
        key = made.interaction_id
        live = self._offers.setdefault(key, {})
        if len(live) >= self._most(made):
            self._finding.broken(f"{made.offer_id}: made while {', '.join(live)} was live")
        if made.agent_id in live.values():
            self._finding.broken(f"{made.offer_id}: {made.agent_id} is asked twice at once")
        if key in self._agent:
            self._finding.broken(f"{made.offer_id}: made while {self._agent[key]} had it")
        live[made.offer_id] = made.agent_id

    def _most(self, made: OfferMade) -> int:
        if made.config not in self._at_once:
            document = self._documents.get(made.config)
            queues = () if document is None else document.queues
            self._at_once[made.config] = {it.name: it.offers_at_once for it in queues}
        return self._at_once[made.config].get(made.queue, 1)

    def _assigned(self, assigned: InteractionAssigned, turn: _Turn) -> None:
        key = assigned.interaction_id
        live = self._offers.pop(key, {})
        by_hand = assigned.by_hand is not None
        if assigned.offer_id not in live and not by_hand:
            self._finding.broken(f"{assigned.offer_id}: assigned, but it was not the live offer")
        if key in self._agent:
            self._finding.broken(f"{assigned.offer_id}: assigned while {self._agent[key]} had it")
        live.pop(assigned.offer_id, None)
        turn.losers.update(dict.fromkeys(live, assigned.offer_id))
        turn.won.add(key)
        self._agent[key] = assigned.agent_id
        if by_hand:
            self._finding.allowed("assigned by hand")

    def _moved(self, moved: InteractionMoved) -> None:
        """It begins to wait elsewhere: whoever holds it would answer a customer beside another."""
        key = moved.interaction_id
        holders = (*self._offers.get(key, {}), *filter(None, (self._agent.get(key),)))
        if holders:
            self._finding.broken(f"{key}: moved to {moved.to_channel} while {holders[0]} had it")

    def verdict(self) -> Verdict:
        return self._finding.verdict()
