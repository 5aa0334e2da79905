"""What queues, channels and agents of a history's pools can do beside the plain: by chance.

Hours are those of zones without daylight saving time: an edge in an hour that a zone skips or
repeats is a matter of taste. They open and close within the time of one history.
"""

from random import Random
from typing import Any

from shared.contracts.configuration import (
    Calendar,
    LanguageNeed,
    Pace,
    PriorityClass,
    Queue,
    RingOpening,
    RoutingRule,
    Span,
)
from shared.contracts.interactions import SkillNeed
from shared.contracts.words import Strategy

QUEUES = ("general", "technical", "letters", "phones")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STRATEGIES: tuple[Strategy, ...] = (
    "longest_ready", "longest_ready", "least_loaded", "round_robin", "most_proficient",
    "least_flexible",
)  # fmt: skip
HELPERS = "helpers"
Given = dict[str, Any]


def priorities() -> tuple[PriorityClass, ...]:
    return (
        PriorityClass(name="normal"),
        PriorityClass(name="high", head_start_s=120),
        PriorityClass(name="urgent", head_start_s=600),
        PriorityClass(name="fire", emergency=True),
    )


def queues(chance: Random) -> tuple[Queue, ...]:
    """Of each something else is special; who finds `phones` full goes to `spill`, or back again."""
    helpers = (RingOpening(ring=HELPERS, after_s=chance.choice((60, 180))),)
    skip = chance.random() < 0.5
    general: Given = {"expires_after_s": chance.choice((None, 1800, 3600))}
    if chance.random() < 0.4:
        general |= {"other_languages_after_s": 60, "interpreters_after_s": 150}
    if chance.random() < 0.4:
        general |= {"rings": helpers}
    if chance.random() < 0.6:
        general |= {"prefer_s": chance.choice((60, 180)), "prefer_last_agent": True}
    if chance.random() < 0.3:
        general |= {"offers_at_once": 2}
    technical = (
        SkillNeed(skill="technical", level=2),
        SkillNeed(skill="technical", level=4, drops_after_s=chance.choice((45, 150))),
    )
    closing = chance.choice(("wait", "park", "overflow"))
    letters: Given = {}
    if chance.random() < 0.7:
        letters |= {"calendar": "shifts", "when_closed": closing}
    if letters and closing == "overflow":
        letters |= {"overflow_to": "general"}
    return (
        Queue(name="general", skip_empty_steps=skip, **general),
        Queue(
            name="technical",
            skills=technical,
            language_needs=(LanguageNeed(level=4, drops_after_s=90),) if skip else (),
            rings=helpers,
            offers_at_once=chance.choice((1, 2, 3)),
            sla_policy="fast",
        ),
        Queue(name="letters", sla_policy="slow", **letters),
        Queue(
            name="phones",
            max_waiting=chance.choice((2, 3)),
            overflow_to="spill",
            overflow_after_s=chance.choice((None, 100)),
            offers_at_once=chance.choice((1, 1, 2)),
            prefer_s=chance.choice((0, 40)),
        ),
        Queue(
            name="spill",
            max_waiting=chance.choice((1, 2)),
            overflow_to="phones",
            rings=helpers,
            interpreters_after_s=chance.choice((None, 30)),
        ),
    )


def rules() -> tuple[RoutingRule, ...]:
    return (
        RoutingRule(name="tech", when={"topic": ("fault",)}, queue="technical"),
        RoutingRule(name="letters", when={"channel": ("email",)}, queue="letters"),
        RoutingRule(name="calls", when={"channel": ("voice",)}, queue="phones"),
        RoutingRule(
            name="money",
            when={"topic": ("invoice",)},
            queue="general",
            skills=(SkillNeed(skill="billing"),),
            priority="high",
            prefer_agent="attributes.account_manager",
        ),
    )


def pool(chance: Random) -> Given:
    """Order, choice and pace of a pool."""
    paced = Pace(offers=4, per_s=240, channels=chance.choice(((), ("chat", "sms"))))
    return {
        "order": chance.choice(("age", "age", "age", "cost_of_delay")),
        "strategy": chance.choice(STRATEGIES),
        "pace": paced if chance.random() < 0.3 else None,
    }


def chat(chance: Random) -> Given:
    return {"idle_after_s": chance.choice((None, 180)), "wrap_up_extension_s": 40}


def agent(number: int, chance: Random) -> Given:
    """The first one does everything, always."""
    if number == 0:
        return {}
    return {
        "rings": (HELPERS,) if number > 4 else (),
        "interpreter": chance.random() < 0.3,
        "calendar": "duty" if number == 2 and chance.random() < 0.5 else None,
        "overdraft_units": chance.choice((0, 0, 45)),
    }


def hours(chance: Random, start_ms: int) -> tuple[Calendar, ...]:
    """Of queues, and of agents: closed twice within the time of a history that starts then."""
    return tuple(_closing(name, chance, start_ms) for name in ("shifts", "duty"))


def _closing(name: str, chance: Random, start_ms: int) -> Calendar:
    timezone = chance.choice(("UTC", "Asia/Kolkata"))
    start_min = start_ms // 60_000 + (330 if timezone == "Asia/Kolkata" else 0)
    closed: set[int] = set()
    for after_min in (chance.randint(5, 35), chance.randint(60, 85)):
        long_min = chance.randint(8, 20)
        closed.update((start_min + after_min + it) % 1440 for it in range(long_min))
    edges = [it for it in range(1441) if _is_open(it, closed) != _is_open(it - 1, closed)]
    spans = tuple(
        Span(opens_min=opens, closes_min=closes)
        for opens, closes in zip(edges[::2], edges[1::2], strict=True)
    )
    return Calendar(name=name, timezone=timezone, week=dict.fromkeys(DAYS, spans))


def _is_open(minute: int, closed: set[int]) -> bool:
    return 0 <= minute < 1440 and minute not in closed
