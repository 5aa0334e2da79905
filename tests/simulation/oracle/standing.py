"""Who waits, who is ready and who holds what in one pool, as the facts so far tell."""

from dataclasses import dataclass, field

from shared.contracts.configuration import Agent, PoolDocument


@dataclass(slots=True)
class Stay:
    """One interaction in one pool, as far as waiting and being held go."""

    id: str
    channel: str
    languages: tuple[str, ...]
    skills: tuple[tuple[str, int], ...]
    asked: tuple[tuple[str, int], ...]
    order_ms: int
    since_ms: int
    waiting: bool = True
    assigned_to: str | None = None


@dataclass(slots=True)
class Pool:
    name: str
    document: PoolDocument | None = None
    hash: str = ""
    agents: dict[str, Agent] = field(default_factory=dict)
    ready: set[str] = field(default_factory=set)
    stays: dict[str, Stay] = field(default_factory=dict)
    waiting: dict[str, Stay] = field(default_factory=dict)
    held: dict[str, tuple[str, str]] = field(default_factory=dict)  # interaction: agent, channel
    asides: dict[tuple[str, str], int] = field(default_factory=dict)
    offers: dict[str, int] = field(default_factory=dict)  # live ones, and their expiry
    now_ms: int = 0

    def channels_of(self, agent_id: str) -> list[str]:
        return [channel for agent, channel in self.held.values() if agent == agent_id]
