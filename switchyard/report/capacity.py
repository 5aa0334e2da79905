"""R3: automation never exceeds an agent's capacity."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from shared.contracts.configuration import Agent, PoolDocument
from shared.contracts.routing import (
    CapacityReleased,
    InteractionAbandoned,
    InteractionAssigned,
    InteractionClosed,
    InteractionExpired,
    InteractionIdled,
    InteractionParked,
    InteractionRequeued,
    InteractionWoken,
    MessageRecorded,
    OfferEnded,
    OfferMade,
    TransferredOut,
)
from shared.contracts.words import Channel
from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding, Verdict


@dataclass(slots=True)
class _Hold:
    interaction: str
    agent: str
    channel: Channel
    wrapping: bool = False  # the customer is gone: it takes units, and no place on the channel
    idle: bool = False  # held: it takes neither


class CapacityCheck:
    """Adds up what each agent holds: live offers, assignments that are not idle, and wrap-up.

    Beyond his capacity are only what people gave him, and what wakes within his overdraft.
    """

    def __init__(self, documents: dict[str, PoolDocument]) -> None:
        self._finding = Finding("R3", "automation never exceeds an agent's capacity")
        self._documents = documents
        self._agents: dict[str, dict[str, Agent]] = {}
        self._holds: dict[str, _Hold] = {}  # by offer; of an assignment, by interaction
        self._of_agent: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._of_interaction: defaultdict[str, set[str]] = defaultdict(set)
        self._wrote_last: dict[str, str] = {}  # of each interaction: `in` or `out`

    def see(self, entry: Entry) -> None:
        match entry.event:
            case OfferMade() as made:
                hold = _Hold(made.interaction_id, made.agent_id, made.channel)
                self._take(made.pool, made.offer_id, hold)
                self._offered(made)
            case OfferEnded(offer_id=offer, pool=pool):
                self._free(pool, offer)
            case InteractionAssigned() as assigned:
                self._assigned(assigned)
            case MessageRecorded(interaction_id=key, direction=direction):
                self._wrote_last[key] = direction
            case InteractionIdled(interaction_id=key) if key in self._holds:
                self._holds[key].idle = True
            case InteractionWoken() as woken:
                self._woken(woken)
            case InteractionClosed(interaction_id=key, pool=pool, wrap_up_until_ms=until):
                if until is None:
                    self._free_all(pool, key)
                elif key in self._holds:
                    self._holds[key].wrapping, self._holds[key].idle = True, False
            case (
                CapacityReleased()
                | InteractionRequeued()
                | InteractionAbandoned()
                | InteractionExpired()
                | InteractionParked()
                | TransferredOut()
            ) as freed:
                self._free_all(freed.pool, freed.interaction_id)
            case _:
                pass  # neither takes nor frees capacity

    def _offered(self, made: OfferMade) -> None:
        document, agent = self._agent(made.config, made.agent_id)
        if document is None or agent is None:
            return  # R4 says that he is not of this pool
        self._finding.exercised += 1
        units = self._units(document, made.pool, made.agent_id, made.channel)
        if units > agent.capacity_units:
            self._finding.broken(
                f"{made.offer_id}: {made.agent_id} holds {units} of {agent.capacity_units} units"
            )
        alike = sum(
            1
            for it in self._held(made.pool, made.agent_id)
            if it.channel == made.channel and not it.wrapping
        )
        # Who lists no channel takes as many of each as his units allow.
        if agent.channels and alike > agent.channels.get(made.channel, 0):
            self._finding.broken(f"{made.offer_id}: {made.agent_id} has {alike} of {made.channel}")

    def _assigned(self, assigned: InteractionAssigned) -> None:
        """What was held is now active: the same units. By hand it is given without an offer."""
        pool, key = assigned.pool, assigned.interaction_id
        self._free(pool, assigned.offer_id)
        self._free(pool, key)
        self._take(pool, key, _Hold(key, assigned.agent_id, assigned.channel))
        if assigned.by_hand is not None and assigned.overdrawn:
            self._finding.allowed("given by hand beyond capacity")

    def _woken(self, woken: InteractionWoken) -> None:
        """By its customer: within the overdraft. An agent who writes has it again in any case."""
        hold = self._holds.get(woken.interaction_id)
        document, agent = self._agent(woken.config, woken.agent_id)
        if hold is None or document is None or agent is None:
            return
        hold.idle = False
        units = self._units(document, woken.pool, woken.agent_id, hold.channel)
        beyond = units - agent.capacity_units
        if woken.overdrawn:
            self._finding.allowed("woken beyond capacity")
        elif beyond > 0:
            self._finding.broken(f"{woken.event_id}: {units} units, and not told as overdrawn")
        if beyond > agent.overdraft_units and self._wrote_last.get(hold.interaction) != "out":
            self._finding.broken(
                f"{woken.event_id}: {woken.agent_id} holds {units} units, "
                f"{agent.capacity_units} and {agent.overdraft_units} of overdraft are his"
            )

    def _units(self, document: PoolDocument, pool: str, agent_id: str, channel: Channel) -> int:
        """What counts against his capacity for this channel: of what may be interrupted, all."""
        settings = document.channels.get(channel)
        counts_all = settings is not None and settings.interruptible
        total = 0
        for hold in self._held(pool, agent_id):
            its = document.channels.get(hold.channel)
            if its is not None and (counts_all or not its.interruptible):
                total += its.units
        return total

    def _held(self, pool: str, agent_id: str) -> Iterator[_Hold]:
        holds = (self._holds[key] for key in self._of_agent[pool, agent_id])
        return (it for it in holds if not it.idle)

    def _take(self, pool: str, key: str, hold: _Hold) -> None:
        self._holds[key] = hold
        self._of_agent[pool, hold.agent].add(key)
        self._of_interaction[hold.interaction].add(key)

    def _free(self, pool: str, key: str) -> None:
        hold = self._holds.pop(key, None)
        if hold is not None:
            self._of_agent[pool, hold.agent].discard(key)
            self._of_interaction[hold.interaction].discard(key)

    def _free_all(self, pool: str, interaction: str) -> None:
        """Its agent and its offers have it no longer."""
        for key in tuple(self._of_interaction.pop(interaction, ())):
            self._free(pool, key)
        self._of_interaction.pop(interaction, None)
        self._wrote_last.pop(interaction, None)

    def _agent(self, config: str, agent_id: str) -> tuple[PoolDocument | None, Agent | None]:
        document = self._documents.get(config)
        if document is None:
            return None, None
        if config not in self._agents:
            self._agents[config] = {it.id: it for it in document.agents}
        return document, self._agents[config].get(agent_id)

    def verdict(self) -> Verdict:
        return self._finding.verdict()
