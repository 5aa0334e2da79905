"""A pool's document, made ready for the questions that the router asks."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from services.router.core.floor.choice import Choice, rank_names
from services.router.core.model import Needs
from services.router.core.needs.urgency import head_start_ms
from shared.contracts.configuration import (
    Agent,
    ChannelSettings,
    PoolDocument,
    Queue,
    RoutingRule,
    TopicRule,
)
from shared.contracts.customers import CARRIED
from shared.contracts.interactions import SkillNeed
from shared.contracts.words import Channel

INTERPRETER = "@interpreter"  # stands for any language, with an interpreter
MAX_ASIDE_FACTOR = 8  # the contract of `aside_s`: it doubles per pair, at most 8 times


class Requirement(NamedTuple):
    """What an interaction asks of an agent; equal ones wait in one line."""

    channel: Channel
    languages: tuple[str, ...]  # the customer's, best first; perhaps INTERPRETER last
    skills: Needs
    language_level: int = 0  # the least, beside the channel's own least
    rings: tuple[str, ...] = ()  # open ones, in order of their names
    delay_weight: int = 0  # those who wait in one line rank by their age alone
    agent_id: str | None = None  # only he, while he is preferred


def needs(*groups: Iterable[SkillNeed]) -> Needs:
    """All skills of the groups, each at the highest skill level asked."""
    levels: dict[str, int] = {}
    for group in groups:
        for need in group:
            levels[need.skill] = max(need.level, levels.get(need.skill, 0))
    return tuple(sorted(levels.items()))


def as_needs(skills: Needs) -> tuple[SkillNeed, ...]:
    return tuple(SkillNeed(skill=skill, level=level) for skill, level in skills)


class Plan:
    """Answers from one immutable document."""

    def __init__(self, document: PoolDocument, hash_: str) -> None:
        self.document = document
        self.hash = hash_
        self.queues: dict[str, Queue] = {it.name: it for it in document.queues}
        self.rules: dict[str, RoutingRule] = {it.name: it for it in document.rules}
        self.agents: dict[str, Agent] = {it.id: it for it in document.agents}
        self.topics: dict[str, TopicRule] = {it.topic: it for it in document.topics}
        self.ladders: dict[tuple[str, tuple[str, ...]], Any] = {}  # kept for `ladder`
        self.head_start_ms = {it.name: head_start_ms(it) for it in document.priorities}
        self.default_priority = document.priorities[0].name
        self.skills = frozenset(document.skills)
        self.rank_names = rank_names(document)
        self.choice = Choice(self.rank_names)
        self.lease_ms = document.presence_lease_s * 1000
        self.horizon_ms = document.dedupe_horizon_s * 1000
        self.confirmed = frozenset(document.customer_notices.receipt) & CARRIED.keys()
        self._without_settings = ChannelSettings()

    def channel(self, channel: Channel) -> ChannelSettings:
        """Settings of a channel; one that the document lacks has the defaults, and no agent."""
        return self.document.channels.get(channel, self._without_settings)

    def cap(self, agent: Agent, channel: Channel) -> int | None:
        """How many of a channel he takes at once; None: no cap. 0: he does not do it.

        An agent who lists no channel does all of the pool's; one who lists some does only those.
        """
        if channel not in self.document.channels:
            return 0
        if not agent.channels:
            return None
        return agent.channels.get(channel, 0)

    def order_ms(self, priority: str, waiting_since_ms: int) -> int:
        """Place in line: age with the head start of its class. Smaller is served earlier.

        A class that the document does not know has none.
        """
        return waiting_since_ms - self.head_start_ms.get(priority, 0)

    def expires_at_ms(self, queue: str, since_ms: int) -> int | None:
        found = self.queues.get(queue)
        if found is None or found.expires_after_s is None:
            return None
        return since_ms + found.expires_after_s * 1000

    def aside_ms(self, times_before: int) -> int:
        """Aside after one more decline or miss of a pair."""
        return self.document.aside_s * 1000 * min(MAX_ASIDE_FACTOR, 1 << min(times_before, 8))
