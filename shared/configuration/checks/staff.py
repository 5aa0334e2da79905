"""Who of a pool's agents could serve what, as sets of bits: a question costs a few words of memory.

Bit i stands for the document's agent i. Presence, hours and load play no part: only what is
configured. The answers are those of the router's own rules for who may serve.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from shared.configuration.checks.ladder import Ask
from shared.configuration.languages import fallbacks
from shared.contracts.configuration import Agent, LanguageLevel, PoolDocument
from shared.contracts.words import Channel

Mask = int
LEVELS = 6  # 0 to 5
NOBODY_SPEAKS = "und"  # a language that nobody has: only interpreters serve it


class Staff:
    """Answers from one immutable document; each is worked out once."""

    def __init__(self, document: PoolDocument) -> None:
        self.document = document
        self._skilled: dict[tuple[tuple[str, int], ...], Mask] = {}
        self._in_rings: dict[tuple[str, ...], Mask] = {}
        self._speaking: dict[tuple[Channel, str, int], Mask] = {}

    @property
    def everybody(self) -> Mask:
        return (1 << len(self.document.agents)) - 1

    def ids(self, mask: Mask) -> Iterator[str]:
        """The agents of a set, in the order of the files."""
        while mask:
            lowest = mask & -mask
            yield self.document.agents[lowest.bit_length() - 1].id
            mask ^= lowest

    def serving(self, ask: Ask, channel: Channel, tag: str) -> Mask:
        """Who may serve a customer with this language and no other, by this channel."""
        level = max(1, self.document.channels[channel].min_language_level, ask.language_level)
        able = self.speaking(channel, tag, level)
        if ask.interpreters:
            able |= self.interpreters & self.taking[channel]
        return able & self.skilled(ask.skills) & self.in_rings(ask.rings)

    def serving_any(self, ask: Ask) -> Mask:
        """Who may serve somebody, in whatever language and by whatever channel."""
        able = 0
        for channel, tag in self.spoken:
            able |= self.serving(ask, channel, tag)
        return able

    def speaking(self, channel: Channel, tag: str, level: int) -> Mask:
        """Who takes the channel and speaks (voice) or writes the language, or what it falls to."""
        key = (channel, tag, level)
        found = self._speaking.get(key)
        if found is None:
            found = 0
            for form in fallbacks(tag.lower()):
                found |= _at_least(self._languages.get((channel, form)), level)
            self._speaking[key] = found
        return found

    def skilled(self, skills: tuple[tuple[str, int], ...]) -> Mask:
        found = self._skilled.get(skills)
        if found is None:
            found = self.everybody
            for skill, level in skills:
                found &= _at_least(self._skills.get(skill), level)
            self._skilled[skills] = found
        return found

    def in_rings(self, opened: tuple[str, ...]) -> Mask:
        """Agents without a ring, and those of the open ones."""
        found = self._in_rings.get(opened)
        if found is None:
            found = self.rings.get("", 0)
            for ring in opened:
                found |= self.rings.get(ring, 0)
            self._in_rings[opened] = found
        return found

    @cached_property
    def rings(self) -> Mapping[str, Mask]:
        """Members of each ring; under the empty name those who have none."""
        found: dict[str, Mask] = {}
        for index, agent in enumerate(self.document.agents):
            for ring in agent.rings or ("",):
                found[ring] = found.get(ring, 0) | 1 << index
        return found

    @cached_property
    def interpreters(self) -> Mask:
        return sum(1 << i for i, agent in enumerate(self.document.agents) if agent.interpreter)

    @cached_property
    def hours(self) -> Mapping[str | None, Mask]:
        """Who keeps the hours of each calendar; under None those who have no hours."""
        found: dict[str | None, Mask] = {}
        for index, agent in enumerate(self.document.agents):
            found[agent.calendar] = found.get(agent.calendar, 0) | 1 << index
        return found

    @cached_property
    def taking(self) -> Mapping[Channel, Mask]:
        """Who takes each channel: it is not barred for him, and fits into his capacity."""
        found: dict[Channel, Mask] = {}
        for channel in self.document.channels:
            takers = (
                1 << index
                for index, agent in enumerate(self.document.agents)
                if _takes(agent, channel, self.document)
            )
            found[channel] = sum(takers)
        return found

    @cached_property
    def spoken(self) -> tuple[tuple[Channel, str], ...]:
        """Each language with each channel by which somebody serves it, whatever his skills."""
        return tuple(
            (channel, tag)
            for channel, settings in self.document.channels.items()
            for tag in self.tags
            if self.speaking(channel, tag, max(1, settings.min_language_level))
        )

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The languages of the pool: the default one, and what its agents list."""
        listed = {tag for agent in self.document.agents for tag in agent.languages}
        return tuple(sorted({self.document.default_language, *listed}))

    @cached_property
    def _skills(self) -> Mapping[str, list[Mask]]:
        found: dict[str, list[Mask]] = {}
        for index, agent in enumerate(self.document.agents):
            for skill, level in agent.skills.items():
                found.setdefault(skill, [0] * LEVELS)[level] |= 1 << index
        return found

    @cached_property
    def _languages(self) -> Mapping[tuple[Channel, str], list[Mask]]:
        found: dict[tuple[Channel, str], list[Mask]] = {}
        for index, agent in enumerate(self.document.agents):
            for channel in self.document.channels:
                if self.taking[channel] >> index & 1:
                    for tag, level in agent.languages.items():
                        masks = found.setdefault((channel, tag.lower()), [0] * LEVELS)
                        masks[_of_mode(level, channel)] |= 1 << index
        return found


def members(mask: Mask) -> int:
    return mask.bit_count()


def _at_least(masks: Iterable[Mask] | None, level: int) -> Mask:
    found = 0
    for mask in list(masks or ())[level:]:
        found |= mask
    return found


def _of_mode(level: LanguageLevel, channel: Channel) -> int:
    return level.spoken if channel == "voice" else level.written


def _takes(agent: Agent, channel: Channel, document: PoolDocument) -> bool:
    """An agent who lists no channel takes all of the pool's."""
    wanted = not agent.channels or agent.channels.get(channel, 0) > 0
    return wanted and agent.capacity_units >= document.channels[channel].units
