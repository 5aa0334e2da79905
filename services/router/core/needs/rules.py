"""Which queue, skills and priority an interaction gets: the first routing rule that matches."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from msgspec import UNSET

from services.router.core.floor.languages import fallbacks
from services.router.core.model import Interaction
from services.router.core.needs.steps import as_needs_of
from services.router.core.plan import Plan, as_needs
from shared.contracts.configuration import RoutingRule
from shared.contracts.interactions import InteractionReceived, SkillNeed
from shared.contracts.routing import QueueDecision, TransferredIn
from shared.contracts.words import Channel, LanguageSource, TopicSource

Arrival = InteractionReceived | TransferredIn
ATTRIBUTES = "attributes."
LANGUAGES = ("language", "other_languages")
NOT_THERE = "!*"


class Known(NamedTuple):
    """What rules may look at. `queue`, `priority`: those asked for, or those that it has now."""

    channel: Channel  # by which the customer came
    language: str
    language_source: LanguageSource
    other_languages: tuple[str, ...]
    topic: str | None
    queue: str | None
    priority: str | None
    customer: str | None
    skills: tuple[SkillNeed, ...]  # that the sender asked for
    reachable_by: tuple[Channel, ...]
    preferred_agent: str | None
    attributes: Mapping[str, str]
    language_permille: int = 1000  # how sure its detection was
    topic_source: TopicSource = "given"
    topic_keyword: str | None = None


class Choice(NamedTuple):
    queue: str
    rule: RoutingRule | None  # if one chose it
    why: QueueDecision


def known_of(arrival: Arrival) -> Known:
    outside = arrival if isinstance(arrival, InteractionReceived) else None
    return Known(
        channel=arrival.channel,
        language=arrival.language,
        language_source=arrival.language_source,
        other_languages=arrival.other_languages,
        topic=arrival.topic,
        queue=arrival.queue if isinstance(arrival, InteractionReceived) else arrival.asked_queue,
        priority=arrival.priority,
        customer=arrival.customer,
        skills=arrival.skills,
        reachable_by=arrival.reachable_by,
        preferred_agent=outside.preferred_agent if outside is not None else None,
        attributes=arrival.attributes,
        language_permille=arrival.language_confidence_permille,
        topic_source=arrival.topic_source,
        topic_keyword=arrival.topic_keyword,
    )


def known_of_open(it: Interaction) -> Known:
    """Of one that waits already."""
    return Known(
        channel=it.home,
        language=it.language,
        language_source=it.language_source,
        other_languages=it.other_languages,
        topic=it.topic,
        queue=it.queue,
        priority=it.priority,
        customer=it.customer,
        skills=asked_skills(it),
        reachable_by=it.reachable_by or (),
        preferred_agent=it.preferred.agent_id if it.preferred else None,
        attributes=it.attributes,
        language_permille=permille_of(it),
        topic_source=it.topic_source,
        topic_keyword=it.topic_keyword,
    )


def permille_of(it: Interaction) -> int:
    """How sure the detection of its language was."""
    return 1000 if it.language_permille is UNSET else it.language_permille


def asked_skills(it: Interaction) -> tuple[SkillNeed, ...]:
    """What its sender asked for, as he did: with the times after which some drop."""
    return as_needs_of(it.asked_drops) if it.asked_drops else as_needs(it.asked_skills)


def choose_queue(plan: Plan, known: Known, asked: str | None) -> Choice:
    """The queue, the rule that chose it if one did, and why.

    A queue that the sender asked for is taken without the rules; the caller has checked that it
    exists. A rule into a queue that does not exist cannot match: `switchyard check` names it.
    """
    if asked is not None:
        return Choice(asked, None, QueueDecision(rule="asked", matched={"queue": asked}))
    unsure = plan.document.unsure_language
    if (
        unsure is not None
        and known.language_source == "detected"
        and known.language_permille < unsure.below_permille
        and unsure.queue in plan.queues
    ):
        matched = {"language": known.language, "permille": str(known.language_permille)}
        return Choice(unsure.queue, None, QueueDecision(rule="unsure_language", matched=matched))
    for rule in plan.document.rules:
        found = _match(rule, known)
        if found is not None and rule.queue in plan.queues:
            return Choice(rule.queue, rule, QueueDecision(rule=rule.name, matched=found))
    return Choice(plan.document.default_queue, None, QueueDecision(rule="default"))


def named_agent(rule: RoutingRule | None, known: Known) -> str | None:
    """Whom the rule prefers: one agent always, or the one that an attribute names."""
    if rule is None or rule.prefer_agent is None:
        return None
    if rule.prefer_agent.startswith(ATTRIBUTES):
        return known.attributes.get(rule.prefer_agent.removeprefix(ATTRIBUTES))
    return rule.prefer_agent


def _match(rule: RoutingRule, known: Known) -> dict[str, str] | None:
    matched = {}
    for name, wanted in rule.when.items():
        lower = name in LANGUAGES  # tags do not care for case
        items = tuple(it.lower() for it in wanted) if lower else wanted
        value = _first_match(items, _values(known, name))
        if value is None:
            return None
        matched[name] = value
    return matched


def _first_match(wanted: tuple[str, ...], values: tuple[str, ...]) -> str | None:
    """The value that matched, or where none is there the item that wants it so.

    What is not wanted must all be absent; of the other items one is enough.
    """
    barred = [it for it in wanted if it.startswith("!") and it != NOT_THERE]
    if any(_fits(it[1:], value) for it in barred for value in values):
        return None
    if barred and len(barred) == len(wanted):
        return values[0] if values else barred[0]
    for value in values:
        if any(_fits(it, value) for it in wanted if it not in barred):
            return value
    return NOT_THERE if NOT_THERE in wanted and not values else None


def _fits(item: str, value: str) -> bool:
    if item.endswith("*"):
        return item != NOT_THERE and value.startswith(item[:-1])
    if item[:1] in ("<", ">") and (bound := _number(item.lstrip("<>="))) is not None:
        number = _number(value)
        return number is not None and _holds(item, number, bound)
    return item == value


def _holds(item: str, number: Decimal, bound: Decimal) -> bool:
    if item[1:2] == "=" and number == bound:
        return True
    return number < bound if item[0] == "<" else number > bound


@lru_cache(maxsize=1024)
def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _values(known: Known, name: str) -> tuple[str, ...]:
    """What the interaction has under this name; a language also in its shorter forms."""
    if name.startswith(ATTRIBUTES):
        return _one(known.attributes.get(name.removeprefix(ATTRIBUTES)))
    match name:
        case "language":
            return fallbacks(known.language)
        case "other_languages":
            return tuple(form for tag in known.other_languages for form in fallbacks(tag))
        case "skills":
            return tuple(it.skill for it in known.skills)
        case "reachable_by":
            return known.reachable_by
        case "channel" | "language_source" | "topic" | "queue" | "priority" | "customer":
            return _one(getattr(known, name))
        case "preferred_agent" | "topic_keyword":
            return _one(getattr(known, name))
        case "topic_source":
            return () if known.topic is None else (known.topic_source,)
        case "language_confidence_permille":
            return (str(known.language_permille),)
        case _:  # `switchyard check` names it
            return ()


def _one(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)
