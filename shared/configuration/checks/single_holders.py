"""Skills and languages that one agent alone has: when he is away, nobody is there."""

from collections.abc import Iterator

from shared.configuration.checks.places import Places
from shared.configuration.checks.staff import Mask, Staff, members
from shared.configuration.shape import Steps
from shared.contracts.configuration import PoolDocument
from shared.contracts.interactions import SkillNeed


def check_single_holders(document: PoolDocument, staff: Staff, places: Places) -> None:
    """A pool of one agent is told once, not skill by skill."""
    if len(document.agents) == 1:
        [agent] = document.agents
        problem = f"`{agent.id}` is the only agent of pool `{document.pool}`"
        places.agent_warning(agent.id, (), problem, "add another: nobody else serves its contacts")
        return
    for steps, what, holders in (*_languages(staff), *_skills(document, staff)):
        if members(holders) == 1:
            [agent_id] = staff.ids(holders)
            problem = f"`{agent_id}` alone {what}"
            remedy = "give it to a second agent: while he is away nobody can serve it"
            places.agent_warning(agent_id, steps, problem, remedy)


def _languages(staff: Staff) -> Iterator[tuple[Steps, str, Mask]]:
    for tag in staff.tags:
        holders = 0
        for channel, settings in staff.document.channels.items():
            holders |= staff.speaking(channel, tag, max(1, settings.min_language_level))
        yield ("languages", tag), f"speaks `{tag}`", holders


def _skills(document: PoolDocument, staff: Staff) -> Iterator[tuple[Steps, str, Mask]]:
    """Each skill at the least level at which something asks for it."""
    least: dict[str, int] = {}
    for need in _needs(document):
        least[need.skill] = min(need.level, least.get(need.skill, need.level))
    for skill, level in sorted(least.items()):
        what = f"has `{skill}`" + (f" at level {level} or above" if level > 1 else "")
        yield ("skills", skill), what, staff.skilled(((skill, level),))


def _needs(document: PoolDocument) -> Iterator[SkillNeed]:
    for queue in document.queues:
        yield from queue.skills
    for rule in document.rules:
        yield from rule.skills
    for topic in document.topics:
        yield from topic.skills
