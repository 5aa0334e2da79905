"""The router's facts, added up; what they break is said at once.

Nothing of the router's own code is used: this is what it is measured against.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.configuration import Agent, Document, LanguageLevel, PoolDocument, Queue
from shared.contracts.event import Event
from shared.contracts.outage import ChannelFailedOver, ChannelRestored
from shared.contracts.presence import AgentChanged, AgentSkillsChanged, AgentWithheld
from shared.contracts.routing import (
    CallbackPromised,
    CapacityReleased,
    InteractionAbandoned,
    InteractionAssigned,
    InteractionChanged,
    InteractionClosed,
    InteractionExpired,
    InteractionIdled,
    InteractionMoved,
    InteractionParked,
    InteractionQueued,
    InteractionRequeued,
    InteractionWidened,
    InteractionWoken,
    MessageRecorded,
    OfferEnded,
    OfferMade,
    QueueHoursChanged,
    Routing,
    Step,
    StubsDropped,
    TransferredOut,
    WrapUpExtended,
)
from shared.contracts.system import ConfigTaken
from tests.support.router_eligible import fits, may_serve

OPEN = ("waiting", "offered", "assigned", "parked")
NOT_BY_CHANNEL = ("closed", "queue_full", "callback")  # parked for a reason of its queue or time
GIVEN_AWAY = ("transferred", "by_hand", "not_connected", "handed_back")
LONGEST_HEAD_START_MS = 10 * 366 * 86_400_000  # a longer one is of the emergency class
Where = tuple[str, str]  # pool, id
Offers = dict[str, str]  # live ones: offer_id -> agent_id


def plain_steps(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    return [
        {**step.model_dump(), "skills": [(need.skill, need.level) for need in step.skills]}
        for step in steps
    ]


@dataclass
class Ledger:
    """Facts, added up. `broken` says which invariant did not hold, at which fact."""

    documents: Mapping[str, Document]
    where: dict[Where, str] = field(default_factory=dict)
    known: dict[Where, dict[str, Any]] = field(default_factory=dict)
    offers: dict[Where, Offers] = field(default_factory=dict)
    asked_at: dict[Where, int] = field(default_factory=dict)  # when its live offers were made
    assigned: dict[Where, str] = field(default_factory=dict)
    ended: dict[Where, int] = field(default_factory=dict)
    wrap_up: dict[Where, str] = field(default_factory=dict)
    status: dict[Where, str] = field(default_factory=dict)
    config: dict[str, PoolDocument] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    followed: set[tuple[str, str | None, str]] = field(default_factory=set)
    outages: dict[tuple[str, str], tuple[int, bool]] = field(default_factory=dict)
    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    park_reason: dict[Where, str] = field(default_factory=dict)
    held: set[Where] = field(default_factory=set)  # idle: with an agent, and takes no units
    draining: set[Where] = field(default_factory=set)  # agents who only finish their work
    withheld: dict[Where, set[str]] = field(default_factory=dict)
    overridden: dict[Where, AgentSkillsChanged] = field(default_factory=dict)
    closed: set[Where] = field(default_factory=set)  # queues, by their calendars
    inside: dict[Where, int] = field(default_factory=dict)  # a queue's when its bound was set
    asides: dict[tuple[str, str, str], int] = field(default_factory=dict)
    extended: set[Where] = field(default_factory=set)

    def hear(self, event: Event) -> None:
        """An outage as it was told to the router; the highest epoch of a channel is what holds."""
        if isinstance(event, ChannelFailedOver | ChannelRestored):
            key = (event.pool, event.channel)
            if event.epoch > self.outages.get(key, (-1, False))[0]:
                self.outages[key] = (event.epoch, isinstance(event, ChannelFailedOver))

    def down(self, pool: str) -> dict[str, bool]:
        return {channel: down for (its, channel), (_, down) in self.outages.items() if its == pool}

    def add(self, fact: Event) -> None:  # noqa: PLR0915  one case per kind of fact
        if isinstance(fact, ConfigTaken):
            document = self.documents[fact.hash]
            assert isinstance(document, PoolDocument)
            self.config[fact.pool] = document
            for queue in document.queues:  # who is in already need not leave for a new bound
                self.inside[fact.pool, queue.name] = self.count(fact.pool, queue.name)
            self.overridden = {it: its for it, its in self.overridden.items() if it[0] != fact.pool}
            return
        if isinstance(fact, AgentChanged | AgentWithheld | AgentSkillsChanged):
            self._agent(fact, (fact.pool, fact.agent_id))
            return
        if isinstance(fact, QueueHoursChanged):
            (self.closed.discard if fact.open else self.closed.add)((fact.pool, fact.queue))
            return
        at = (fact.pool, getattr(fact, "interaction_id", ""))
        self._follow_once(fact, at[1])
        match fact:
            case InteractionQueued():
                self._expect(fact, at, None, "transferred")
                self.ended.pop(at, None)
                self.where[at] = "waiting"
                self.known[at] = {
                    "channel": fact.channel,
                    "home": fact.channel,
                    "reachable_by": fact.reachable_by,
                    "age": (fact.waiting_since_ms, fact.order_ms),
                    "queue": fact.queue,
                    "language": fact.language,
                    "other_languages": fact.other_languages,
                    "language_level": fact.language_level,
                    "skills": [(need.skill, need.level) for need in fact.skills],
                    "steps": plain_steps(fact.steps),
                    "steps_since_ms": fact.steps_since_ms or fact.waiting_since_ms,
                    "step": 0,
                    "preferred": fact.preference and fact.preference.agent_id,
                    "delay_weight": fact.delay_weight,
                    "callback": fact.callback,
                }
                if fact.why.flowed_over and fact.queue not in fact.why.flowed_over:
                    self._flowed(fact, at)
            case InteractionRequeued():
                self._expect(fact, at, "waiting", "ended_offer", "assigned", "parked")
                gave_it_away = self.assigned.pop(at, None)
                if gave_it_away is not None and fact.reason in GIVEN_AWAY:
                    aside_ms = self.config[fact.pool].aside_s * 1000
                    self.asides[*at, gave_it_away] = fact.at_ms + aside_ms
                if fact.preference is not None:
                    self.asides.pop((*at, fact.preference.agent_id), None)
                self.where[at] = "waiting"
                self.held.discard(at)
                self._keep_age(fact, at)
                if fact.routing is not None:
                    self._routed(at, fact.routing)
                preferred = fact.preference and fact.preference.agent_id
                self.known[at] = {**self.known[at], "preferred": preferred}
                if fact.reason == "overflowed":
                    self._flowed(fact, at)
            case InteractionWidened():
                self._widened(fact, at)
            case InteractionChanged():
                self._expect(fact, at, "waiting", "offered", "parked", "ended_offer")
                if self.where[at] == "ended_offer":
                    self.where[at] = "waiting"
                before = self.known[at]
                self._routed(at, fact.routing)
                if all(self.known[at][it] == before[it] for it in ("steps", "steps_since_ms")):
                    self.known[at]["step"] = before["step"]  # what had widened stays so
            case CallbackPromised():
                self._expect(fact, at, "waiting", "offered", "parked", "ended_offer")
                if self.where[at] == "ended_offer":
                    self.where[at] = "waiting"
                self.known[at] = {**self.known[at], "callback": True}
            case InteractionIdled():
                if self.assigned.get(at) != fact.agent_id or at in self.held:
                    self.broken.append(f"R3 {fact.event_id}: idled what he did not work on")
                self.held.add(at)
            case InteractionWoken():
                if self.assigned.get(at) != fact.agent_id or at not in self.held:
                    self.broken.append(f"R3 {fact.event_id}: woke what did not idle")
                self.held.discard(at)
            case WrapUpExtended():
                if self.wrap_up.get(at) != fact.agent_id or at in self.extended:
                    self.broken.append(f"R3 {fact.event_id}: extended what may not be")
                self.extended.add(at)
            case InteractionParked():
                self._expect(fact, at, "waiting", "ended_offer", "parked")
                if self.where.get(at) == "parked" and self.park_reason.get(at) == fact.reason:
                    self.broken.append(f"R1 {fact.event_id}: parked twice for {fact.reason}")
                self.where[at] = "parked"
                self.park_reason[at] = fact.reason
                if (fact.reason == "channel_down") != (fact.incident_id is not None):
                    self.broken.append(f"O1 {fact.event_id}: reason and incident disagree")
                if fact.incident_id is not None:
                    self._count(fact, fact.incident_id, "parked")
            case InteractionMoved():
                self._moved(fact, at)
            case OfferMade():
                self._offer(fact, at)
            case OfferEnded():
                self._expect(fact, at, "assigned" if fact.end == "superseded" else "offered")
                if self.offers.get(at, {}).pop(fact.offer_id, None) != fact.agent_id:
                    self.broken.append(f"R2 {fact.event_id}: ended an offer that was not live")
                if fact.aside_until_ms is not None:
                    self.asides[*at, fact.agent_id] = fact.aside_until_ms
                if not self.offers.get(at) and fact.end != "superseded":
                    self.where[at] = "ended_offer"
            case InteractionAssigned():
                if fact.by_hand is not None:
                    self._expect(fact, at, "waiting")
                elif self.offers.get(at, {}).pop(fact.offer_id, None) != fact.agent_id:
                    self.broken.append(f"R2 {fact.event_id}: accepted an offer that was not live")
                if at in self.assigned:
                    self.broken.append(f"R2 {fact.event_id}: assigned twice")
                self.assigned[at] = fact.agent_id
                self.where[at] = "assigned"
                self.asides = {it: ms for it, ms in self.asides.items() if it[:2] != at}
            case InteractionClosed():
                self._end(fact, at, "closed", *OPEN, "ended_offer")
                if fact.wrap_up_until_ms is not None and fact.agent_id is not None:
                    self.wrap_up[at] = fact.agent_id
            case InteractionAbandoned():
                self._end(fact, at, "abandoned", "waiting", "parked", "ended_offer")
            case InteractionExpired():
                self._end(fact, at, "expired", "waiting", "parked", "ended_offer")
            case TransferredOut():
                self._end(fact, at, "transferred", *OPEN, "ended_offer")
            case CapacityReleased():
                self.extended.discard(at)
                if self.wrap_up.pop(at, None) != fact.agent_id:
                    self.broken.append(f"R3 {fact.event_id}: released what was not held")
            case StubsDropped():
                for at, ended_at_ms in list(self.ended.items()):
                    if at[0] == fact.pool and ended_at_ms < fact.ended_before_ms:
                        del self.ended[at], self.where[at]  # its id may be used anew
                        self.followed = {it for it in self.followed if it[2] != at[1]}
            case _:
                pass

    def _moved(self, fact: InteractionMoved, at: Where) -> None:
        self._expect(fact, at, *(("parked",) if fact.was_parked else ("waiting", "ended_offer")))
        its = self.known[at]
        if (fact.home_channel, fact.from_channel) != (its["home"], its["channel"]):
            self.broken.append(f"O1 {fact.event_id}: moved from where it was not")
        if (fact.direction == "back") != (fact.to_channel == fact.home_channel):
            self.broken.append(f"O1 {fact.event_id}: wrong direction")
        if self.down(fact.pool).get(fact.to_channel):
            self.broken.append(f"O1 {fact.event_id}: moved to a channel that is down")
        self._keep_age(fact, at)
        self.known[at] = {**its, "channel": fact.to_channel}
        self.where[at] = "waiting"
        direction = "returned" if fact.direction == "back" else "moved"
        self._count(fact, fact.incident_id, direction)

    def _keep_age(self, fact: InteractionMoved | InteractionRequeued, at: Where) -> None:
        since_ms, order_ms = self.known[at]["age"]
        routing = fact.routing if isinstance(fact, InteractionRequeued) else None
        if fact.waiting_since_ms != since_ms or (routing is None and fact.order_ms != order_ms):
            self.broken.append(f"R6 {fact.event_id}: its age or place changed")

    def _routed(self, at: Where, routing: Routing) -> None:
        self.known[at] = {
            **self.known[at],
            "age": (self.known[at]["age"][0], routing.order_ms),
            "queue": routing.queue,
            "language": routing.language,
            "other_languages": routing.other_languages,
            "language_level": routing.language_level,
            "skills": [(need.skill, need.level) for need in routing.skills],
            "steps": plain_steps(routing.steps),
            "steps_since_ms": routing.steps_since_ms,
            "step": 0,
            "delay_weight": routing.delay_weight,
        }

    def _flowed(self, fact: InteractionQueued | InteractionRequeued, at: Where) -> None:
        """Never to where nobody could serve it, not even in the last step."""
        doc, its = self.config[fact.pool], self.known[at]
        if not any(may_serve(doc, it, its, last=True) for it in self.agents(fact.pool)):
            self.broken.append(f"R4 {fact.event_id}: flowed to where nobody could serve it")

    def _widened(self, fact: InteractionWidened, at: Where) -> None:
        """Only to a later step, or without the agent who was preferred; by time, not too early."""
        self._expect(fact, at, "waiting")
        its = self.known[at]
        if fact.let_go is not None:
            if fact.let_go != its["preferred"] or fact.step != its["step"]:
                self.broken.append(f"R4 {fact.event_id}: let go whom it did not wait for")
            self.known[at] = {**its, "preferred": None}
            return
        if not its["step"] < fact.step < len(its["steps"]):
            self.broken.append(f"R4 {fact.event_id}: {its['step']} to {fact.step} is no widening")
            return
        begins_ms = its["steps_since_ms"] + its["steps"][fact.step]["after_s"] * 1000
        if fact.why == "waited" and fact.at_ms < begins_ms:
            self.broken.append(f"R4 {fact.event_id}: widened before its time")
        doc = self.config[fact.pool]
        able = [it.id for it in self.agents(fact.pool) if may_serve(doc, it, its)]
        if fact.why == "nobody_exists" and able:
            self.broken.append(f"R4 {fact.event_id}: somebody exists: {able}")
        here = [it for it in able if self._signed_in((fact.pool, it))]
        if fact.why == "nobody_there" and here:
            self.broken.append(f"R4 {fact.event_id}: somebody is there: {here}")
        self.known[at] = {**its, "step": fact.step}

    def _signed_in(self, who: Where) -> bool:
        return (
            self.status.get(who) == "ready"
            and who not in self.draining
            and "hours" not in self.withheld.get(who, set())
        )

    def _agent(self, fact: AgentChanged | AgentWithheld | AgentSkillsChanged, who: Where) -> None:
        match fact:
            case AgentChanged():
                self.status[who] = fact.status
                (self.draining.discard if fact.next_status is None else self.draining.add)(who)
            case AgentWithheld():
                reasons = self.withheld.setdefault(who, set())
                (reasons.add if fact.withheld else reasons.discard)(fact.why)
            case AgentSkillsChanged():
                self.overridden[who] = fact

    def agents(self, pool: str) -> list[Agent]:
        """The configured ones, with what a supervisor changed by hand."""
        return [self._as_he_is(pool, agent) for agent in self.config[pool].agents]

    def _as_he_is(self, pool: str, agent: Agent) -> Agent:
        changed = self.overridden.get((pool, agent.id))
        update: dict[str, Any] = {}
        if changed is not None and changed.skills is not None:
            update["skills"] = changed.skills
        if changed is not None and changed.languages is not None:
            update["languages"] = {
                tag: LanguageLevel(spoken=level.spoken, written=level.written)
                for tag, level in changed.languages.items()
            }
        return agent.model_copy(update=update)

    def count(self, pool: str, queue: str) -> int:
        """How many wait in a queue."""
        return sum(
            at[0] == pool and its["queue"] == queue and self.where.get(at) == "waiting"
            for at, its in self.known.items()
        )

    def queue(self, pool: str, name: str) -> Queue | None:
        return next((it for it in self.config[pool].queues if it.name == name), None)

    def paced(self, pool: str, channel: str) -> bool:
        pace = self.config[pool].pace
        return pace is not None and (not pace.channels or channel in pace.channels)

    def asked_now(self, pool: str, agent_id: str, channel: str) -> bool:
        """Whether he is ready for something new by this channel, room aside."""
        who = (pool, agent_id)
        reasons = self.withheld.get(who, set())
        return self._signed_in(who) and not ("pace" in reasons and self.paced(pool, channel))

    def _count(
        self, fact: InteractionMoved | InteractionParked, incident_id: str, what: str
    ) -> None:
        """The running totals that a fact carries are the number of facts so far."""
        counts = self.counts.setdefault((fact.pool, incident_id), Counter())
        counts[what] += 1
        told = fact.moves.model_dump() if fact.moves is not None else {}
        if told != {it: counts[it] for it in ("moved", "parked", "returned")}:
            self.broken.append(f"O1 {fact.event_id}: counts {told}, but there were {dict(counts)}")

    def holds(self, pool: str, agent_id: str) -> list[str]:
        """Channels of all that takes his capacity: offered, assigned and not idle, in wrap-up."""
        offered = [(at, who) for at, its in self.offers.items() for who in its.values()]
        working = [(at, who) for at, who in self.assigned.items() if at not in self.held]
        return [
            str(self.known[at]["channel"])
            for at, who in (*offered, *working, *self.wrap_up.items())
            if at[0] == pool and who == agent_id
        ]

    def _follow_once(self, fact: Event, id_: str) -> None:
        """One command is followed once, however often it is heard."""
        asked = (
            isinstance(fact, MessageRecorded)
            or (isinstance(fact, OfferEnded) and fact.end == "declined")
            or (isinstance(fact, InteractionRequeued) and fact.reason == "transferred")
        )
        if asked:
            key = (type(fact).__name__, fact.cause, id_)
            if key in self.followed:
                self.broken.append(f"R1 {fact.event_id}: command {fact.cause} followed twice")
            self.followed.add(key)

    def _offer(self, fact: OfferMade, at: Where) -> None:
        live, its = self.offers.setdefault(at, {}), self.known[at]
        queue = self.queue(fact.pool, its["queue"])
        at_once = queue.offers_at_once if queue is not None else 1
        self._expect(fact, at, "offered" if live else "waiting")
        if len(live) >= at_once or at in self.assigned or fact.agent_id in live.values():
            self.broken.append(f"R2 {fact.event_id}: offered to more than {at_once}, or assigned")
        if live and self.asked_at[at] != fact.at_ms:
            self.broken.append(f"R2 {fact.event_id}: not offered at the same time as to others")
        self.asked_at[at] = fact.at_ms
        if fact.channel != its["channel"] or self.down(fact.pool).get(fact.channel):
            self.broken.append(f"R4 {fact.event_id}: offered by a channel that is not its, or down")
        agent = next((it for it in self.agents(fact.pool) if it.id == fact.agent_id), None)
        if agent is None or not self.asked_now(fact.pool, fact.agent_id, fact.channel):
            self.broken.append(f"R4 {fact.event_id}: agent {fact.agent_id} is not ready")
        elif not may_serve(self.config[fact.pool], agent, its):
            self.broken.append(f"R4 {fact.event_id}: agent {fact.agent_id} may not serve it")
        elif its["preferred"] not in (None, fact.agent_id):
            self.broken.append(f"R4 {fact.event_id}: it waits for {its['preferred']}")
        elif not self.has_room(fact.pool, agent, fact.channel):
            self.broken.append(f"R3 {fact.event_id}: agent {fact.agent_id} has no room")
        if queue is not None and queue.when_closed != "wait" and self._is_closed(at):
            self.broken.append(f"R4 {fact.event_id}: its queue is closed")
        if agent is not None and not live:
            self.broken += self._overtaken(fact, agent, at)
        live[fact.offer_id] = fact.agent_id
        self.where[at] = "offered"

    def _overtaken(self, fact: OfferMade, agent: Agent, at: Where) -> Iterator[str]:
        """Nobody waits whom this agent could have served and who comes first."""
        doc, place = self.config[fact.pool], self.standing(at, fact.at_ms)
        for other, its in self.known.items():
            if (
                other[0] == fact.pool
                and self.where.get(other) == "waiting"
                and self.standing(other, fact.at_ms) < place
                and its["preferred"] in (None, agent.id)
                and self.asides.get((*other, agent.id), 0) <= fact.at_ms
                and may_serve(doc, agent, its)
                and self.asked_now(fact.pool, agent.id, its["channel"])
                and self.has_room(fact.pool, agent, its["channel"])
            ):
                yield f"R6 {fact.event_id}: {other[1]} comes first, and {agent.id} could have it"

    def standing(self, at: Where, now: int) -> tuple[int, int, int, str]:
        """Smaller comes first: emergencies, then age, or what the wait costs by now."""
        its = self.known[at]
        since_ms, order_ms = its["age"]
        doc = self.config[at[0]]
        if order_ms < since_ms - LONGEST_HEAD_START_MS:
            return 0, order_ms, 0, at[1]
        if doc.order == "age":
            return 1, order_ms, 0, at[1]
        return 1, -(now - order_ms) * its["delay_weight"], order_ms, at[1]

    def has_room(self, pool: str, agent: Agent, channel: str) -> bool:
        return fits(self.config[pool], agent, self.holds(pool, agent.id), channel)

    def _is_closed(self, at: Where) -> bool:
        return (at[0], self.known[at]["queue"]) in self.closed

    def _end(self, fact: Event, at: Where, ended: str, *before: str) -> None:
        self._expect(fact, at, *before)
        if self.offers.get(at):
            self.broken.append(f"R2 {fact.event_id}: ended while an offer is live")
        self.assigned.pop(at, None)
        self.held.discard(at)
        self.where[at] = ended
        self.ended[at] = fact.at_ms

    def _expect(self, fact: Event, at: Where, *before: str | None) -> None:
        if self.where.get(at) not in before:
            self.broken.append(f"R1 {fact.event_id}: came upon {self.where.get(at)}")
