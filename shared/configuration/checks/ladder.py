"""What a queue asks of agents as time goes on, read from the document alone.

The router compiles the same into the steps of each interaction; here the customer is not known, so
his other languages are left out.
"""

from collections.abc import Iterable
from typing import NamedTuple

from shared.contracts.configuration import Queue
from shared.contracts.interactions import SkillNeed


class Ask(NamedTuple):
    """What is asked from a time on."""

    after_s: int
    skills: tuple[tuple[str, int], ...]  # by name, each at the highest level that still holds
    language_level: int
    rings: tuple[str, ...]  # open ones
    interpreters: bool


def ladder(queue: Queue, more: Iterable[SkillNeed] = ()) -> tuple[Ask, ...]:
    """The steps of a queue, with the skills that a rule or topic adds; at least one."""
    needs = (*queue.skills, *more)
    return tuple(_ask(queue, needs, after_s) for after_s in sorted({0, *_times(queue, needs)}))


def last(queue: Queue, more: Iterable[SkillNeed] = ()) -> Ask:
    """The step that asks least."""
    return ladder(queue, more)[-1]


def _times(queue: Queue, needs: Iterable[SkillNeed]) -> Iterable[int]:
    drops = [need.drops_after_s for need in needs]
    drops += [need.drops_after_s for need in queue.language_needs]
    yield from (drop for drop in (*drops, queue.interpreters_after_s) if drop is not None)
    yield from (opening.after_s for opening in queue.rings)


def _ask(queue: Queue, needs: Iterable[SkillNeed], after_s: int) -> Ask:
    levels: dict[str, int] = {}
    for need in needs:
        if _holds(need.drops_after_s, after_s):
            levels[need.skill] = max(need.level, levels.get(need.skill, 0))
    language = [it.level for it in queue.language_needs if _holds(it.drops_after_s, after_s)]
    return Ask(
        after_s=after_s,
        skills=tuple(sorted(levels.items())),
        language_level=max(language, default=0),
        rings=tuple(sorted({it.ring for it in queue.rings if it.after_s <= after_s})),
        interpreters=queue.interpreters_after_s is not None
        and queue.interpreters_after_s <= after_s,
    )


def _holds(drops_after_s: int | None, after_s: int) -> bool:
    return drops_after_s is None or drops_after_s > after_s
