"""A long, plain story for the benchmarks: each interaction arrives, is offered, accepted, closed."""

import random
from collections.abc import Iterable, Iterator
from itertools import count

from shared.contracts.agents import OfferAnswered, PresenceReported
from shared.contracts.configuration import (
    Agent,
    ChannelSettings,
    Document,
    LanguageLevel,
    PoolDocument,
    Queue,
    RoutingRule,
    canonical,
    hash_of,
)
from shared.contracts.event import Event
from shared.contracts.interactions import CloseRequested, InteractionReceived, Personal, SkillNeed
from shared.contracts.routing import OfferMade
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import POOL_LOG
from shared.log import LogRecord, headers_of
from shared.runner.shard import Shard
from services.router.core import router_core

T0 = 1_760_000_000_000
LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "ro", "lv", "he", "pl", "ru")
SKILLS = tuple(f"skill-{number}" for number in range(20))
TEXT = "My card was charged twice for the same order and the parcel has not arrived. " * 3


def pool_document(pool: str, *, agents: int, seed: int = 1) -> PoolDocument:
    """300 kinds of agents, 12 languages (Zipf), 20 skills with levels."""
    chance = random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(len(LANGUAGES))]
    kinds = []
    for _ in range(300):
        spoken = set(chance.choices(LANGUAGES, weights, k=2)) | {"en"}
        skills = {skill: chance.randint(1, 5) for skill in chance.sample(SKILLS, 5)}
        kinds.append((skills, {tag: LanguageLevel() for tag in sorted(spoken)}))
    return PoolDocument(
        pool=pool,
        default_language="en",
        default_queue="general",
        queues=(Queue(name="general"),),
        skills=SKILLS,
        rules=tuple(
            RoutingRule(
                name=f"about-{skill}",
                when={"topic": (skill,)},
                queue="general",
                skills=(SkillNeed(skill=skill, level=2),),
            )
            for skill in SKILLS
        ),
        channels={"chat": ChannelSettings(units=50), "email": ChannelSettings(units=20)},
        agents=tuple(
            Agent(id=f"a{n}", skills=kinds[n % 300][0], languages=kinds[n % 300][1])
            for n in range(agents)
        ),
    )


class Story:
    """Commands in order, made by asking the core itself whom it offers each interaction to."""

    def __init__(self, pool: str, *, agents: int, seed: int = 1) -> None:
        self.pool, self.chance = pool, random.Random(seed)
        self.document = pool_document(pool, agents=agents, seed=seed)
        self.content = canonical(self.document)
        self.documents: dict[str, Document] = {hash_of(self.content): self.document}
        self._shard = Shard(router_core, partition=0, partitions=1, documents=self.documents)
        self._offset, self._now = count(), T0

    def event(self, kind: type[Event], **fields: object) -> Event:
        self._now += 1
        return kind(
            pool=self.pool,
            at_ms=self._now,
            by="gateway",
            **({"actor": "system:bench"} | fields),
        )

    def beginning(self) -> Iterator[Event]:
        yield self.event(ConfigChanged, event_id="c1", hash=hash_of(self.content), version=1)
        for agent in self.document.agents:
            yield self.event(
                PresenceReported, event_id=f"p-{agent.id}", agent_id=agent.id, status="ready"
            )

    def received(self, number: int) -> Event:
        topic = self.chance.choice(SKILLS)
        weights = [1 / (rank + 1) for rank in range(len(LANGUAGES))]
        return self.event(
            InteractionReceived,
            event_id=f"i{number}",
            interaction_id=f"{self.pool}:{number}",
            channel="chat",
            body_hash=f"{number:032x}",
            language=self.chance.choices(LANGUAGES, weights)[0],
            language_source="given",
            topic=topic,
            customer=f"c{number}",
            personal=Personal(text=TEXT, subject="Charged twice", name="A Customer"),
        )

    def commands(self, interactions: int, *, open_at_once: int = 200) -> Iterator[Event]:
        """About three commands an interaction."""
        yield from self.through(self.beginning())
        waiting: list[OfferMade] = []
        for number in range(interactions):
            yield from self.through([self.received(number)], waiting)
            if len(waiting) >= open_at_once:
                for offer in waiting:
                    yield from self.through(self._answer_and_close(offer), waiting=[])
                waiting.clear()

    def _answer_and_close(self, offer: OfferMade) -> list[Event]:
        key, agent = offer.interaction_id, offer.agent_id
        return [
            self.event(
                OfferAnswered,
                event_id=f"{key}-ok",
                offer_id=offer.offer_id,
                interaction_id=key,
                agent_id=agent,
                answer="accept",
            ),
            self.event(CloseRequested, event_id=f"{key}-end", interaction_id=key, agent_id=agent),
        ]

    def through(
        self, events: Iterable[Event], waiting: list[OfferMade] | None = None
    ) -> Iterator[Event]:
        for event in events:
            outcome = self._shard.take([self.record(event)])
            if waiting is not None:
                waiting += [fact for fact in outcome.facts if isinstance(fact, OfferMade)]
            yield event

    def record(self, event: Event) -> LogRecord:
        return record_of(event, next(self._offset))


def kind_of(event: Event) -> str:
    return str(event.kind)  # type: ignore[attr-defined] # every event of the catalogue has one


def record_of(event: Event, offset: int, partition: int = 0) -> LogRecord:
    return LogRecord(
        POOL_LOG,
        partition,
        offset,
        kind_of(event),
        event.by,
        event.at_ms,
        event.pool,
        event.model_dump_json().encode(),
    )


__all__ = ["Story", "headers_of", "pool_document", "record_of"]
