"""R3: automation never exceeds an agent's capacity."""

from collections import defaultdict
from dataclasses import dataclass

from shared.contracts.configuration import Agent, PoolDocument
from shared.contracts.routing import (
    CapacityReleased,
    InteractionAbandoned,
    InteractionAssigned,
    InteractionClosed,
    InteractionExpired,
    InteractionParked,
    InteractionRequeued,
    OfferEnded,
    OfferMade,
    TransferredOut,
)
from shared.contracts.words import Channel
from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding, Verdict


@dataclass(slots=True)
class _Hold:
    agent: str
    channel: Channel
    units: int
    wrapping: bool = False  # the customer is gone: it takes units, and no place on the channel


class CapacityCheck:
    """Adds up what each agent holds: live offers, assignments and wrap-up."""

    def __init__(self, documents: dict[str, PoolDocument]) -> None:
        self._finding = Finding("R3", "automation never exceeds an agent's capacity")
        self._documents = documents
        self._agents: dict[str, dict[str, Agent]] = {}
        self._holds: dict[str, _Hold] = {}  # by interaction
        self._of_agent: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    def see(self, entry: Entry) -> None:
        match entry.event:
            case OfferMade() as made:
                self._made(made)
            case OfferEnded(interaction_id=key, agent_id=agent, pool=pool):
                hold = self._holds.get(key)
                if hold is not None and hold.agent == agent and not hold.wrapping:
                    self._free(pool, key)
            case InteractionAssigned():
                pass  # what was held is now active: the same units
            case InteractionClosed(interaction_id=key, pool=pool, wrap_up_until_ms=until):
                if until is None:
                    self._free(pool, key)
                elif key in self._holds:
                    self._holds[key].wrapping = True
            case (
                CapacityReleased()
                | InteractionRequeued()
                | InteractionAbandoned()
                | InteractionExpired()
                | InteractionParked()
                | TransferredOut()
            ) as freed:
                self._free(freed.pool, freed.interaction_id)
            case _:
                pass  # neither takes nor frees capacity

    def _made(self, made: OfferMade) -> None:
        document = self._documents.get(made.config)
        agent = None if document is None else self._agent(made.config, made.agent_id)
        if document is None or agent is None:
            return  # R4 says that he is not of this pool
        self._finding.exercised += 1
        settings = document.channels.get(made.channel)
        self._free(made.pool, made.interaction_id)  # a second live offer: R2 says so
        hold = _Hold(made.agent_id, made.channel, 0 if settings is None else settings.units)
        self._holds[made.interaction_id] = hold
        mine = self._of_agent[made.pool, made.agent_id]
        mine.add(made.interaction_id)
        held = [self._holds[key] for key in mine]
        units = sum(it.units for it in held)
        if units > agent.capacity_units:
            self._finding.broken(
                f"{made.offer_id}: {made.agent_id} holds {units} of {agent.capacity_units} units"
            )
        alike = sum(1 for it in held if it.channel == made.channel and not it.wrapping)
        # Who lists no channel takes as many of each as his units allow.
        if agent.channels and alike > agent.channels.get(made.channel, 0):
            self._finding.broken(f"{made.offer_id}: {made.agent_id} has {alike} of {made.channel}")

    def _free(self, pool: str, key: str) -> None:
        hold = self._holds.pop(key, None)
        if hold is not None:
            self._of_agent[pool, hold.agent].discard(key)

    def _agent(self, config: str, agent_id: str) -> Agent | None:
        if config not in self._agents:
            self._agents[config] = {it.id: it for it in self._documents[config].agents}
        return self._agents[config].get(agent_id)

    def verdict(self) -> Verdict:
        return self._finding.verdict()
