"""What agents have, as numbers: a skill at a level, a language at its levels, a ring.

Each trait is a bit set in every shelf. What an interaction asks becomes groups of traits: an agent
may serve it if he has one of each group. So eligibility is a few operations on integers for many
agents at once, and for one agent, too.
"""

from collections.abc import Iterable, Mapping

from services.router.core.floor.languages import fallbacks
from services.router.core.model import Needs
from services.router.core.plan import INTERPRETER, Requirement
from shared.contracts.configuration import LanguageLevel
from shared.contracts.words import Channel

Group = tuple[int, ...]  # numbers of traits; one of them is enough
NO_MORE = 0  # stands for a need that a line does not have


class Kind:
    """Agents with equal traits: whom one may serve, all may.

    traits: numbers of all they have. languages, rings: those of them that are such; an interpreter
    counts as a language. mask: all of them as a bit set.
    """

    __slots__ = (
        "answers", "answers_known", "asked", "flexibility", "languages", "mask", "rings", "traits",
    )  # fmt: skip

    def __init__(self, traits: Group, languages: Group, rings: Group, flexibility: int) -> None:
        self.traits = traits
        self.languages = languages
        self.rings = rings
        self.mask = mask(traits)
        self.flexibility = flexibility
        self.answers: tuple[Group, ...] = ()  # see Traits.answers
        self.asked: dict[int, list[Group]] | None = None  # see Traits.asked
        self.answers_known = 0


def depth(needs: list[Group]) -> int:
    """How many needs are looked at in a line that has these: 2, 4, 8, …"""
    return 1 << max(1, (len(needs) - 1).bit_length())


def mask(group: Iterable[int]) -> int:
    found = 0
    for trait in group:
        found |= 1 << trait
    return found


class Traits:
    """Numbers are given on first sight; `count` of them are in use.

    with_rings: whether any agent is of a ring; if none is, rings are not looked at.

    Lines are looked for by what one agent has. So a line counts its needs, of skills and of rings,
    and has a trait for each trait that meets its first need, others for the second, and so on.
    """

    def __init__(self, *, with_rings: bool) -> None:
        self.count = 1
        self.with_rings = with_rings
        self._needs: list[dict[int, int]] = []  # by number of the need: {trait: that of a line}
        self._languages: dict[str, dict[tuple[int, int], int]] = {}  # tag: {(spoken, written): _}
        self._skills: dict[str, dict[int, int]] = {}
        self._rings: dict[str, int] = {}
        self._kinds: dict[Group, Kind] = {}
        self._groups: dict[tuple[str | int, ...], Group] = {}  # looked up before
        self._interpreter = self._next()
        self._no_ring = self._next()

    def kind(
        self,
        skills: Mapping[str, int],
        languages: Mapping[str, LanguageLevel],
        rings: Iterable[str],
        *,
        interpreter: bool,
    ) -> Kind:
        """The kind of an agent; equal agents have one."""
        spoken = [self._language(tag.lower(), level) for tag, level in languages.items()]
        if interpreter:
            spoken.append(self._interpreter)
        able = [self._skill(skill, level) for skill, level in skills.items() if level > 0]
        within = [self._ring(ring) for ring in rings]
        beside = [self._no_ring] if self.with_rings and not within else []
        flexibility = len(skills) + len(languages)
        traits = tuple(sorted({*spoken, *able, *within, *beside}))
        kind = self._kinds.get(traits)
        if kind is None or kind.flexibility != flexibility:
            kind = Kind(traits, tuple(spoken), tuple(within), flexibility)
            self._kinds[traits] = kind
        return kind

    def language(self, tag: str, channel: Channel, least: int) -> Group:
        """Those who can use this language of a customer on the channel, at least so well.

        Source: RFC 4647, section 3.4 (lookup), see `languages`.
        """
        if tag == INTERPRETER:
            return (self._interpreter,)
        at = 0 if channel == "voice" else 1
        key = (tag, at, least)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = tuple(
                number
                for form in fallbacks(tag)
                for levels, number in self._languages.get(form, {}).items()
                if levels[at] >= max(1, least)
            )
        return group

    def skill(self, skill: str, least: int) -> Group:
        key = (skill, least)
        group = self._groups.get(key)
        if group is None:
            known = self._skills.get(skill, {})
            group = tuple(number for level, number in known.items() if level >= least)
            self._groups[key] = group
        return group

    def needs(self, skills: Needs, least: int = 0) -> list[Group]:
        """One group per skill; `least`: a level that all of them must have."""
        return [self.skill(skill, max(level, least)) for skill, level in skills]

    def rings(self, requirement: Requirement) -> list[Group]:
        if not self.with_rings:
            return []
        known = (self._rings.get(ring) for ring in requirement.rings)
        return [(self._no_ring, *(it for it in known if it is not None))]

    def of_line(self, spoken: Group, needs: list[Group]) -> Group:
        """Traits of a line that asks for one of `spoken`, and for one of each group."""
        found = set(spoken)
        for number in range(depth(needs)):
            while len(self._needs) <= number:
                self._needs.append({NO_MORE: self._next()})
            numbers = self._needs[number]
            for trait in needs[number] if number < len(needs) else (NO_MORE,):
                if trait not in numbers:
                    numbers[trait] = self._next()
                found.add(numbers[trait])
        return tuple(found)

    def answers(self, kind: Kind) -> tuple[Group, ...]:
        """For each need that a line may have, the traits of lines that the kind meets in it."""
        if kind.answers_known != self.count:
            kind.answers = tuple(
                (numbers[NO_MORE], *(numbers[it] for it in kind.traits if it in numbers))
                for numbers in self._needs
            )
            kind.answers_known = self.count
            kind.asked = None
        return kind.answers

    def asked(self, kind: Kind, depth: int) -> list[Group]:
        """A line of this depth must have one trait of each group to be served by the kind."""
        if kind.asked is None or kind.answers_known != self.count:
            self.answers(kind)
            kind.asked = {}
        asked = kind.asked.get(depth)
        if asked is None:
            asked = kind.asked[depth] = [kind.languages, *kind.answers[:depth]]
        return asked

    def forget(self) -> None:
        """What was looked up, for customers may name languages without end."""
        self._groups.clear()

    def _language(self, tag: str, level: LanguageLevel) -> int:
        known = self._languages.setdefault(tag, {})
        levels = (level.spoken, level.written)
        if levels not in known:
            self._groups.clear()
            known[levels] = self._next()
        return known[levels]

    def _skill(self, skill: str, level: int) -> int:
        known = self._skills.setdefault(skill, {})
        if level not in known:
            self._groups.clear()
            known[level] = self._next()
        return known[level]

    def _ring(self, ring: str) -> int:
        if ring not in self._rings:
            self._groups.clear()
            self._rings[ring] = self._next()
        return self._rings[ring]

    def _next(self) -> int:
        self.count += 1
        return self.count - 1
