"""What an interaction requires as time goes on: each step asks less than the one before.

Whatever drops or opens does so once and for good, at a time that is known when it begins to wait.
So the agents who may serve it only become more, whoever comes and goes.
"""

from collections.abc import Iterable, Sequence

from msgspec import UNSET, UnsetType

from services.router.core.model import Interaction, Needs, Step, Wanted
from services.router.core.plan import INTERPRETER, Requirement
from shared.contracts import routing
from shared.contracts.configuration import Queue
from shared.contracts.interactions import SkillNeed


def compile_steps(
    queue: Queue | None, languages: tuple[str, ...], skills: Sequence[SkillNeed]
) -> tuple[Step, ...]:
    """The steps of one interaction, the first from the beginning; never none.

    Args:
        queue: where it waits; None: one that the configuration does not know any more.
        languages: the customer's, best first; at least one.
        skills: all that are asked, of queue, rule, topic and sender; of several for one skill the
            highest level that still holds counts.
    """
    found: list[Step] = []
    for after_s in _instants(queue, skills):
        step = Step(
            after_s=after_s,
            languages=_languages(queue, languages, after_s),
            language_level=_language_level(queue, after_s),
            skills=_skills(skills, after_s),
            rings=_rings(queue, after_s),
        )
        if not found or _asks(step) != _asks(found[-1]):
            found.append(step)
    return tuple(found)


def may_change(steps: tuple[Step, ...], languages: tuple[str, ...]) -> bool:
    """False: the one step says no more than languages, skills and level do. None is kept then."""
    return len(steps) > 1 or bool(steps[0].rings) or steps[0].languages != languages


def step_at(steps: tuple[Step, ...] | UnsetType, since_ms: int, now: int) -> int:
    """Number of the step that time alone has reached."""
    if steps is UNSET:
        return 0
    reached = 0
    while reached + 1 < len(steps) and since_ms + steps[reached + 1].after_s * 1000 <= now:
        reached += 1
    return reached


def next_step_ms(it: Interaction) -> int | None:
    """When the step after the present one begins; None: there is none."""
    if it.steps is UNSET or it.step + 1 >= len(it.steps):
        return None
    return it.steps_since_ms + it.steps[it.step + 1].after_s * 1000


def last_step(it: Interaction) -> int:
    return 0 if it.steps is UNSET else len(it.steps) - 1


def required(it: Interaction, step: int) -> Requirement:
    """What it requires in a step of any agent, the preferred one or another."""
    if it.steps is UNSET:
        languages = (it.language, *it.other_languages)
        return Requirement(it.channel, languages, it.skills, it.language_level, (), it.delay_weight)
    held = it.steps[step]
    return Requirement(
        it.channel, held.languages, held.skills, held.language_level, held.rings, it.delay_weight
    )


def as_told(step: Step) -> routing.Step:
    return routing.Step(
        after_s=step.after_s,
        languages=step.languages,
        language_level=step.language_level,
        skills=tuple(SkillNeed(skill=skill, level=level) for skill, level in step.skills),
        rings=step.rings,
    )


def as_wanted(skills: Iterable[SkillNeed]) -> tuple[Wanted, ...]:
    return tuple((it.skill, it.level, it.drops_after_s) for it in skills)


def as_needs_of(wanted: Iterable[Wanted]) -> tuple[SkillNeed, ...]:
    return tuple(
        SkillNeed(skill=skill, level=level, drops_after_s=drops) for skill, level, drops in wanted
    )


def _instants(queue: Queue | None, skills: Sequence[SkillNeed]) -> list[int]:
    """Seconds at which something may drop or open, the beginning first."""
    found = {0}
    found.update(it.drops_after_s for it in skills if it.drops_after_s is not None)
    if queue is not None and not _is_plain(queue):
        found.update(it.after_s for it in queue.rings)
        found.update(
            it.drops_after_s for it in queue.language_needs if it.drops_after_s is not None
        )
        found.add(queue.other_languages_after_s)
        if queue.interpreters_after_s is not None:
            found.add(queue.interpreters_after_s)
    return sorted(found)


def _is_plain(queue: Queue) -> bool:
    """Most are: nothing of them has a time."""
    return (
        not queue.rings
        and not queue.language_needs
        and not queue.other_languages_after_s
        and queue.interpreters_after_s is None
    )


def _asks(step: Step) -> tuple[object, ...]:
    return step.languages, step.language_level, step.skills, step.rings


def _languages(queue: Queue | None, languages: tuple[str, ...], after_s: int) -> tuple[str, ...]:
    """A language never drops: the customer's own others, then an interpreter, come beside it."""
    if queue is None:
        return languages
    found = languages if after_s >= queue.other_languages_after_s else languages[:1]
    interpreters = queue.interpreters_after_s
    return found if interpreters is None or after_s < interpreters else (*found, INTERPRETER)


def _language_level(queue: Queue | None, after_s: int) -> int:
    needed = queue.language_needs if queue is not None else ()
    return max((it.level for it in needed if _holds(it.drops_after_s, after_s)), default=0)


def _skills(skills: Sequence[SkillNeed], after_s: int) -> Needs:
    levels: dict[str, int] = {}
    for need in skills:
        if _holds(need.drops_after_s, after_s):
            levels[need.skill] = max(need.level, levels.get(need.skill, 0))
    return tuple(sorted(levels.items()))


def _rings(queue: Queue | None, after_s: int) -> tuple[str, ...]:
    opened = queue.rings if queue is not None else ()
    return tuple(sorted({it.ring for it in opened if it.after_s <= after_s}))


def _holds(drops_after_s: int | None, after_s: int) -> bool:
    return drops_after_s is None or after_s < drops_after_s
