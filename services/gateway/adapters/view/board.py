"""All entities of the view, and the few moves between their indexes. Everything has a bound."""

from collections import OrderedDict, deque

from services.gateway.adapters.view.model import (
    ENDED,
    Agent,
    Escalation,
    Interaction,
    Offer,
    Pool,
    State,
)
from services.gateway.adapters.view.waiting import WaitingLine

UNDECIDED_KEPT = 50_000  # received, but the router said nothing of them (yet)
RESOLVED_KEPT = 20_000  # escalations
UNFROZEN_KEPT = 2_000  # ended interactions that still get a fact or two: wrap-up, clocks


class Board:
    def __init__(self, *, ended_kept: int) -> None:
        self.pools: dict[str, Pool] = {}
        self.interactions: dict[str, Interaction] = {}
        self.escalations: dict[str, Escalation] = {}
        self.ended_kept = ended_kept
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._undecided: OrderedDict[str, None] = OrderedDict()
        self._resolved: OrderedDict[str, None] = OrderedDict()
        self._unfrozen: deque[str] = deque()
        self._count = 0

    def pool(self, name: str) -> Pool:
        found = self.pools.get(name)
        if found is None:
            found = self.pools[name] = Pool(name=name)
        return found

    def agent(self, pool: str, agent_id: str) -> Agent:
        agents = self.pool(pool).agents
        found = agents.get(agent_id)
        if found is None:
            found = agents[agent_id] = Agent(id=agent_id, pool=pool)
        return found

    def next_number(self) -> int:
        self._count += 1
        return self._count

    def meet(self, interaction_id: str, pool: str, at_ms: int) -> Interaction:
        """The interaction of this id; a new one is `received` in that pool."""
        found = self.interactions.get(interaction_id)
        if found is not None:
            return found
        number = self.next_number()
        found = Interaction(
            id=interaction_id,
            pool=pool,
            number=number,
            entered=number,
            received_at_ms=at_ms,
            changed_at_ms=at_ms,
        )
        self.interactions[interaction_id] = found
        self.pool(pool).by_state["received"][interaction_id] = found
        self._undecided[interaction_id] = None
        self._drop_oldest(self._undecided, UNDECIDED_KEPT)
        return found

    def move(
        self, interaction: Interaction, state: State, at_ms: int, *, pool: str | None = None
    ) -> None:
        """Bring it to a state, and perhaps to another pool, in all indexes."""
        there = self.pool(interaction.pool)
        there.by_state[interaction.state].pop(interaction.id, None)
        if interaction.queue is not None and interaction.queue in there.lines:
            there.lines[interaction.queue].leave(interaction.id)
        self._undecided.pop(interaction.id, None)
        self._ended.pop(interaction.id, None)  # a rejected one may be sent again, and be right
        interaction.pool = pool or interaction.pool
        interaction.state = state
        interaction.changed_at_ms = at_ms
        interaction.entered = self.next_number()
        self.pool(interaction.pool).by_state[state][interaction.id] = interaction
        if state in ENDED:
            self._end(interaction.id)

    def enter_line(self, interaction: Interaction, queue: str, since_ms: int) -> None:
        interaction.queue, interaction.waiting_since_ms = queue, since_ms
        lines = self.pool(interaction.pool).lines
        line = lines.get(queue)
        if line is None:
            line = lines[queue] = WaitingLine()
        line.enter(interaction.id, since_ms, interaction.language or "und")

    def hold(self, offer: Offer) -> None:
        self.pool(offer.pool).offers[offer.id] = offer
        self.agent(offer.pool, offer.agent_id).offers[offer.id] = None

    def hold_idle(self, interaction: Interaction, agent_id: str, *, idle: bool) -> None:
        """Its customer is silent, and it takes no units of its agent; or he wrote again."""
        interaction.held = idle
        agent = self.agent(interaction.pool, agent_id)
        if idle and interaction.id in agent.assigned:
            agent.held[interaction.id] = None
        else:
            agent.held.pop(interaction.id, None)
        self.recount(agent)

    def end_offer(self, pool: str, offer_id: str) -> None:
        offer = self.pool(pool).offers.pop(offer_id, None)
        if offer is not None:
            self.agent(pool, offer.agent_id).offers.pop(offer_id, None)

    def free(self, interaction: Interaction) -> None:
        """Its agent and its offers have it no longer."""
        for offer_id in interaction.live_offers:
            self.end_offer(interaction.pool, offer_id)
        interaction.live_offers.clear()
        interaction.offer_id, interaction.held = None, False
        if interaction.agent_id is not None:
            agent = self.agent(interaction.pool, interaction.agent_id)
            agent.assigned.pop(interaction.id, None)
            agent.held.pop(interaction.id, None)
            self.recount(agent)

    def recount(self, agent: Agent) -> None:
        """After each change of an agent: the sums of his pool follow."""
        now = agent.activity()
        if now != agent.counted:
            sums = self.pool(agent.pool).activities
            if agent.counted is not None:
                sums[agent.counted] -= 1
            sums[now] += 1
            agent.counted = now

    def resolve(self, escalation: Escalation) -> None:
        self.acknowledge(escalation)
        self.pool(escalation.pool).escalations.pop(escalation.id, None)
        self._resolved[escalation.id] = None
        while len(self._resolved) > RESOLVED_KEPT:
            del self.escalations[self._resolved.popitem(last=False)[0]]

    def reopen(self, escalation: Escalation) -> None:
        """A new escalation, or a new cycle of one that was resolved."""
        self._resolved.pop(escalation.id, None)
        self.escalations[escalation.id] = escalation
        there = self.pool(escalation.pool)
        there.escalations[escalation.id] = escalation
        there.unacknowledged[escalation.id] = escalation

    def acknowledge(self, escalation: Escalation) -> None:
        """Somebody looks after it, or nobody needs to any more."""
        self.pool(escalation.pool).unacknowledged.pop(escalation.id, None)

    def _end(self, interaction_id: str) -> None:
        self._ended[interaction_id] = None
        self._unfrozen.append(interaction_id)
        if len(self._unfrozen) > UNFROZEN_KEPT:
            done = self.interactions.get(self._unfrozen.popleft())
            if done is not None:
                done.story.freeze()
        self._drop_oldest(self._ended, self.ended_kept)

    def _drop_oldest(self, those: OrderedDict[str, None], most: int) -> None:
        while len(those) > most:
            gone = self.interactions.pop(those.popitem(last=False)[0])
            self.pool(gone.pool).by_state[gone.state].pop(gone.id, None)
