"""From a queue and all that is asked to where an interaction waits, and what it needs there."""

from typing import NamedTuple, TypedDict

from services.router.core.model import Interaction, Step
from services.router.core.needs.rules import Known, known_of_open
from services.router.core.needs.steps import (
    as_needs_of,
    as_told,
    compile_steps,
    may_change,
    step_at,
)
from services.router.core.needs.urgency import delay_weight
from services.router.core.plan import Plan, Requirement, as_needs
from services.router.core.turn import Turn
from shared.contracts import routing
from shared.contracts.configuration import RoutingRule
from shared.contracts.interactions import SkillNeed
from shared.contracts.routing import Routing
from shared.contracts.words import Channel

LADDERS_KEPT = 4096


class Told(TypedDict):
    """The fields of the contract `Routing`, which `InteractionQueued` has, too."""

    queue: str
    priority: str
    language: str
    other_languages: tuple[str, ...]
    language_level: int
    skills: tuple[SkillNeed, ...]
    asked_skills: tuple[SkillNeed, ...]
    ruled_skills: tuple[SkillNeed, ...]
    steps: tuple[routing.Step, ...]
    steps_since_ms: int
    order_ms: int
    delay_weight: int
    expires_at_ms: int | None
    policy: int


class Since(NamedTuple):
    """From when things run. `steps_ms`: the drops and openings; they may begin anew, age never."""

    waiting_ms: int
    steps_ms: int


class Chosen(NamedTuple):
    """Where it goes, and what else than queue and sender asks for skills."""

    queue: str
    priority: str
    ruled: tuple[SkillNeed, ...] = ()


class Way(NamedTuple):
    """`step`: what holds of it now."""

    told: Told
    channel: Channel
    step: Step

    def required(self) -> Requirement:
        """Of any agent, now."""
        step = self.step
        return Requirement(
            self.channel, step.languages, step.skills, step.language_level, step.rings
        )


class Ladder(NamedTuple):
    """`told`: the same steps as facts have them, `skills`: what is asked in the first."""

    steps: tuple[Step, ...]
    told: tuple[routing.Step, ...]
    skills: tuple[SkillNeed, ...]


def route(
    turn: Turn,
    it: Interaction,
    queue: str,
    *,
    steps_since_ms: int | None = None,
    ruled: tuple[SkillNeed, ...] = (),
) -> Routing:
    """What an open interaction needs in a queue: the queue's skills, and those that were asked.

    In its own queue it keeps what routing rule and topic asked for; another one was chosen by
    somebody, against the rules. Its time in the queue begins anew.

    Args:
        steps_since_ms: when its requirements begin to drop; None: as before.
        ruled: what routing rule and topic asked for in another queue, where that is known.
    """
    since = Since(
        it.waiting_since_ms, it.steps_since_ms if steps_since_ms is None else steps_since_ms
    )
    ruled = as_needs_of(it.ruled_skills or ()) if queue == it.queue else ruled
    chosen = Chosen(queue, it.priority, ruled)
    return Routing(**way(turn, known_of_open(it), chosen, since).told)


def ruled_skills(turn: Turn, rule: RoutingRule | None, topic: str | None) -> tuple[SkillNeed, ...]:
    """What the rule and the topic ask for, in addition to queue and sender."""
    found = turn.pool.plan.topics.get(topic) if topic is not None else None
    return (*(rule.skills if rule else ()), *(found.skills if found else ()))


def way(turn: Turn, known: Known, chosen: Chosen, since: Since) -> Way:
    """All that follows from the queue, by the configuration of today."""
    plan = turn.pool.plan
    queue, priority, ruled = chosen
    configured = plan.queues.get(queue)
    languages = (known.language, *known.other_languages)
    steps, steps_told, skills = _ladder(plan, queue, languages, (*ruled, *known.skills))
    told: Told = {
        "queue": queue,
        "priority": priority,
        "language": known.language,
        "other_languages": known.other_languages,
        "language_level": steps[0].language_level,
        "skills": skills,
        "asked_skills": known.skills,
        "ruled_skills": ruled,
        "steps": steps_told,
        "steps_since_ms": since.steps_ms,
        "order_ms": plan.order_ms(priority, since.waiting_ms),
        "delay_weight": delay_weight(
            plan.document, configured, known.channel, known.topic, priority
        ),
        "expires_at_ms": plan.expires_at_ms(queue, turn.now),
        "policy": turn.pool.entity.version,
    }
    return Way(told, known.channel, steps[step_at(steps, since.steps_ms, turn.now)])


def _ladder(
    plan: Plan, queue: str, languages: tuple[str, ...], skills: tuple[SkillNeed, ...]
) -> Ladder:
    """Most ask for nothing that their queue does not: those are compiled once."""
    if skills:
        return _compiled(plan, queue, languages, skills)
    found: Ladder | None = plan.ladders.get((queue, languages))
    if found is None:
        if len(plan.ladders) >= LADDERS_KEPT:
            plan.ladders.clear()
        found = plan.ladders[queue, languages] = _compiled(plan, queue, languages, ())
    return found


def _compiled(
    plan: Plan, queue: str, languages: tuple[str, ...], skills: tuple[SkillNeed, ...]
) -> Ladder:
    configured = plan.queues.get(queue)
    of_queue = configured.skills if configured is not None else ()
    steps = compile_steps(configured, languages, (*of_queue, *skills))
    told = tuple(as_told(it) for it in steps) if may_change(steps, languages) else ()
    return Ladder(steps, told, as_needs(steps[0].skills))
