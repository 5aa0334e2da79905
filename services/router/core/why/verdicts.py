"""Each agent against one interaction: which constraints fail, asked one by one.

The floor finds the best agent without looking at others; here every agent is looked at, the plain
way, from entities and the document, because somebody asks why not. It is on the path of no event
but that question.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from msgspec import UNSET

from services.router.core.floor.languages import fallbacks
from services.router.core.floor.seat import Seat
from services.router.core.model import Interaction, Preferred, Step
from services.router.core.plan import INTERPRETER
from services.router.core.pool import PoolState
from shared.contracts.configuration import Agent as ConfiguredAgent
from shared.contracts.configuration import LanguageLevel

Constraint = Literal[
    "channel", "ring", "language", "skill", "preference", "presence", "hours", "pace", "capacity",
    "channel_cap", "aside",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One interaction as it stands now, under one of its steps."""

    pool: PoolState
    it: Interaction
    now: int
    step: Step
    forms: frozenset[str]  # of the languages of the step, and their shorter forms
    least: int  # language level, in the mode of its channel
    preferred: Preferred | None
    known: dict[object, Constraint | None] = field(default_factory=dict)  # see first_lasting

    def under(self, step: Step) -> "Case":
        least = _least(self.pool, self.it, step)
        return replace(self, step=step, forms=_forms(step), least=least, known={})


class Person(NamedTuple):
    """An agent as configured, and as he is now."""

    configured: ConfiguredAgent
    seat: Seat

    @property
    def skills(self) -> Mapping[str, int]:
        own = self.seat.agent.skills  # changed by hand
        return self.configured.skills if own is UNSET else own

    @property
    def languages(self) -> Mapping[str, LanguageLevel]:
        own = self.seat.agent.languages
        return self.configured.languages if own is UNSET else own


def case_of(pool: PoolState, it: Interaction, now: int) -> Case:
    step = steps_of(it)[it.step]
    preferred = it.preferred or None
    if preferred is not None and preferred.until_ms <= now:
        preferred = None
    return Case(pool, it, now, step, _forms(step), _least(pool, it, step), preferred)


def steps_of(it: Interaction) -> tuple[Step, ...]:
    """Its steps; one that never asks less has the one that it began with."""
    if it.steps is not UNSET and it.steps:
        return it.steps
    languages = (it.language, *it.other_languages)
    return (Step(0, languages, it.language_level, it.skills),)


def steps_ahead(it: Interaction) -> Iterator[tuple[int, Step]]:
    """Later steps, and when time alone brings each of them."""
    for step in steps_of(it)[it.step + 1 :]:
        yield it.steps_since_ms + step.after_s * 1000, step


def people(pool: PoolState) -> Iterator[Person]:
    """All configured agents, in the order of the document."""
    seats = pool.floor.seats
    for agent_id, configured in pool.plan.agents.items():
        yield Person(configured, seats[agent_id])


def failed(case: Case, who: Person) -> list[Constraint]:
    """What fails just now for one who could serve it, in order; empty: he may have it."""
    if case.it.offers and case.it.offer_to(who.configured.id) is not None:
        return []  # he is being asked; what he has no room for is this very interaction
    return [constraint for constraint, holds in PASSING.items() if not holds(case, who)]


def first_lasting(case: Case, who: Person) -> Constraint | None:
    """The first reason why he could not serve it at all, be he there or not; None: he could.

    Looked at once for all who are alike in what they have and do.
    """
    alike = (who.seat.kind, id(who.seat.room))
    if alike in case.known:
        return case.known[alike]
    lacks = next((it for it, holds in LASTING.items() if not holds(case, who)), None)
    case.known[alike] = lacks
    return lacks


def all_lasting(case: Case, who: Person) -> list[Constraint]:
    return [constraint for constraint, holds in LASTING.items() if not holds(case, who)]


def holds(case: Case, who: Person, constraint: Constraint) -> bool:
    return CHECKS[constraint](case, who)


def is_there(case: Case, who: Person) -> bool:
    """Signed in for work, busy or not."""
    return _presence(case, who) and _hours(case, who)


def lacking(case: Case, who: Person) -> list[str]:
    """Skills that he lacks, as a person would say it."""
    skills = who.skills
    return [
        f"{skill} at level {level}" if level > 1 else skill
        for skill, level in case.step.skills
        if skills.get(skill, 0) < level
    ]


def _forms(step: Step) -> frozenset[str]:
    return frozenset(form for tag in step.languages for form in fallbacks(tag))


def _least(pool: PoolState, it: Interaction, step: Step) -> int:
    return max(1, step.language_level, pool.plan.channel(it.channel).min_language_level)


def _channel(case: Case, who: Person) -> bool:
    """He does it, and one fits into his capacity at all."""
    plan, channel = case.pool.plan, case.it.channel
    return (
        plan.cap(who.configured, channel) != 0
        and plan.channel(channel).units <= who.configured.capacity_units
    )


def _ring(case: Case, who: Person) -> bool:
    rings = who.configured.rings
    return not rings or any(ring in case.step.rings for ring in rings)


def _language(case: Case, who: Person) -> bool:
    if who.configured.interpreter and INTERPRETER in case.step.languages:
        return True
    spoken, forms, least = case.it.channel == "voice", case.forms, case.least
    for tag, level in who.languages.items():
        if (level.spoken if spoken else level.written) >= least and tag.lower() in forms:
            return True
    return False


def _skill(case: Case, who: Person) -> bool:
    skills = who.skills
    return all(skills.get(skill, 0) >= level for skill, level in case.step.skills)


def _preference(case: Case, who: Person) -> bool:
    return case.preferred is None or case.preferred.agent_id == who.configured.id


def _presence(_: Case, who: Person) -> bool:
    agent = who.seat.agent
    return agent.status == "ready" and agent.next_status is None


def _hours(_: Case, who: Person) -> bool:
    return "hours" not in who.seat.agent.withheld


def _pace(case: Case, who: Person) -> bool:
    if "pace" not in who.seat.agent.withheld:
        return True
    pace = case.pool.plan.document.pace
    return pace is None or bool(pace.channels and case.it.channel not in pace.channels)


def _capacity(case: Case, who: Person) -> bool:
    channel = case.it.channel
    return who.seat.in_use(channel) + case.pool.plan.channel(channel).units <= who.seat.capacity


def _channel_cap(case: Case, who: Person) -> bool:
    cap = case.pool.plan.cap(who.configured, case.it.channel)
    return cap is None or who.seat.load.get(case.it.channel, 0) < cap


def _aside(case: Case, who: Person) -> bool:
    aside = case.it.asides.get(who.configured.id)
    return aside is None or aside.until_ms <= case.now


Check = Callable[[Case, Person], bool]

LASTING: dict[Constraint, Check] = {  # what he is; in the order of the contract
    "channel": _channel,
    "ring": _ring,
    "language": _language,
    "skill": _skill,
}
PASSING: dict[Constraint, Check] = {  # what he does just now
    "preference": _preference,
    "presence": _presence,
    "hours": _hours,
    "pace": _pace,
    "capacity": _capacity,
    "channel_cap": _channel_cap,
    "aside": _aside,
}
CHECKS = LASTING | PASSING
DEPTH = {constraint: number for number, constraint in enumerate(CHECKS)}
