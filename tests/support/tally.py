"""The smallest core that can be wrong: it counts messages per interaction, and alarms by time.

The runner's own tests use it, in this process and as a process of its own
(`python -m tests.support.tally`), so that a failure there is the runner's and no domain's.
"""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import uvloop

from shared.clock import clock_from_environment
from shared.contracts.configuration import Document
from shared.contracts.event import Event
from shared.contracts.interactions import AgentReplied, CustomerMessaged
from shared.contracts.routing import InteractionExpired, MessageRecorded
from shared.contracts.system import ConfigChanged, ConfigTaken, Tick
from shared.contracts.topics import POOL_LOG
from shared.kafka.connection import Connection, KafkaSettings
from shared.logging import configure_logging
from shared.runner.service import Service
from shared.runner.settings import ServiceSettings

ALARM_AFTER_MS = 1_000
POISON = "poison"


@dataclass(slots=True)
class Count:
    """One interaction: how many messages, and when it alarms if a reply was asked for."""

    interaction_id: str
    pool: str
    messages: int = 0
    alarm_at_ms: int | None = None


@dataclass(slots=True)
class Tally:
    counts: dict[str, Count] = field(default_factory=dict)
    changed: dict[str, Count] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)


class TallyCore:
    service = "router"  # it borrows the router's state topic
    version = "tally-1"
    log = POOL_LOG
    hears = frozenset({"customer_messaged", "agent_replied", "tick", "config_changed"})

    def empty(self, documents: Mapping[str, Document]) -> Tally:
        return Tally()

    def decide(self, state: Tally, event: Event, now: int) -> Iterator[Event]:
        match event:
            case CustomerMessaged(interaction_id=key):
                if POISON in key:
                    raise ValueError("this core cannot stand poison")
                known = state.counts.get(key)
                number = (known.messages if known else 0) + 1
                yield self._fact(event, now, MessageRecorded, number, direction="in")
            case AgentReplied(interaction_id=key) if key in state.counts:
                number = state.counts[key].messages
                yield self._fact(event, now, MessageRecorded, number, direction="out")
            case Tick():
                due = [c for c in state.counts.values() if c.alarm_at_ms and c.alarm_at_ms <= now]
                for count in sorted(due, key=lambda each: each.interaction_id):
                    yield InteractionExpired(
                        event_id=f"{count.interaction_id}#alarm/{count.alarm_at_ms}",
                        pool=count.pool,
                        at_ms=now,
                        by=self.service,
                        interaction_id=count.interaction_id,
                        queue="q",
                        waited_ms=0,
                    )
            case ConfigChanged():
                yield ConfigTaken(
                    event_id=f"{event.event_id}#taken",
                    pool=event.pool,
                    at_ms=now,
                    by=self.service,
                    cause=event.event_id,
                    hash=event.hash,
                    version=event.version,
                    service=self.service,
                )
            case _:
                return

    def _fact(
        self, event: Event, now: int, kind: type[MessageRecorded], number: int, direction: str
    ) -> Event:
        return kind(
            event_id=f"{event.event_id}#counted",
            pool=event.pool,
            at_ms=now,
            by=self.service,
            cause=event.event_id,
            interaction_id=event.interaction_id,  # type: ignore[attr-defined]
            direction=direction,
            number=number,
        )

    def evolve(self, state: Tally, fact: Event) -> None:
        match fact:
            case MessageRecorded(interaction_id=key, direction="in"):
                count = state.counts.setdefault(key, Count(key, fact.pool))
                count.messages = fact.number
                state.changed[key] = count
            case MessageRecorded(interaction_id=key):
                count = state.counts[key]
                count.alarm_at_ms = fact.at_ms + ALARM_AFTER_MS
                state.changed[key] = count
            case InteractionExpired(interaction_id=key):
                count = state.counts[key]
                count.alarm_at_ms = None
                state.changed[key] = count
            case ConfigTaken():
                state.hashes[fact.pool] = fact.hash
            case _:
                pass

    def deadline(self, state: Tally) -> int | None:
        return min((c.alarm_at_ms for c in state.counts.values() if c.alarm_at_ms), default=None)

    def destinations(self, fact: Event) -> Sequence[tuple[str, str]]:
        return ((POOL_LOG, fact.pool),)

    def take_changed(self, state: Tally) -> list[tuple[str, bytes | None]]:
        changed: list[tuple[str, bytes | None]] = [
            (key, msgspec.json.encode(count)) for key, count in state.changed.items()
        ]
        state.changed.clear()
        return changed

    def load(self, state: Tally, entities: Mapping[str, bytes]) -> None:
        for key, value in entities.items():
            state.counts[key] = msgspec.json.decode(value, type=Count)


async def main() -> None:
    settings = ServiceSettings()
    configure_logging(service="tally", level=os.environ.get("SWITCHYARD_LOG_LEVEL", "INFO"))
    service = Service(
        TallyCore(),
        connection=Connection(KafkaSettings()),
        clock=clock_from_environment(),
        settings=settings,
    )
    await service.run()


if __name__ == "__main__":
    uvloop.run(main()) if os.environ.get("UVLOOP", "1") == "1" else asyncio.run(main())
