"""Facts of a pool whose routing uses everything: several offers, steps, rings, idling, by hand."""

from typing import Any

from shared.contracts.configuration import (
    Agent,
    ChannelSettings,
    LanguageLevel,
    Pace,
    PoolDocument,
    Queue,
    canonical,
    hash_of,
)
from shared.contracts.event import Event
from shared.contracts.interactions import SkillNeed
from shared.contracts.presence import AgentChanged, AgentSkillsChanged, AgentWithheld
from shared.contracts.routing import (
    CapacityReleased,
    InteractionAssigned,
    InteractionChanged,
    InteractionClosed,
    InteractionIdled,
    InteractionParked,
    InteractionQueued,
    InteractionRequeued,
    InteractionWidened,
    InteractionWoken,
    MessageRecorded,
    OfferEnded,
    OfferMade,
    Routing,
    Step,
)
from shared.contracts.system import ConfigTaken
from shared.contracts.topics import POOL_LOG
from switchyard.report.checker import Checker
from switchyard.report.verdict import Verdict
from tests.unit.report.small_log import POOL, T0, Log, received

DOCUMENT = PoolDocument(
    pool=POOL,
    default_language="en",
    default_queue="general",
    queues=(Queue(name="general"), Queue(name="crowd", offers_at_once=3)),
    skills=("snow",),
    channels={
        "voice": ChannelSettings(units=100, wrap_up_s=30),
        "chat": ChannelSettings(units=40, idle_after_s=600),
        "email": ChannelSettings(units=50, interruptible=True),
    },
    agents=(
        Agent(
            id="ana",
            skills={"snow": 3},
            languages={"en": LanguageLevel(written=3), "ro": LanguageLevel()},
            overdraft_units=40,
        ),
        Agent(id="ben", languages={"en": LanguageLevel()}, rings=("second",)),
        Agent(id="ivo", languages={"de": LanguageLevel()}, interpreter=True),
    ),
    pace=Pace(offers=3, per_s=60, channels=("chat",)),
)
HASH = hash_of(canonical(DOCUMENT))
NEXT = DOCUMENT.model_copy(update={"strategy": "round_robin"})
NEXT_HASH = hash_of(canonical(NEXT))
FIRST, SECOND = (
    Step(
        after_s=0,
        languages=("en",),
        language_level=3,
        skills=(SkillNeed(skill="snow", level=3),),
    ),
    Step(after_s=60, languages=("en", "@interpreter"), rings=("second",)),
)
_WHY = {
    "strategy": "longest_ready",
    "rank_names": ["ready_since"],
    "eligible": 1,
    "eligible_counted_to": 10,
    "trigger": "received",
}


def head(name: str, what: str, at_ms: int, **more: Any) -> dict[str, Any]:
    """What every fact about an interaction has; `more` wins."""
    key = f"{POOL}:{name}"
    return {
        "event_id": f"{key}#{what}",
        "pool": POOL,
        "at_ms": at_ms,
        "by": "router",
        "config": HASH,
        "interaction_id": key,
        **more,
    }


def queued(name: str, at_ms: int = T0, **more: Any) -> InteractionQueued:
    told = {
        "channel": "chat",
        "queue": "general",
        "language": "en",
        "language_source": "given",
        "priority": "normal",
        "waiting_since_ms": at_ms,
        "order_ms": at_ms,
        "why": {"rule": "default"},
    }
    return InteractionQueued.model_validate(head(name, "queued/0", at_ms, **told | more))


def routing(at_ms: int = T0, **more: Any) -> Routing:
    told = {
        "queue": "general",
        "priority": "normal",
        "language": "en",
        "steps_since_ms": at_ms,
        "order_ms": at_ms,
    }
    return Routing.model_validate(told | more)


def requeued(name: str, at_ms: int = T0, **more: Any) -> InteractionRequeued:
    told = {"queue": "general", "reason": "by_hand", "waiting_since_ms": T0, "order_ms": T0}
    return InteractionRequeued.model_validate(head(name, f"requeued/{at_ms}", at_ms, **told | more))


def changed(name: str, new: Routing, at_ms: int = T0) -> InteractionChanged:
    told = {"number": 1, "changed": ["language"], "routing": new, "actor": "supervisor:lead"}
    return InteractionChanged.model_validate(head(name, "changed/1", at_ms, **told))


def widened(name: str, step: int, at_ms: int, **more: Any) -> InteractionWidened:
    told = {"step": step, "why": "waited"}
    return InteractionWidened.model_validate(head(name, f"widened/{step}", at_ms, **told | more))


def offered(
    name: str, agent: str = "ana", attempt: int = 1, at_ms: int = T0, **more: Any
) -> OfferMade:
    told = {
        "offer_id": f"{POOL}:{name}:{attempt}",
        "attempt": attempt,
        "agent_id": agent,
        "agent_epoch": 1,
        "channel": "chat",
        "queue": "general",
        "language": "en",
        "expires_at_ms": at_ms + 30_000,
        "waited_ms": 0,
        "why": _WHY | {"chosen": {"agent_id": agent, "rank": [0]}, "language_tag": "en"},
    }
    if (tag := more.pop("language_tag", None)) is not None:
        told["why"] = _WHY | {"chosen": {"agent_id": agent, "rank": [0]}, "language_tag": tag}
    return OfferMade.model_validate(head(name, f"offer/{attempt}", at_ms, **told | more))


def ended(name: str, agent: str = "ana", attempt: int = 1, end: str = "superseded") -> OfferEnded:
    told = {"offer_id": f"{POOL}:{name}:{attempt}", "agent_id": agent, "end": end}
    return OfferEnded.model_validate(head(name, f"offer_ended/{attempt}", T0, **told))


def assigned(name: str, agent: str = "ana", attempt: int = 1, **more: Any) -> InteractionAssigned:
    told = {
        "offer_id": f"{POOL}:{name}:{attempt}",
        "agent_id": agent,
        "channel": "chat",
        "queue": "general",
        "language": "en",
        "waited_ms": 0,
    }
    return InteractionAssigned.model_validate(head(name, f"assigned/{attempt}", T0, **told | more))


def idled(name: str, agent: str = "ana") -> InteractionIdled:
    return InteractionIdled.model_validate(head(name, "idled/1", T0, agent_id=agent, number=1))


def woken(name: str, agent: str = "ana", *, overdrawn: bool = False) -> InteractionWoken:
    told = {"agent_id": agent, "number": 2, "overdrawn": overdrawn}
    return InteractionWoken.model_validate(head(name, "woken/2", T0, **told))


def wrote(name: str, direction: str = "in") -> MessageRecorded:
    told = {"direction": direction, "number": 1}
    return MessageRecorded.model_validate(head(name, "message/1", T0, **told))


def closed(name: str, *, wrap_up: bool) -> InteractionClosed:
    told: dict[str, Any] = {"queue": "general", "outcome": "solved", "answered": True}
    until = {"wrap_up_until_ms": T0 + 30_000, "agent_id": "ana"} if wrap_up else {}
    return InteractionClosed.model_validate(head(name, "closed", T0, **told | until))


def released(name: str) -> CapacityReleased:
    return CapacityReleased.model_validate(head(name, "released", T0, agent_id="ana", early=False))


def parked(name: str, reason: str) -> InteractionParked:
    told = {"queue": "general", "reason": reason, "detail": ""}
    return InteractionParked.model_validate(head(name, "parked/1", T0, **told))


def _of_agent(agent: str, what: str, **more: Any) -> dict[str, Any]:
    return {
        "event_id": f"{POOL}/{agent}#{what}",
        "pool": POOL,
        "at_ms": T0,
        "by": "router",
        "config": HASH,
        "agent_id": agent,
        **more,
    }


def ready(agent: str, **more: Any) -> AgentChanged:
    told = {"status": "ready", "epoch": 1, "number": 1, "reason": "reported"}
    return AgentChanged.model_validate(_of_agent(agent, "changed/1", **told | more))


def withheld(agent: str, why: str, until_ms: int | None) -> AgentWithheld:
    told = {"why": why, "withheld": True, "until_ms": until_ms}
    return AgentWithheld.model_validate(_of_agent(agent, "withheld/2", **told))


def by_hand(agent: str, **more: Any) -> AgentSkillsChanged:
    told = {"actor": "supervisor:lead", **more}
    return AgentSkillsChanged.model_validate(_of_agent(agent, "skills/1", **told))


def config_taken() -> ConfigTaken:
    return ConfigTaken(
        event_id=f"{POOL}#config_taken/2/router",
        pool=POOL,
        at_ms=T0,
        by="router",
        hash=NEXT_HASH,
        version=2,
        service="router",
    )


def log_of(*turns: tuple[Event, ...]) -> Log:
    """Everybody's presence, an arrival for each that is queued, what was decided, and one more.

    Args:
        turns: facts of one decision each, all of the router.
    """
    log = Log()
    names = dict.fromkeys(
        fact.interaction_id.partition(":")[2]
        for turn in turns
        for fact in turn
        if isinstance(fact, InteractionQueued)
    )
    log.route(0, ready("ana"), ready("ben"), ready("ivo"))
    for name in names:
        log.append(POOL_LOG, received(name, T0, channel="chat"))
    later = (ready("ben", number=2),)  # a turn is over when the next one is read
    for number, turn in enumerate((*turns, later), start=1000):
        log.route(number, *turn)
    return log


def checker_of(*turns: tuple[Event, ...]) -> Checker:
    """A checker that has read all of it."""
    checker = Checker({HASH: DOCUMENT, NEXT_HASH: NEXT})
    checker.read([it for it in log_of(*turns).records if it.topic == POOL_LOG], [], [])
    return checker


def verdict_of(name: str, *turns: tuple[Event, ...]) -> Verdict:
    return next(it for it in checker_of(*turns).verdicts() if it.name == name)
