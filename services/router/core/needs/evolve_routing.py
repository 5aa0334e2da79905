"""How an interaction takes what was decided about where it waits and what it needs."""

from msgspec import UNSET, UnsetType

from services.router.core.model import Interaction, Preferred, Step, Wanted
from services.router.core.needs.steps import as_wanted
from services.router.core.plan import needs
from shared.contracts import routing
from shared.contracts.interactions import SkillNeed


def apply_routing(it: Interaction, fact: routing.Routing) -> None:
    """Everything of it is replaced, and its steps begin anew. It must not stand in a line."""
    it.queue, it.priority = fact.queue, fact.priority
    it.language, it.other_languages = fact.language, fact.other_languages
    it.language_level = fact.language_level
    it.skills, it.asked_skills = needs(fact.skills), needs(fact.asked_skills)
    it.asked_drops, it.ruled_skills = as_drops(fact.asked_skills), as_ruled(fact.ruled_skills)
    it.steps, it.steps_since_ms, it.step = as_steps(fact.steps), fact.steps_since_ms, 0
    it.order_ms, it.delay_weight = fact.order_ms, fact.delay_weight
    it.expires_at_ms, it.policy = fact.expires_at_ms, fact.policy


def as_steps(steps: tuple[routing.Step, ...]) -> tuple[Step, ...] | UnsetType:
    """As they are kept; an interaction that always requires the same keeps none."""
    return (
        tuple(
            Step(
                after_s=step.after_s,
                languages=step.languages,
                language_level=step.language_level,
                skills=needs(step.skills),
                rings=step.rings,
            )
            for step in steps
        )
        or UNSET
    )


def as_drops(asked: tuple[SkillNeed, ...]) -> tuple[Wanted, ...] | UnsetType:
    """As they were asked, if some drop; else the levels alone say it all."""
    return as_wanted(asked) if any(it.drops_after_s is not None for it in asked) else UNSET


def as_ruled(ruled: tuple[SkillNeed, ...]) -> tuple[Wanted, ...] | UnsetType:
    return as_wanted(ruled) or UNSET


def as_preferred(preference: routing.Preference | None) -> Preferred | UnsetType:
    return UNSET if preference is None else Preferred(preference.agent_id, preference.until_ms)
