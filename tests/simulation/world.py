"""All that the parts of one history share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from shared.contracts.configuration import Document, canonical, hash_of
from shared.runner.core import Core
from tests.simulation.centre import PARTITIONS, Centre
from tests.simulation.chance import Chance
from tests.simulation.clocks import MachineClock
from tests.simulation.schedule import Schedule
from tests.simulation.story import Story
from tests.simulation.topics import Broker


@dataclass(slots=True)
class World:
    """`documents` is the config topic's content by hash; it only grows."""

    chance: Chance
    schedule: Schedule
    broker: Broker
    story: Story
    centre: Centre
    cores: Mapping[str, Core[Any]]
    documents: dict[str, Document] = field(default_factory=dict)
    calm: bool = False  # no faults any more: the world settles

    @property
    def now_ms(self) -> int:
        return self.schedule.now_ms

    @property
    def partitions(self) -> int:
        return PARTITIONS

    def publish(self, document: Document) -> str:
        """Put a document into the config topic; its hash."""
        content = canonical(document)
        self.documents[hash_of(content)] = document
        return hash_of(content)

    def clock(self, chance: Random) -> MachineClock:
        """A machine of its own on Kafka; the embedded broker's processes share one machine."""
        return MachineClock(self.schedule, chance, guarded=self.broker.transactions)
