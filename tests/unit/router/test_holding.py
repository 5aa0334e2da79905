"""Whatever agents, customers and time do: units in use are those of what is held, and no others.

Checked from what is stored and from the facts, by plain sums, after every step of a history.
"""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.agents import (
    AgentSkillsRequested,
    LanguageSkill,
    OfferAnswered,
    WrapUpEnded,
    WrapUpExtensionRequested,
)
from shared.contracts.configuration import ChannelSettings, Queue
from shared.contracts.event import Event
from shared.contracts.interactions import (
    AgentReplied,
    CloseRequested,
    CustomerMessaged,
    TransferRequested,
)
from shared.contracts.presence import AgentChanged
from shared.contracts.routing import InteractionWoken, OfferMade
from tests.support.router_shard import Shard, agent, document, index

UNITS = {"chat": 40, "email": 50, "voice": 100}
OVERDRAFT = 40
CHANNELS = {
    "chat": ChannelSettings(
        units=40, idle_after_s=50, wrap_up_s=10, wrap_up_extension_s=20, presence_grace_s=30
    ),
    "email": ChannelSettings(units=50, idle_after_s=100, interruptible=True, auto_accept=True),
    "voice": ChannelSettings(units=100, wrap_up_s=30),
}
AGENTS = ("ana", "bea")


def centre() -> Shard:
    return Shard(
        document(
            agent("ana", overdraft_units=OVERDRAFT),
            agent("bea"),
            channels=CHANNELS,
            queues=(Queue(name="general", prefer_s=20), Queue(name="other")),
            presence_lease_s=100_000,
        )
    )


def stored(shard: Shard, what: str) -> Iterator[dict[str, Any]]:
    for key, value in shard.stored.items():
        if key.startswith(f"{what}/"):
            yield json.loads(value)


def held_by(shard: Shard, agent_id: str) -> Iterator[str]:
    """Channels of all that takes his units: offers, what is assigned and not idle, wrap-ups."""
    for it in stored(shard, "interaction"):
        yield from [it["channel"] for offer in it["offers"] if offer["agent_id"] == agent_id]
        if it["agent_id"] == agent_id and not it["held"]:
            yield it["channel"]
    for stub in stored(shard, "stub"):
        if stub["wrap_up_by"] == agent_id:
            yield stub["channel"]


def works(shard: Shard, agent_id: str) -> bool:
    return any(it["agent_id"] == agent_id for it in stored(shard, "interaction")) or any(
        it["wrap_up_by"] == agent_id for it in stored(shard, "stub")
    )


def check_units(shard: Shard) -> None:
    for agent_id in AGENTS:
        held = sum(UNITS[channel] for channel in held_by(shard, agent_id))
        assert shard.state.pools["boston"].seat(agent_id).used == held, agent_id


def check_told(shard: Shard, event: Event, told: list[Event]) -> None:
    """Nobody who leaves is asked; nothing wakes by its customer beyond the overdraft."""
    leaves = {it["id"] for it in stored(shard, "agent") if it["next_status"] is not None}
    offered = {fact.agent_id for fact in told if isinstance(fact, OfferMade)}
    assert not offered & leaves
    woken = [fact for fact in told if isinstance(fact, InteractionWoken)]
    if woken and isinstance(event, CustomerMessaged):
        most = 100 + (OVERDRAFT if woken[0].agent_id == "ana" else 0)
        urgent = sum(UNITS[it] for it in held_by(shard, woken[0].agent_id) if it != "email")
        assert urgent <= most
    for fact in told:
        if isinstance(fact, AgentChanged) and fact.reason == "work_done":
            assert not works(shard, fact.agent_id)


def check_leavers(shard: Shard) -> None:
    """Who wanted to leave and holds nothing has left."""
    for it in stored(shard, "agent"):
        if it["next_status"] is not None and it["status"] != "offline":
            assert works(shard, it["id"]), f"{it['id']} holds nothing, and is still here"


def of(shard: Shard, which: int, *statuses: str) -> Any:
    """One of the open interactions in these states; None: there is none."""
    found = [
        it for it in shard.state.pools["boston"].interactions.values() if it.status in statuses
    ]
    return found[which % len(found)] if found else None


def act(shard: Shard, what: str, which: int) -> list[Event]:
    """One step of the history; what has nothing to act on does nothing."""
    who = AGENTS[which % 2]
    match what:
        case "receive":
            return shard.receive(
                str(len(shard.events)), channel=("chat", "email", "chat", "voice")[which % 4]
            )
        case "presence":
            status = ("ready", "away", "offline")[which % 3]
            after, requeue = which % 5 < 3, which % 7 == 0
            return shard.presence(who, status, after_work=after, requeue_work=requeue)
        case "ready":
            return shard.presence(who)
        case "skills":
            languages = {"en" if which % 4 else "lv": LanguageSkill()}
            return shard.say(AgentSkillsRequested, agent_id=who, languages=languages)
        case "wrap_up":
            return _wrap_up(shard, which)
        case "accept" | "decline":
            return _answer(shard, what, which)
        case _:
            return _converse(shard, what, which)


def _answer(shard: Shard, answer: str, which: int) -> list[Event]:
    it = of(shard, which, "offered")
    if it is None:
        return []
    offer = it.offers[0]
    return shard.say(
        OfferAnswered,
        interaction_id=it.id,
        offer_id=it.offer_id(offer.attempt),
        agent_id=offer.agent_id,
        answer=answer,
    )


def _wrap_up(shard: Shard, which: int) -> list[Event]:
    found = [it for it in shard.state.pools["boston"].stubs.values() if it.wrap_up_by is not None]
    if not found:
        return []
    stub = found[which % len(found)]
    kind = WrapUpEnded if which % 3 else WrapUpExtensionRequested
    return shard.say(kind, interaction_id=stub.id, agent_id=stub.wrap_up_by)


def _converse(shard: Shard, what: str, which: int) -> list[Event]:
    it = of(shard, which, "assigned")
    if it is None:
        return []
    match what:
        case "customer":
            return shard.say(CustomerMessaged, interaction_id=it.id)
        case "agent":
            return shard.say(AgentReplied, interaction_id=it.id, agent_id=it.agent_id)
        case "transfer":
            return shard.say(TransferRequested, interaction_id=it.id, to_queue="other")
        case _:
            by = it.agent_id if which % 2 else None
            return shard.say(CloseRequested, interaction_id=it.id, agent_id=by)


WHAT = (
    "receive", "receive", "receive", "accept", "accept", "accept", "accept", "decline", "presence",
    "ready", "ready", "ready", "skills", "wrap_up", "customer", "customer", "customer", "agent",
    "transfer", "close", "wait", "silence", "silence", "restore", "twice",
)  # fmt: skip
WAITS = {"wait": 0, "silence": 60}  # seconds; 0: as many as the step says
STEPS = st.lists(st.tuples(st.sampled_from(WHAT), st.integers(0, 210)), min_size=40, max_size=80)


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_units_in_use_are_those_of_what_is_held(steps: list[tuple[str, int]]) -> None:
    shard = centre()
    for who in AGENTS:
        shard.presence(who)
    for what, which in steps:
        before = len(shard.facts)
        if what in WAITS:
            shard.wait(WAITS[what] or which)
        elif what == "restore":
            derived = index(shard.state)
            shard.restore()
            assert index(shard.state) == derived
        elif what == "twice":
            last = shard.events[-1][1]
            again = [fact for fact in shard.feed(last) if fact.cause == last.event_id]
            assert all(type(fact).__name__ == "EventRejected" for fact in again), again
        else:
            act(shard, what, which)
            check_told(shard, shard.events[-1][1], shard.facts[before:])
        check_units(shard)
        check_leavers(shard)


@settings(max_examples=20, deadline=None)
@given(STEPS)
def test_the_same_events_lead_to_the_same_facts(steps: list[tuple[str, int]]) -> None:
    shard = centre()
    for who in AGENTS:
        shard.presence(who)
    for what, which in steps:
        if what in WAITS:
            shard.wait(WAITS[what] or which)
        elif what not in {"restore", "twice"}:
            act(shard, what, which)
    other = Shard()
    other.documents.update(shard.documents)
    for at, event in shard.events:
        other.now = at
        other.feed(event)
    assert other.facts == shard.facts
    assert other.stored == shard.stored
