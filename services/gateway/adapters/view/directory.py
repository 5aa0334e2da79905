"""Which pools there are, and under which document each runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.contracts.configuration import Agent, Document, PoolDocument
from shared.contracts.words import Channel
from shared.topics import TopicFinder


@dataclass(slots=True)
class PoolEntry:
    """What the doors need of a pool's document, worked out once per version."""

    document: PoolDocument
    agents: dict[str, Agent] = field(init=False)
    languages: frozenset[str] = field(init=False)
    channels: frozenset[Channel] = field(init=False)
    topics: TopicFinder = field(init=False)

    def __post_init__(self) -> None:
        self.agents = {agent.id: agent for agent in self.document.agents}
        self.channels = frozenset(self.document.channels)
        self.languages = frozenset(
            tag for agent in self.document.agents for tag in agent.languages
        ) | {self.document.default_language}
        self.topics = TopicFinder(self.document.topics)


class Directory:
    """Which version each pool runs under; the documents come from the configuration topic."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._current: dict[str, tuple[int, str]] = {}
        self._entries: dict[str, PoolEntry] = {}
        self._of_agent: dict[str, tuple[str, ...]] = {}
        self._awaited: set[str] = set()

    def take(self, pool: str, config_hash: str, version: int) -> None:
        """The pool runs under this document from here on; an older version changes nothing."""
        known = self._current.get(pool)
        if known is None or version > known[0]:
            self._current[pool] = version, config_hash
            self._awaited.add(pool)

    def pools(self) -> list[str]:
        return sorted(self._current)

    def version(self, pool: str) -> tuple[int, str] | None:
        """(version, hash) of the pool's configuration."""
        return self._current.get(pool)

    def entry(self, pool: str) -> PoolEntry | None:
        """None: no such pool, or its first document has not come yet."""
        self._refresh()
        return self._entries.get(pool)

    def pools_of(self, agent_id: str) -> tuple[str, ...]:
        """The pools that know the agent; one, if the configuration is sound."""
        self._refresh()
        return self._of_agent.get(agent_id, ())

    def awaited(self) -> list[str]:
        """Pools whose current document is not here yet."""
        self._refresh()
        return sorted(self._awaited)

    def _refresh(self) -> None:
        if not self._awaited:
            return
        arrived = False
        for pool in tuple(self._awaited):
            document = self._documents.get(self._current[pool][1])
            if isinstance(document, PoolDocument):
                self._entries[pool] = PoolEntry(document)
                self._awaited.discard(pool)
                arrived = True
        if arrived:
            self._index_agents()

    def _index_agents(self) -> None:
        found: dict[str, list[str]] = {}
        for pool, entry in sorted(self._entries.items()):
            for agent_id in entry.agents:
                found.setdefault(agent_id, []).append(pool)
        self._of_agent = {agent_id: tuple(pools) for agent_id, pools in found.items()}
