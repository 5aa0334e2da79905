"""What one requirement asks, as groups of traits: one of each group is needed."""

from functools import cached_property

from services.router.core.floor.traits import Group, Kind, Traits, depth
from services.router.core.plan import Requirement

BEST_LEVEL = 5  # of a skill


class Asked:
    """Looked up once per requirement; its channel, weight and preferred agent do not matter here.

    languages: a group for each of the customer's. spoken: any of them. needs: skills, and rings.
    """

    def __init__(self, requirement: Requirement, least: int, traits: Traits) -> None:
        self._requirement = requirement
        self._traits = traits
        least = max(least, requirement.language_level)
        self.languages = [
            traits.language(tag, requirement.channel, least) for tag in requirement.languages
        ]
        self.spoken: Group = self.languages[0]
        if len(self.languages) > 1:
            self.spoken = tuple({it for group in self.languages for it in group})
        self._rings = traits.rings(requirement)
        self.needs = [*traits.needs(requirement.skills), *self._rings]
        self.all = [*self.needs, self.spoken]

    @cached_property
    def tiers(self) -> list[list[Group]]:
        """`needs` with all skills at level 5 at least, at level 4 …, down to the lowest asked."""
        skills = self._requirement.skills
        worst = min((level for _, level in skills), default=BEST_LEVEL)
        return [
            [*self._traits.needs(skills, level), *self._rings]
            for level in range(BEST_LEVEL, min(max(worst, 1), BEST_LEVEL) - 1, -1)
        ]

    @property
    def depth(self) -> int:
        return depth(self.needs)

    def of_line(self) -> Group:
        return self._traits.of_line(self.spoken, self.needs)

    def admits(self, kind: Kind) -> bool:
        """Whether such agents may serve it; that they do the channel is asked elsewhere."""
        return _has(kind, self.all)

    def position(self, kind: Kind) -> int | None:
        """Which language they serve it in; None: none."""
        return next((at for at, its in enumerate(self.languages) if _has(kind, [its])), None)

    def proficiency(self, kind: Kind) -> int:
        """5 less the lowest skill level among those asked; 0 when none is."""
        tiers = enumerate(self.tiers)
        return next((at for at, tier in tiers if _has(kind, tier)), len(self.tiers) - 1)


def _has(kind: Kind, groups: list[Group]) -> bool:
    owned = kind.mask
    return all(any(owned >> trait & 1 for trait in group) for group in groups)
