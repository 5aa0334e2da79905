"""R5, R6 and O2 from the router's facts alone: who waits, who is free, who was there first.

R6 is three things: nobody is overtaken but by head starts, age is kept, every offer ends in time.
"""

from collections.abc import Iterable, Mapping
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
    InteractionMoved,
    InteractionParked,
    InteractionQueued,
    InteractionRequeued,
    MessageRecorded,
    OfferEnded,
    OfferMade,
    TransferredOut,
)
from shared.contracts.system import ConfigTaken
from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding
from tests.simulation.oracle.standing import Pool, Stay
from tests.support.router_eligible import fits, may_serve

_LATE_MS = 900_000  # no standstill in a history, and no clock that is put forward, is that long


class FloorCheck:
    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._pools: dict[str, Pool] = {}
        self._may: dict[tuple[Any, ...], bool] = {}
        self._at: tuple[str, int] | None = None  # shard and input offset of the facts just read
        self._touched: set[str] = set()
        self.conserving = Finding("R5", "nobody waits while somebody who may serve him has room")
        self.bounded = Finding("R6", "nobody is overtaken but by head starts; age is kept")
        self.one_answer = Finding("O2", "only the agent who has it answers the customer")

    def read(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            # What another shard wrote here, as a transfer does, changes nothing until it is heard.
            own = f"router-{entry.record.partition}"
            if entry.source is None or entry.source.shard != own:
                continue
            at = (entry.source.shard, entry.source.offset)
            if at != self._at:
                self._decided()
                self._at = at
            self._see(entry.event)
        self._decided()
        self._at_rest()

    def _at_rest(self) -> None:
        for _, pool in sorted(self._pools.items()):
            for key, until_ms in pool.offers.items():
                self.bounded.broken(f"{key}: its offer never ended; it was open until {until_ms}")

    def _decided(self) -> None:
        """All that one input record led to has been read: now nobody may wait in vain."""
        for name in sorted(self._touched):
            pool = self._pools[name]
            if pool.waiting and pool.document is not None:
                self.conserving.exercised += 1
                self._waits_in_vain(pool, pool.document)
        self._touched.clear()

    def _waits_in_vain(self, pool: Pool, document: PoolDocument) -> None:
        for agent_id in sorted(pool.ready):
            agent = pool.agents.get(agent_id)
            if agent is None:
                continue
            held = pool.channels_of(agent_id)
            for stay in pool.waiting.values():
                if self._could(pool, document, agent, held, stay):
                    self.conserving.broken(
                        f"{stay.id}: waits while {agent_id} is free, at {pool.now_ms}"
                    )

    def _could(
        self, pool: Pool, document: PoolDocument, agent: Agent, held: list[str], stay: Stay
    ) -> bool:
        return (
            self._may_serve(pool, document, agent, stay)
            and fits(document, agent, held, stay.channel)
            and pool.asides.get((stay.id, agent.id), 0) <= pool.now_ms
        )

    def _may_serve(self, pool: Pool, document: PoolDocument, agent: Agent, stay: Stay) -> bool:
        key = (pool.hash, agent.id, stay.channel, stay.languages, stay.skills)
        known = self._may.get(key)
        if known is None:
            known = self._may[key] = may_serve(
                document,
                agent,
                {
                    "channel": stay.channel,
                    "language": stay.languages[0],
                    "other_languages": stay.languages[1:],
                    "skills": stay.skills,
                },
            )
        return known

    def _see(self, fact: Event) -> None:
        pool = self._pools.get(fact.pool)
        if pool is None:
            pool = self._pools[fact.pool] = Pool(fact.pool)
        pool.now_ms = max(pool.now_ms, fact.at_ms)
        self._touched.add(fact.pool)
        match fact:
            case ConfigTaken():
                document = self._documents[fact.hash]
                if isinstance(document, PoolDocument):
                    pool.document, pool.hash = document, fact.hash
                    pool.agents = {it.id: it for it in document.agents}
            case AgentChanged():
                (pool.ready.add if fact.status == "ready" else pool.ready.discard)(fact.agent_id)
            case InteractionQueued():
                self._queued(pool, fact)
            case InteractionRequeued():
                self._requeued(pool, fact)
            case InteractionMoved():
                self._moved(pool, fact)
            case InteractionParked():
                stay = pool.stays[fact.interaction_id]
                stay.waiting = False
                pool.waiting.pop(stay.id, None)
            case OfferMade():
                self._offered(pool, fact)
            case OfferEnded():
                pool.held.pop(fact.interaction_id, None)
                late_ms = fact.at_ms - pool.offers.pop(fact.interaction_id, fact.at_ms)
                if late_ms > _LATE_MS:
                    self.bounded.broken(f"{fact.offer_id}: ended {late_ms} ms after its time")
                if fact.aside_until_ms is not None:
                    pool.asides[fact.interaction_id, fact.agent_id] = fact.aside_until_ms
            case InteractionAssigned():
                expires_ms = pool.offers.pop(fact.interaction_id, fact.at_ms)
                if fact.at_ms > expires_ms:
                    self.bounded.broken(f"{fact.offer_id}: accepted after its end")
                pool.stays[fact.interaction_id].assigned_to = fact.agent_id
                for key in [it for it in pool.asides if it[0] == fact.interaction_id]:
                    del pool.asides[key]
            case MessageRecorded(direction="out"):
                self._answered(pool, fact)
            case InteractionClosed():
                self._gone(pool, fact.interaction_id, keep=fact.wrap_up_until_ms is not None)
            case InteractionAbandoned() | InteractionExpired() | TransferredOut():
                self._gone(pool, fact.interaction_id, keep=False)
            case CapacityReleased():
                pool.held.pop(fact.interaction_id, None)
            case _:
                pass

    def _queued(self, pool: Pool, fact: InteractionQueued) -> None:
        stay = Stay(
            id=fact.interaction_id,
            channel=fact.channel,
            languages=(fact.language, *fact.other_languages),
            skills=tuple((it.skill, it.level) for it in fact.skills),
            asked=tuple((it.skill, it.level) for it in fact.asked_skills),
            order_ms=fact.order_ms,
            since_ms=fact.waiting_since_ms,
        )
        pool.stays[stay.id] = pool.waiting[stay.id] = stay
        for key in [it for it in pool.asides if it[0] == stay.id]:
            del pool.asides[key]  # of an earlier stay in this pool

    def _requeued(self, pool: Pool, fact: InteractionRequeued) -> None:
        stay = pool.stays[fact.interaction_id]
        self._age_kept(stay, fact)
        if stay.assigned_to is not None:
            if fact.reason == "transferred":  # who gave it away is not asked again at once
                aside_s = pool.document.aside_s if pool.document else 0
                pool.asides[stay.id, stay.assigned_to] = fact.at_ms + aside_s * 1000
            pool.held.pop(stay.id, None)
        stay.assigned_to, stay.waiting = None, True
        pool.waiting[stay.id] = stay
        if fact.reason == "transferred" and pool.document is not None:
            queue = next(it for it in pool.document.queues if it.name == fact.queue)
            levels = dict(stay.asked)
            for need in queue.skills:
                levels[need.skill] = max(need.level, levels.get(need.skill, 0))
            stay.skills = tuple(sorted(levels.items()))

    def _moved(self, pool: Pool, fact: InteractionMoved) -> None:
        stay = pool.stays[fact.interaction_id]
        self._age_kept(stay, fact)
        stay.channel, stay.waiting = fact.to_channel, True
        pool.waiting[stay.id] = stay

    def _age_kept(self, stay: Stay, fact: InteractionRequeued | InteractionMoved) -> None:
        self.bounded.exercised += 1
        if (fact.order_ms, fact.waiting_since_ms) != (stay.order_ms, stay.since_ms):
            self.bounded.broken(f"{stay.id}: lost its age in {fact.event_id}")

    def _offered(self, pool: Pool, fact: OfferMade) -> None:
        stay = pool.stays[fact.interaction_id]
        pool.waiting.pop(stay.id, None)
        stay.waiting = False
        agent = pool.agents.get(fact.agent_id)
        if agent is not None and pool.document is not None and pool.waiting:
            self.bounded.exercised += 1
            held = pool.channels_of(agent.id)
            for other in pool.waiting.values():
                older = (other.order_ms, other.id) < (stay.order_ms, stay.id)
                if older and self._could(pool, pool.document, agent, held, other):
                    self.bounded.broken(
                        f"{other.id}: overtaken by {stay.id} at {agent.id}, by {fact.event_id}"
                    )
        pool.held[stay.id] = (fact.agent_id, fact.channel)
        pool.offers[stay.id] = fact.expires_at_ms

    def _answered(self, pool: Pool, fact: MessageRecorded) -> None:
        self.one_answer.exercised += 1
        holder = pool.stays[fact.interaction_id].assigned_to
        if holder != fact.agent_id:
            self.one_answer.broken(
                f"{fact.interaction_id}: {fact.agent_id} answered, but {holder} had it"
            )

    def _gone(self, pool: Pool, key: str, *, keep: bool) -> None:
        stay = pool.stays[key]
        stay.waiting, stay.assigned_to = False, None
        pool.waiting.pop(key, None)
        pool.offers.pop(key, None)
        if not keep:
            pool.held.pop(key, None)
