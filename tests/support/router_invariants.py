"""The router's invariants, checked from facts and stored entities alone, the slow and plain way.

Nothing of the router's own code is used: this is what it is measured against.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.configuration import Agent, Document, PoolDocument
from shared.contracts.event import Event
from shared.contracts.routing import (
    AgentChanged,
    CapacityReleased,
    InteractionAbandoned,
    InteractionAssigned,
    InteractionClosed,
    InteractionExpired,
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


def fits(doc: PoolDocument, agent: Agent, held: list[str], channel: str | None) -> bool:
    """Whether what he holds (channels), and one more of `channel`, is within units and caps."""
    all_ = [*held, channel] if channel else held
    if sum(doc.channels[it].units for it in all_ if it in doc.channels) > agent.capacity_units:
        return False
    return all(all_.count(it) <= cap for it, cap in agent.channels.items())


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
                    "language": fact.language,
                    "other_languages": fact.other_languages,
                    "skills": [(need.skill, need.level) for need in fact.skills],
                    "asked": [(need.skill, need.level) for need in fact.asked_skills],
                }
            case InteractionRequeued():
                self._expect(fact, at, "waiting", "ended_offer", "assigned", "parked")
                self.assigned.pop(at, None)
                self.where[at] = "waiting"
                if fact.reason == "transferred":  # the other queue's skills, and those asked for
                    queues = {it.name: it for it in self.config[fact.pool].queues}
                    asked = self.known[at]["asked"]
                    its = [(need.skill, need.level) for need in queues[fact.queue].skills]
                    self.known[at] = {**self.known[at], "skills": its + asked}
            case InteractionParked():
                self._expect(fact, at, "waiting")
                self.where[at] = "parked"
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
    """R1 and R5 in what is stored: everything is in one place, nobody waits for a free agent."""
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
        if it["status"] == "waiting":
            yield from _waits_in_vain(ledger, found, pool, it, now)


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
