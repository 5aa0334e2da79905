"""Needs that would grow with time: less is asked first, more later. They never count."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from shared.configuration.checks.places import Places
from shared.configuration.durations import told_s
from shared.configuration.shape import Steps
from shared.contracts.configuration import LanguageNeed, PoolDocument
from shared.contracts.interactions import SkillNeed

Need = SkillNeed | LanguageNeed
_REMEDY = "put the highest level first and let it drop soonest: `[4 for 30s, 2]`"


def check_growing(document: PoolDocument, places: Places) -> None:
    """Agents who may serve a contact only become more, so nothing can be asked for later alone."""
    for index, queue in enumerate(document.queues):
        of_language = ("queues", index, "language_level")
        _check(places, of_language, "language level ", queue.language_needs)
        _check_skills(places, ("queues", index, "skills"), queue.skills)
    for index, rule in enumerate(document.rules):
        _check_skills(places, ("rules", index, "skills"), rule.skills)
    for index, topic in enumerate(document.topics):
        _check_skills(places, ("topics", index, "skills"), topic.skills)


def _check_skills(places: Places, place: Steps, needs: Iterable[SkillNeed]) -> None:
    by_name = sorted(needs, key=lambda it: it.skill)
    for skill, ladder in groupby(by_name, key=lambda it: it.skill):
        _check(places, (*place, skill), f"{skill}:", tuple(ladder))


def _check(places: Places, place: Steps, what: str, ladder: Sequence[Need]) -> None:
    for low, high in outlived(ladder):
        until = f" for {told_s(low.drops_after_s)}" if low.drops_after_s is not None else ""
        problem = (
            f"`{what}{low.level}{until}` never counts: `{what}{high.level}` is asked for longer, "
            "and needs do not grow with time"
        )
        places.error(place, problem, _REMEDY)


def outlived(ladder: Sequence[Need]) -> Iterator[tuple[Need, Need]]:
    """Each need that a higher one of the same ladder outlives, with that one."""
    for low in ladder:
        higher = (it for it in ladder if it.level > low.level and _lasts(it) >= _lasts(low))
        if (high := next(higher, None)) is not None:
            yield low, high


def _lasts(need: Need) -> float:
    return float("inf") if need.drops_after_s is None else need.drops_after_s
