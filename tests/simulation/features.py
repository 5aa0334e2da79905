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
    helpers = (RingOpening(ring=HELPERS, after_s=chance.choice((40, 120))),)
    skip = chance.random() < 0.5
    general: Given = {"expires_after_s": chance.choice((None, 1800, 3600)), "rings": helpers}
    if chance.random() < 0.5:
        general |= {"other_languages_after_s": 60, "interpreters_after_s": 150}
    if chance.random() < 0.6:
        general |= {"prefer_s": chance.choice((60, 180)), "prefer_last_agent": True}
    if chance.random() < 0.3:
        general |= {"offers_at_once": 2}
    technical = (
        SkillNeed(skill="technical", level=2),
        SkillNeed(skill="technical", level=4, drops_after_s=chance.choice((45, 150))),
    )
    closing = chance.choice(("wait", "park", "overflow"))
    letters: Given = {"calendar": "shifts", "when_closed": closing}
    if closing == "overflow":
        letters |= {"overflow_to": "general"}
    return (
        Queue(name="general", skip_empty_steps=skip, **general),
        Queue(
            name="technical",
            skills=technical,
            language_needs=(LanguageNeed(level=4, drops_after_s=90),),
            rings=helpers,
            offers_at_once=chance.choice((1, 2, 3)),
            sla_policy="fast",
        ),
        Queue(name="letters", sla_policy="slow", rings=helpers, **letters),
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
        "rings": (HELPERS,) if number > 3 else (),
        "interpreter": chance.random() < 0.3,
        "calendar": "duty" if number == 2 and chance.random() < 0.5 else None,
        "overdraft_units": chance.choice((0, 0, 45)),
    }


def hours(chance: Random) -> tuple[Calendar, Calendar]:
    """Of queues, and of agents: open for most of each hour."""
    return tuple(  # type: ignore[return-value]  # two names, two calendars
        Calendar(
            name=name,
            timezone=chance.choice(("UTC", "Asia/Kolkata")),
            week=dict.fromkeys(DAYS, _spans(chance.choice((0, 5, 15)), 40)),
        )
        for name in ("shifts", "duty")
    )


def _spans(first_min: int, long_min: int) -> tuple[Span, ...]:
    opens = range(first_min, 1440, 60)
    return tuple(Span(opens_min=it, closes_min=it + long_min) for it in opens)
