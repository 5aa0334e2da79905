"""The small centre of the exhaustive check: three agents, four interactions, several variants."""

from typing import Any

from shared.contracts.configuration import (
    Agent,
    ChannelSettings,
    PoolDocument,
    PriorityClass,
    Queue,
    RingOpening,
)
from shared.contracts.interactions import InteractionReceived, SkillNeed
from tests.support.router_shard import agent, document

POOL = "boston"
LOCALS = ("1", "2", "3", "4")
HELPERS = RingOpening(ring="helpers", after_s=20)
QUEUES: dict[str, dict[str, Any]] = {
    "to_one": {},
    "to_two_at_once": {"offers_at_once": 2},
    "in_steps": {
        "other_languages_after_s": 45,
        "rings": (HELPERS,),
        "prefer_s": 25,
    },
}
VARIANTS = tuple(QUEUES)


def centre(variant: str) -> PoolDocument:
    """One pool, one queue. A chat takes half of an agent, and leaves work after it."""
    steps = variant == "in_steps"
    return document(
        agent("ana", "en", "pt", skills={"snow": 3}),
        agent("bea", "en", capacity_units=50),
        agent("cy", "he", "en", skills={"snow": 1}, rings=("helpers",) if steps else ()),
        pool=POOL,
        queues=(Queue(name="general", expires_after_s=300, **QUEUES[variant]),),
        skills=("snow",),
        priorities=(PriorityClass(name="normal"), PriorityClass(name="high", head_start_s=40)),
        channels={
            "voice": ChannelSettings(units=100),
            "chat": ChannelSettings(units=50, wrap_up_s=15),
        },
        aside_s=60,
        misses_until_away=2,
        dedupe_horizon_s=10_000_000,
    )


def agents_of(variant: str) -> tuple[Agent, ...]:
    return centre(variant).agents


def arrival(variant: str, local: str, head: dict[str, Any]) -> InteractionReceived:
    """What the four ask for: other languages, skills, priorities and agents."""
    steps = variant == "in_steps"
    asked: dict[str, dict[str, Any]] = {
        "1": {"language": "en", "preferred_agent": "ana" if steps else None},
        "2": {"language": "pt", "channel": "voice", "priority": "high"},
        "3": {
            "language": "he",
            "other_languages": ("en",),
            "skills": (SkillNeed(skill="snow", drops_after_s=60 if steps else None),),
        },
        "4": {"language": "en", "priority": "high"},
    }
    return InteractionReceived(
        **head,
        pool=POOL,
        actor="site",
        interaction_id=f"{POOL}:{local}",
        body_hash=local,
        language_source="given",
        **({"channel": "chat"} | asked[local]),
    )
