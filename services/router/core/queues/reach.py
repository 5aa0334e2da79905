"""Whether anybody could serve an interaction in another queue: else it never flows there.

Asked only where a queue flows over, and remembered for all who want the same.
"""

from typing import NamedTuple

from services.router.core.floor.floor import Floor
from services.router.core.model import Interaction, Wanted
from services.router.core.needs.steps import as_needs_of, compile_steps
from services.router.core.plan import Plan, Requirement
from shared.contracts.words import Channel

REMEMBERED = 4096


class Wants(NamedTuple):
    """What comes along into any queue. `skills`: those that the sender asked for."""

    channel: Channel
    languages: tuple[str, ...]
    skills: tuple[Wanted, ...]


class Reach:
    def __init__(self, plan: Plan, floor: Floor) -> None:
        self._plan = plan
        self._floor = floor
        self._known: dict[tuple[Wants, str], bool] = {}

    def serves(self, wants: Wants, queue: str) -> bool:
        """Whether a configured agent may serve it there in its last step, which asks least."""
        key = (wants, queue)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._look(wants, queue)
        return found

    def forget(self) -> None:
        """Somebody may serve something else than before."""
        self._known.clear()

    def _look(self, wants: Wants, queue: str) -> bool:
        configured = self._plan.queues.get(queue)
        skills = (*(configured.skills if configured else ()), *as_needs_of(wants.skills))
        last = compile_steps(configured, wants.languages, skills)[-1]
        required = Requirement(
            wants.channel, last.languages, last.skills, last.language_level, last.rings
        )
        return self._floor.exists(self._floor.line_for(required))


def wants_of(it: Interaction) -> Wants:
    """Of an open one, by the channel by which it waits now."""
    skills = it.asked_drops or tuple((skill, level, None) for skill, level in it.asked_skills)
    return Wants(it.channel, (it.language, *it.other_languages), skills)
