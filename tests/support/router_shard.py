"""A shard of the router without a broker: feeds events, keeps facts and what would be stored."""

from collections.abc import Mapping
from typing import Any

from services.router.core import RouterState, router_core
from shared.contracts import agents, interactions, outage, system
from shared.contracts.catalogue import read
from shared.contracts.configuration import Agent as ConfiguredAgent
from shared.contracts.configuration import (
    ChannelSettings,
    Document,
    LanguageLevel,
    PoolDocument,
    PriorityClass,
    Queue,
    canonical,
    hash_of,
)
from shared.contracts.event import Event
from shared.contracts.words import Channel

T0 = 1_000_000_000


def agent(id_: str, *languages: str, **settings: Any) -> ConfiguredAgent:
    return ConfiguredAgent(
        id=id_, languages={tag: LanguageLevel() for tag in languages or ("en",)}, **settings
    )


def document(*agents_: ConfiguredAgent, **settings: Any) -> PoolDocument:
    base: dict[str, Any] = {
        "pool": "boston",
        "default_language": "en",
        "default_queue": "general",
        "queues": (Queue(name="general"), Queue(name="other")),
        "priorities": (
            PriorityClass(name="normal"),
            PriorityClass(name="high", head_start_s=60),
        ),
        "channels": {"voice": ChannelSettings(), "chat": ChannelSettings(units=40)},
        "agents": agents_,
    }
    return PoolDocument(**(base | settings))


class Shard:
    """One shard. `now` moves by `wait`; ticks are fed as the runner would, at each deadline."""

    def __init__(self, *documents: PoolDocument, now: int = T0) -> None:
        self.documents: dict[str, Document] = {}
        self.state: RouterState = router_core.empty(self.documents)
        self.now = now
        self.events: list[tuple[int, Event]] = []
        self.facts: list[Event] = []
        self.stored: dict[str, bytes] = {}
        self._number = 0
        self._versions: dict[str, int] = {}
        for it in documents:
            self.configure(it)

    def feed(self, event: Event) -> list[Event]:
        """Decide and evolve one event; store what changed."""
        self.events.append((self.now, event))
        told = []
        for fact in router_core.decide(self.state, event, self.now):
            router_core.evolve(self.state, fact)
            told.append(fact)
        self.facts += told
        for key, value in router_core.take_changed(self.state):
            if value is None:
                self.stored.pop(key, None)
            else:
                self.stored[key] = value
        return told

    def deliver(self, facts: list[Event]) -> list[Event]:
        """Feed what the router tells itself through the log, read back from its JSON."""
        told = []
        for fact in facts:
            kind = fact.model_dump()["kind"]
            if kind in router_core.hears:
                told += self.feed(read(kind, fact.model_dump_json().encode()))
        return told

    def restore(self) -> None:
        """Lose the state, and load it from what was stored."""
        self.state = router_core.empty(self.documents)
        router_core.load(self.state, self.stored)

    def wait(self, seconds: float) -> list[Event]:
        """Let time pass; a tick comes at each deadline, as the runner's own appended ones do."""
        end, told = self.now + int(seconds * 1000), list[Event]()
        while (deadline := router_core.deadline(self.state)) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            told += self.feed(system.Tick(**self.head(), pool=""))
            after = router_core.deadline(self.state)
            assert after is None or after > self.now, "a tick must take away what was due"
        self.now = end
        return told

    def late_tick(self, seconds: float) -> list[Event]:
        """Let time pass as in a standstill: one tick, when it is over."""
        self.now += int(seconds * 1000)
        return self.feed(system.Tick(**self.head(), pool=""))

    def head(self, event_id: str | None = None) -> dict[str, Any]:
        self._number += 1
        return {
            "event_id": event_id or f"e{self._number}",
            "at_ms": self.now,
            "by": "gateway",
        }

    # What the outside says

    def configure(self, doc: PoolDocument) -> list[Event]:
        content = canonical(doc)
        self.documents[hash_of(content)] = doc
        version = self._versions[doc.pool] = self._versions.get(doc.pool, 0) + 1
        return self.feed(
            system.ConfigChanged(
                **self.head(), pool=doc.pool, actor="op", hash=hash_of(content), version=version
            )
        )

    def receive(self, local: str, *, pool: str = "boston", **given: Any) -> list[Event]:
        base: dict[str, Any] = {
            "channel": "chat",
            "language": "en",
            "language_source": "given",
            "body_hash": f"hash of {local}",
            "interaction_id": f"{pool}:{local}",
        }
        return self.feed(
            interactions.InteractionReceived(
                **self.head(given.pop("event_id", None)), pool=pool, actor="s", **(base | given)
            )
        )

    def presence(self, agent_id: str, status: str = "ready", **given: Any) -> list[Event]:
        return self.say(agents.PresenceReported, agent_id=agent_id, status=status, **given)

    def seen(self, *ids: str, gap_s: float = 1, **given: Any) -> list[Event]:
        head = self.head(given.pop("event_id", None))
        gap_ms = int(gap_s * 1000)
        return self.feed(
            agents.AgentsSeen(
                **head, pool=given.get("pool", "boston"), agent_ids=ids, gap_ms=gap_ms
            )
        )

    def answer(
        self, local: str, attempt: int, agent_id: str, answer: str, pool: str = "boston"
    ) -> list[Event]:
        id_ = f"boston:{local}"
        return self.say(
            agents.OfferAnswered,
            interaction_id=id_,
            offer_id=f"{id_}:{attempt}",
            agent_id=agent_id,
            answer=answer,
            pool=pool,
        )

    def accept(self, local: str, attempt: int, agent_id: str) -> list[Event]:
        return self.answer(local, attempt, agent_id, "accept")

    def decline(self, local: str, attempt: int, agent_id: str) -> list[Event]:
        return self.answer(local, attempt, agent_id, "decline")

    def fail_over(self, channel: Channel, epoch: int, **given: Any) -> list[Event]:
        return self._outage(outage.ChannelFailedOver, channel, epoch, **given)

    def restore_channel(self, channel: Channel, epoch: int, **given: Any) -> list[Event]:
        return self._outage(outage.ChannelRestored, channel, epoch, **given)

    def _outage(self, kind: type[Event], channel: Channel, epoch: int, **given: Any) -> list[Event]:
        """An incident begins with an odd epoch, and the next one ends it."""
        base = {
            "pool": "boston",
            "channel": channel,
            "epoch": epoch,
            "incident_id": f"{channel}-{(epoch + 1) // 2}",
        }
        return self.feed(kind(**self.head(given.pop("event_id", None)), **(base | given)))

    def say(self, kind: type[Event], **given: Any) -> list[Event]:
        """Any other command: `local` stands for the interaction `boston:<local>`."""
        if "local" in given:
            given["interaction_id"] = f"boston:{given.pop('local')}"
        head = self.head(given.pop("event_id", None))
        pool = given.pop("pool", "boston")
        return self.feed(kind(**head, pool=pool, actor="somebody", **given))


def kinds(facts: list[Event]) -> list[str]:
    return [fact.model_dump()["kind"] for fact in facts]


def find(facts: list[Event], kind: str) -> Any:
    """The one fact of a kind."""
    (found,) = [fact for fact in facts if fact.model_dump()["kind"] == kind]
    return found


def index(state: RouterState) -> dict[str, Any]:
    """What a state derives from its entities, in a form that can be compared."""
    found: dict[str, Any] = {"deadline": router_core.deadline(state)}
    for name, pool in sorted(state.pools.items()):
        floor = pool.floor
        found[name] = {
            "seats": {
                id_: (
                    seat.used,
                    {channel: load for channel, load in seat.load.items() if load},
                    sorted(seat.offered),
                    sorted(seat.assigned),
                    seat.key if seat.shelf else None,
                    seat.open if seat.shelf else None,
                )
                for id_, seat in floor.seats.items()
                if seat.room or seat.used or seat.offered or seat.assigned
            },
            "lines": {
                requirement: dict(line.live)
                for requirement, line in floor.lines.items()
                if line.live
            },
            "offered": sorted(pool.offered),
            "away": sorted(pool.away),
            "down": sorted(pool.down),
            "entities": entities(state),
        }
    return found


def entities(state: RouterState) -> Mapping[str, Any]:
    return {
        f"{name}/{kind}/{id_}": entity
        for name, pool in state.pools.items()
        for kind, its in (
            ("interaction", pool.interactions),
            ("stub", pool.stubs),
            ("agent", {k: v for k, v in pool.agents.items() if v.number}),
            ("pool", {name: pool.entity}),
            ("measured", pool.measured),
        )
        for id_, entity in its.items()
    }
