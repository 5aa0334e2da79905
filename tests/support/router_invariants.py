"""The router's invariants, checked from facts and stored entities alone, the slow and plain way.

Nothing of the router's own code is used: this is what it is measured against.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.configuration import Agent, ChannelSettings, Document, PoolDocument
from shared.contracts.event import Event
from shared.contracts.outage import ChannelFailedOver, ChannelRestored
from shared.contracts.routing import (
    AgentChanged,
    CapacityReleased,
    InteractionAbandoned,
    InteractionAssigned,
    InteractionClosed,
    InteractionExpired,
    InteractionMoved,
    InteractionParked,
    InteractionQueued,
    InteractionRequeued,
    MessageRecorded,
    OfferEnded,
    OfferMade,
    StubsDropped,
    TransferredOut,
)
from shared.contracts.system import ConfigTaken

OPEN = ("waiting", "offered", "assigned", "parked")
Where = tuple[str, str]  # pool, id


def may_serve(doc: PoolDocument, agent: Agent, it: Mapping[str, Any]) -> bool:
    """Skills, channel and language, as the words in the contract say; language never drops."""
    channel = it["channel"]
    if channel not in doc.channels or doc.channels[channel].units > agent.capacity_units:
        return False
    if agent.channels and not agent.channels.get(channel):
        return False
    if any(agent.skills.get(skill, 0) < level for skill, level in it["skills"]):
        return False
    mode = "spoken" if channel == "voice" else "written"
    least = max(1, doc.channels[channel].min_language_level)
    listed = {tag.lower(): getattr(level, mode) for tag, level in agent.languages.items()}
    return any(
        listed.get(form, 0) >= least
        for tag in (it["language"], *it["other_languages"])
        for form in (tag.lower(), tag.lower().split("-")[0])
    )


def should_wait_by(
    doc: PoolDocument, it: Mapping[str, Any], down: Mapping[str, bool]
) -> str | None:
    """Its own channel, or the first backup that is up, reaches him and has an agent; else none."""

    def served(channel: str) -> bool:
        return any(may_serve(doc, agent, {**it, "channel": channel}) for agent in doc.agents)

    home = it["home"]
    if not down.get(home):
        return home if served(home) else None
    backups = doc.channels[home].backups if home in doc.channels else ()
    return next(
        (to for to in backups if not down.get(to) and to in it["reachable_by"] and served(to)),
        None,
    )


def fits(doc: PoolDocument, agent: Agent, held: list[str], channel: str) -> bool:
    """Whether one more of `channel`, beside what he holds (channels), is within units and its cap.

    After a change of the configuration he may hold more of another channel than its new cap, and
    some of a channel that the document lacks now: that takes the default units.
    """
    units = {str(name): its.units for name, its in doc.channels.items()}
    default = ChannelSettings().units
    if sum(units.get(it, default) for it in (*held, channel)) > agent.capacity_units:
        return False
    caps = {str(name): cap for name, cap in agent.channels.items()}
    return not caps or held.count(channel) < caps.get(channel, 0)


@dataclass
class Ledger:
    """Facts, added up. `broken` says which invariant did not hold, at which fact."""

    documents: Mapping[str, Document]
    where: dict[Where, str] = field(default_factory=dict)
    known: dict[Where, Mapping[str, Any]] = field(default_factory=dict)
    offers: dict[Where, tuple[str, str]] = field(default_factory=dict)
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
            return
        if isinstance(fact, AgentChanged):
            self.status[fact.pool, fact.agent_id] = fact.status
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
                    "language": fact.language,
                    "other_languages": fact.other_languages,
                    "skills": [(need.skill, need.level) for need in fact.skills],
                    "asked": [(need.skill, need.level) for need in fact.asked_skills],
                }
            case InteractionRequeued():
                self._expect(fact, at, "waiting", "ended_offer", "assigned", "parked")
                self.assigned.pop(at, None)
                self.where[at] = "waiting"
                self._keep_age(fact, at)
                if fact.reason == "transferred":  # the other queue's skills, and those asked for
                    queues = {it.name: it for it in self.config[fact.pool].queues}
                    asked = self.known[at]["asked"]
                    its = [(need.skill, need.level) for need in queues[fact.queue].skills]
                    self.known[at] = {**self.known[at], "skills": its + asked}
            case InteractionParked():
                self._expect(fact, at, "waiting", "ended_offer")
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
                self._expect(fact, at, "offered")
                if self.offers.pop(at, None) != (fact.offer_id, fact.agent_id):
                    self.broken.append(f"R2 {fact.event_id}: ended an offer that was not live")
                self.where[at] = "ended_offer"
            case InteractionAssigned():
                self._expect(fact, at, "offered")
                if self.offers.pop(at, None) != (fact.offer_id, fact.agent_id):
                    self.broken.append(f"R2 {fact.event_id}: accepted an offer that was not live")
                if at in self.assigned:
                    self.broken.append(f"R2 {fact.event_id}: assigned twice")
                self.assigned[at] = fact.agent_id
                self.where[at] = "assigned"
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
        if (fact.waiting_since_ms, fact.order_ms) != self.known[at]["age"]:
            self.broken.append(f"R6 {fact.event_id}: its age or place changed")

    def _count(
        self, fact: InteractionMoved | InteractionParked, incident_id: str, what: str
    ) -> None:
        """The running totals that a fact carries are the number of facts so far."""
        counts = self.counts.setdefault((fact.pool, incident_id), Counter())
        counts[what] += 1
        told = fact.moves.model_dump() if fact.moves is not None else {}
        if told != {it: counts[it] for it in ("moved", "parked", "returned")}:
            self.broken.append(f"O1 {fact.event_id}: counts {told}, but there were {dict(counts)}")

    def held(self, pool: str, agent_id: str) -> list[str]:
        """Channels of all that takes his capacity: offered, assigned, in wrap-up."""
        offered = {at: agent for at, (_, agent) in self.offers.items()}
        return [
            str(self.known[at]["channel"])
            for its in (offered, self.assigned, self.wrap_up)
            for at, agent in its.items()
            if at[0] == pool and agent == agent_id
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
        self._expect(fact, at, "waiting")
        if at in self.offers or at in self.assigned:
            self.broken.append(f"R2 {fact.event_id}: offered while offered or assigned")
        if fact.channel != self.known[at]["channel"] or self.down(fact.pool).get(fact.channel):
            self.broken.append(f"R4 {fact.event_id}: offered by a channel that is not its, or down")
        doc = self.config[fact.pool]
        agent = next((it for it in doc.agents if it.id == fact.agent_id), None)
        if agent is None or self.status.get((fact.pool, fact.agent_id)) != "ready":
            self.broken.append(f"R4 {fact.event_id}: agent {fact.agent_id} is not ready")
        elif not may_serve(doc, agent, self.known[at]):
            self.broken.append(f"R4 {fact.event_id}: agent {fact.agent_id} may not serve it")
        elif not fits(doc, agent, self.held(fact.pool, fact.agent_id), fact.channel):
            self.broken.append(f"R3 {fact.event_id}: agent {fact.agent_id} has no room")
        self.offers[at] = (fact.offer_id, fact.agent_id)
        self.where[at] = "offered"

    def _end(self, fact: Event, at: Where, ended: str, *before: str) -> None:
        self._expect(fact, at, *before)
        if at in self.offers:
            self.broken.append(f"R2 {fact.event_id}: ended while an offer is live")
        self.assigned.pop(at, None)
        self.where[at] = ended
        self.ended[at] = fact.at_ms

    def _expect(self, fact: Event, at: Where, *before: str | None) -> None:
        if self.where.get(at) not in before:
            self.broken.append(f"R1 {fact.event_id}: came upon {self.where.get(at)}")


def broken_in_store(ledger: Ledger, stored: Mapping[str, bytes], now: int) -> Iterator[str]:
    """R1, R5 and O1 in what is stored: each in its one place, nobody waits for a free agent."""
    found = {key: json.loads(value) for key, value in stored.items()}
    for (pool, id_), where in ledger.where.items():
        open_ = found.get(f"interaction/{pool}/{id_}")
        stub = found.get(f"stub/{pool}/{id_}")
        if open_ is not None and stub is not None:
            yield f"R1 {id_}: both open and ended"
        if where in OPEN and (open_ is None or open_["status"] != where):
            yield f"R1 {id_}: told to be {where}, stored as {open_ and open_['status']}"
        if where not in OPEN and (open_ is not None or where == "ended_offer"):
            yield f"R1 {id_}: told to be {where}, stored as open"
    for key, it in found.items():
        if not key.startswith("interaction/"):
            continue
        _, pool, id_ = key.split("/", 2)
        if (pool, id_) not in ledger.where:
            yield f"R1 {id_}: stored, never told"
        else:
            yield from _in_the_wrong_place(ledger, (pool, id_), it)
        if it["status"] == "waiting":
            yield from _waits_in_vain(ledger, found, pool, it, now)


def _in_the_wrong_place(ledger: Ledger, at: Where, it: Mapping[str, Any]) -> Iterator[str]:
    """Where it is follows from what is down now; only who is offered or assigned may be late."""
    its, down = ledger.known[at], ledger.down(at[0])
    should = should_wait_by(ledger.config[at[0]], its, down)
    if it["channel"] != its["channel"]:
        yield f"O1 {it['id']}: told to be by {its['channel']}, stored by {it['channel']}"
    if it["status"] == "waiting" and it["channel"] != should:
        yield f"O1 {it['id']}: waits by {it['channel']}, should by {should}"
    if it["status"] == "offered" and down.get(it["channel"]):
        yield f"O1 {it['id']}: offered by {it['channel']}, which is down"
    if it["status"] == "parked":
        if should is not None:
            yield f"O1 {it['id']}: parked, and could wait by {should}"
        if ledger.park_reason.get(at) == "channel_down" and not down.get(its["home"]):
            yield f"O1 {it['id']}: parked by an outage of {its['home']}, which is over"


def _waits_in_vain(
    ledger: Ledger, found: Mapping[str, Any], pool: str, it: Mapping[str, Any], now: int
) -> Iterator[str]:
    doc = ledger.config[pool]
    for agent in doc.agents:
        entity = found.get(f"agent/{pool}/{agent.id}")
        aside = it["asides"].get(agent.id)
        if (
            entity is not None
            and entity["status"] == "ready"
            and (aside is None or aside["until_ms"] <= now)
            and may_serve(doc, agent, it)
            and fits(doc, agent, ledger.held(pool, agent.id), it["channel"])
        ):
            yield f"R5 {it['id']}: waits while {agent.id} is ready, eligible and has room"
