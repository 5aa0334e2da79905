"""One pool of a shard: its entities, and what is derived from them."""

from collections import Counter, deque
from heapq import heappop, heappush

from msgspec import UNSET, UnsetType

from services.router.core.customers.promise import doubled_at_ms
from services.router.core.floor.floor import Floor
from services.router.core.floor.seat import Seat
from services.router.core.model import (
    Agent,
    Detour,
    Interaction,
    Measured,
    Outage,
    Pool,
    Stub,
)
from services.router.core.needs.hopefuls import Hopefuls
from services.router.core.needs.last_agents import LastAgents
from services.router.core.needs.steps import next_step_ms
from services.router.core.plan import Plan
from services.router.core.queues.crowd import Crowd
from services.router.core.queues.reach import Reach
from services.router.core.timers import Due, Timer
from shared.contracts.words import Channel
from shared.hours import OpenHours

MINUTE_MS = 60_000  # stubs are dropped by the minute in which they ended: few facts, many stubs
STUBS_KEPT = 200_000  # of one pool at most: then the oldest tenth goes before its horizon


class PoolState:
    def __init__(self, entity: Pool, plan: Plan) -> None:
        self.entity = entity
        self.plan = plan
        self.agents: dict[str, Agent] = {}
        self.interactions: dict[str, Interaction] = {}
        self.stubs: dict[str, Stub] = {}
        self.stub_order: deque[tuple[int, str]] = deque()
        self.leases: list[tuple[int, str]] = []
        self.floor = Floor(plan)
        self.offered: set[str] = set()
        self.away: set[str] = set()  # parked, or by another channel than their own; not assigned
        self.detours: Counter[str] = Counter()  # by incident, how many it has taken away; none is 0
        self.down = _down(entity)
        self.last_agents = LastAgents(self.stubs, plan)
        self.measured: dict[str, Measured] = {}  # by queue
        self.crowd = self._crowd()
        self.hopefuls = Hopefuls()
        self._open_hours: dict[str, OpenHours] = {}

    @property
    def name(self) -> str:
        return self.entity.name

    def agent(self, agent_id: str) -> Agent:
        """The agent's entity, made on first sight."""
        agent = self.agents.get(agent_id)
        if agent is None:
            agent = self.agents[agent_id] = Agent(id=agent_id)
            self.floor.seat(agent)
        return agent

    def seat(self, agent_id: str) -> Seat:
        return self.floor.seat(self.agent(agent_id))

    def rebuild(self, plan: Plan) -> None:
        """Derive floor and leases anew from entities and this plan."""
        self.plan = plan
        self.floor = Floor(plan)
        self.offered = {it.id for it in self.interactions.values() if it.status == "offered"}
        self.away = {it.id for it in self.interactions.values() if _is_away(it)}
        self.detours = Counter(
            it.detour.incident_id for it in self.interactions.values() if it.detour is not UNSET
        )
        self.last_agents = LastAgents(self.stubs, plan)
        self.leases = []
        for agent in self.agents.values():
            self.floor.seat(agent)
            self.lease(agent)
        for it in self.interactions.values():
            for offer in it.offers:
                seat = self.seat(offer.agent_id)
                seat.offered.add(it.id)
                self.floor.take(seat, it.channel, 1)
            if it.agent_id is not None:
                seat = self.seat(it.agent_id)
                seat.assigned.add(it.id)
                if not it.held:
                    self.floor.take(seat, it.channel, 1)
            elif it.status == "waiting":
                self.floor.enqueue(it)
            for agent_id in it.asides:
                self.seat(agent_id).asides.add(it.id)
        for stub in self.stubs.values():
            if stub.wrap_up_by is not None and stub.channel is not None:
                self.floor.take(self.seat(stub.wrap_up_by), stub.channel, 1)
        for seat in self.floor.seats.values():
            self.floor.place(seat)
        self._open_hours = {}
        self.crowd, self.hopefuls = self._crowd(), Hopefuls()
        for it in self.interactions.values():
            self.hopefuls.note(it)
            self.crowd.note(it)
        self.crowd.wake()

    def _crowd(self) -> Crowd:
        return Crowd(self.plan.queues, self.entity.closed, Reach(self.plan, self.floor))

    def open_hours(self, calendar: str) -> OpenHours | None:
        """A calendar of the configuration, made ready once; None: it has no such calendar."""
        if calendar not in self._open_hours:
            for found in self.plan.document.calendars:
                if found.name == calendar:
                    self._open_hours[calendar] = OpenHours(found)
        return self._open_hours.get(calendar)

    def note(self, channel: Channel, outage: Outage) -> None:
        """Remember what was heard last of a channel."""
        self.entity.outages[channel] = outage
        self.down = _down(self.entity)

    def divert(self, it: Interaction, detour: Detour | UnsetType) -> None:
        """Send it on a detour, or end the one that it is on."""
        self.uncount_detour(it)
        if detour is not UNSET:
            self.detours[detour.incident_id] += 1
        it.detour = detour

    def uncount_detour(self, it: Interaction) -> None:
        """Its detour keeps no totals of an incident any more: it is over, or the interaction is."""
        if it.detour is not UNSET:
            incident_id = it.detour.incident_id
            self.detours[incident_id] -= 1
            if not self.detours[incident_id]:
                del self.detours[incident_id]

    # Leases, in heard time

    def lease(self, agent: Agent) -> None:
        if agent.status != "offline":
            heappush(self.leases, (agent.lease_until_ms, agent.id))

    def first_lapsed(self) -> Agent | None:
        """An agent whose lease ran out; reading drops entries of leases that were renewed."""
        while self.leases and self.leases[0][0] <= self.entity.heard_ms:
            until_ms, agent_id = self.leases[0]
            agent = self.agents[agent_id]
            if agent.status != "offline" and agent.lease_until_ms == until_ms:
                return agent
            heappop(self.leases)
        return None

    # Timers

    def grace_ends_ms(self, it: Interaction, agent: Agent) -> int:
        grace_ms = self.plan.channel(it.channel).presence_grace_s * 1000
        return agent.status_since_ms + grace_ms

    def idles_at_ms(self, it: Interaction) -> int | None:
        """When an assigned interaction idles if nobody writes; None: never, or it does already."""
        idle_after_s = self.plan.channel(it.channel).idle_after_s
        if it.status != "assigned" or it.held or idle_after_s is None:
            return None
        return it.spoke_at_ms + idle_after_s * 1000

    def stubs_due_ms(self) -> int | None:
        """When the oldest stubs are dropped; reading drops what is no stub any more."""
        order = self.stub_order
        while order:
            ended_at_ms, id_ = order[0]
            stub = self.stubs.get(id_)
            if stub is not None and stub.ended_at_ms == ended_at_ms:
                if self.too_many_stubs():
                    return ended_at_ms  # at once
                return (ended_at_ms // MINUTE_MS + 1) * MINUTE_MS + self.plan.horizon_ms
            order.popleft()  # it came back by transfer, and perhaps ended again later
        return None

    def too_many_stubs(self) -> bool:
        return len(self.stubs) > STUBS_KEPT

    def stubs_dropped_before_ms(self, now: int) -> int:
        """Stubs that ended before this time are dropped: by the horizon, or for the bound."""
        before_ms = (now - self.plan.horizon_ms) // MINUTE_MS * MINUTE_MS
        if self.too_many_stubs():
            # Those that ended in the same millisecond go together, so something always goes.
            last_ms, _ = self.stub_order[len(self.stub_order) - STUBS_KEPT * 9 // 10 - 1]
            before_ms = max(before_ms, last_ms + 1)
        return before_ms

    def stubs_ended_before(self, before_ms: int) -> list[Stub]:
        found = []
        for ended_at_ms, id_ in self.stub_order:
            if ended_at_ms >= before_ms:
                break
            stub = self.stubs.get(id_)
            if stub is not None and stub.ended_at_ms == ended_at_ms:
                found.append(stub)
        return found

    def timers(self, it: Interaction) -> list[Timer]:
        """All that is due for an interaction some time, as it stands now."""
        if it.status == "assigned" and it.agent_id is not None:
            return self._timers_of_assigned(it, self.agent(it.agent_id))
        found = []
        if it.told_wait_s is not UNSET and (at_ms := doubled_at_ms(self.plan, it)) is not None:
            found.append(Timer(at_ms, self.name, Due.LONGER_WAIT, it.id))
        if it.status == "offered":
            found += [
                Timer(offer.expires_at_ms, self.name, Due.OFFER, it.id, offer.agent_id)
                for offer in it.offers
            ]
            return found
        if it.expires_at_ms is not None:
            found.append(Timer(it.expires_at_ms, self.name, Due.EXPIRY, it.id))
        if it.parked_why == "callback" and it.resumes_at_ms is not None:
            found.append(Timer(it.resumes_at_ms, self.name, Due.RESUME, it.id))
        if it.status == "waiting":
            found += self._timers_of_widening(it)
            found += [
                Timer(aside.until_ms, self.name, Due.ASIDE, it.id, agent_id)
                for agent_id, aside in it.asides.items()
            ]
        return found

    def _timers_of_widening(self, it: Interaction) -> list[Timer]:
        found = []
        step_ms = next_step_ms(it)
        if step_ms is not None:
            found.append(Timer(step_ms, self.name, Due.STEP, it.id))
        if it.preferred:
            found.append(Timer(it.preferred.until_ms, self.name, Due.PREFERENCE, it.id))
        return found

    def _timers_of_assigned(self, it: Interaction, agent: Agent) -> list[Timer]:
        found = []
        if agent.status == "offline":
            at_ms = self.grace_ends_ms(it, agent)
            found.append(Timer(at_ms, self.name, Due.PRESENCE_GRACE, it.id))
        idles_at_ms = self.idles_at_ms(it)
        if idles_at_ms is not None:
            found.append(Timer(idles_at_ms, self.name, Due.IDLE, it.id))
        return found

    def timers_of_agent(self, agent: Agent) -> list[Timer]:
        """When time alone changes whether he may be asked."""
        found = []
        if agent.hours_until_ms is not None:
            found.append(Timer(agent.hours_until_ms, self.name, Due.HOURS, "", agent.id))
        if (until_ms := agent.withheld.get("pace")) is not None:
            found.append(Timer(until_ms, self.name, Due.PACE, "", agent.id))
        return found

    def timers_of_queues(self) -> list[Timer]:
        """When their calendars open and close them next."""
        return [
            Timer(at_ms, self.name, Due.HOURS, queue) for queue, at_ms in self.entity.hours.items()
        ]

    def timers_of_late(self) -> list[Timer]:
        """Who flows over first, for each queue where this may be another one than before."""
        firsts = [self.crowd.first_late(queue) for queue in self.crowd.take_stirred()]
        return [
            Timer(at_ms, self.name, Due.OVERFLOW, id_)
            for at_ms, id_ in (first for first in firsts if first is not None)
        ]

    def all_timers(self) -> list[Timer]:
        found = [timer for it in self.interactions.values() for timer in self.timers(it)]
        found += [timer for it in self.agents.values() for timer in self.timers_of_agent(it)]
        found += self.timers_of_queues() + self.timers_of_late()
        found += [
            Timer(stub.wrap_up_until_ms, self.name, Due.WRAP_UP, stub.id)
            for stub in self.stubs.values()
            if stub.wrap_up_by is not None
        ]
        at_ms = self.stubs_due_ms()
        return found if at_ms is None else [*found, Timer(at_ms, self.name, Due.STUBS)]

    def is_valid(self, timer: Timer) -> bool:
        """Whether the entity still says what the timer says."""
        if timer.what is Due.STUBS:
            return self.stubs_due_ms() == timer.at_ms
        if timer.what is Due.WRAP_UP:
            stub = self.stubs.get(timer.subject)
            return (
                stub is not None
                and stub.wrap_up_by is not None
                and stub.wrap_up_until_ms == timer.at_ms
            )
        if timer.what in (Due.HOURS, Due.PACE):
            if not timer.agent_id:
                return self.entity.hours.get(timer.subject) == timer.at_ms
            return timer in self.timers_of_agent(self.agents[timer.agent_id])
        if timer.what is Due.OVERFLOW:
            into = self.crowd.late_into(timer.subject)
            return into is not None and self.crowd.first_late(into) == (
                timer.at_ms,
                timer.subject,
            )
        it = self.interactions.get(timer.subject)
        if it is None:
            return False
        if timer.what is Due.OFFER:
            offer = it.offer_to(timer.agent_id)
            return offer is not None and offer.expires_at_ms == timer.at_ms
        if timer.what is Due.EXPIRY:
            return it.expires_at_ms == timer.at_ms and (
                it.status == "waiting"
                or (it.status == "parked" and it.parked_why not in ("closed", "callback"))
            )
        if timer.what is Due.RESUME:
            return it.parked_why == "callback" and it.resumes_at_ms == timer.at_ms
        if timer.what is Due.ASIDE:
            return self._aside_matters(it, timer)
        if timer.what in (Due.STEP, Due.PREFERENCE):
            return it.status == "waiting" and timer in self._timers_of_widening(it)
        if timer.what is Due.LONGER_WAIT:
            return doubled_at_ms(self.plan, it) == timer.at_ms
        if timer.what is Due.IDLE:
            return self.idles_at_ms(it) == timer.at_ms
        if it.status != "assigned" or it.agent_id is None:
            return False
        agent = self.agents[it.agent_id]
        return agent.status == "offline" and self.grace_ends_ms(it, agent) == timer.at_ms

    def _aside_matters(self, it: Interaction, timer: Timer) -> bool:
        """Its end changes something only if the agent would get the interaction at once.

        So a timer that fires leads to an offer. Whenever the agent gets room, or the interaction
        waits again, the timer is armed again (evolve).
        """
        aside = it.asides.get(timer.agent_id)
        if it.status != "waiting" or aside is None or aside.until_ms != timer.at_ms:
            return False
        return self.floor.could_take(self.floor.line(it), timer.agent_id)


def _down(entity: Pool) -> frozenset[Channel]:
    return frozenset(channel for channel, outage in entity.outages.items() if outage.down)


def _is_away(it: Interaction) -> bool:
    return it.status == "parked" or (it.status != "assigned" and it.detour is not UNSET)
