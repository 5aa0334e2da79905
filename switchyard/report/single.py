"""R2: at most one live offer or assignment per interaction."""

from shared.contracts.routing import (
    InteractionAssigned,
    InteractionMoved,
    InteractionRequeued,
    OfferEnded,
    OfferMade,
)
from switchyard.report.reading import Entry
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


class SingleCheck:
    """Follows who holds each interaction: an offer, an agent, or nobody."""

    def __init__(self) -> None:
        self._finding = Finding("R2", "at most one live offer or assignment per interaction")
        self._offer: dict[str, str] = {}  # interaction to its live offer
        self._agent: dict[str, str] = {}  # interaction to the agent who has it

    def see(self, entry: Entry) -> None:
        match entry.event:
            case OfferMade() as made:
                self._made(made)
            case OfferEnded(interaction_id=key, offer_id=offer):
                if self._offer.get(key) == offer:
                    del self._offer[key]
            case InteractionAssigned() as assigned:
                self._assigned(assigned)
            case InteractionRequeued(interaction_id=key):
                self._agent.pop(key, None)
            case InteractionMoved() as moved:
                self._moved(moved)
            case event if entry.record.kind in _ENDS:
                key = event.interaction_id  # type: ignore[attr-defined]  # all of _ENDS have it
                self._offer.pop(key, None)
                self._agent.pop(key, None)
            case _:
                pass  # holds and frees nothing

    def _made(self, made: OfferMade) -> None:
        self._finding.exercised += 1
        key = made.interaction_id
        if key in self._offer:
            self._finding.broken(f"{made.offer_id}: made while {self._offer[key]} was live")
        if key in self._agent:
            self._finding.broken(f"{made.offer_id}: made while {self._agent[key]} had it")
        self._offer[key] = made.offer_id

    def _assigned(self, assigned: InteractionAssigned) -> None:
        key = assigned.interaction_id
        if self._offer.get(key) != assigned.offer_id:
            self._finding.broken(f"{assigned.offer_id}: assigned, but it was not the live offer")
        if key in self._agent:
            self._finding.broken(f"{assigned.offer_id}: assigned while {self._agent[key]} had it")
        self._offer.pop(key, None)
        self._agent[key] = assigned.agent_id

    def _moved(self, moved: InteractionMoved) -> None:
        """It begins to wait elsewhere: whoever holds it would answer a customer beside another."""
        key = moved.interaction_id
        if (holder := self._offer.get(key) or self._agent.get(key)) is not None:
            self._finding.broken(f"{key}: moved to {moved.to_channel} while {holder} had it")

    def verdict(self) -> Verdict:
        return self._finding.verdict()
