"""The work after an interaction: its own time each, an early end, one extension."""

from typing import Any

import pytest

from shared.contracts.agents import WrapUpEnded, WrapUpExtensionRequested
from shared.contracts.configuration import ChannelSettings
from shared.contracts.event import Event
from shared.contracts.interactions import CloseRequested
from tests.support.router_shard import T0, Shard, agent, document, find, index, kinds

CHANNELS = {
    "voice": ChannelSettings(wrap_up_s=20, wrap_up_extension_s=30),
    "chat": ChannelSettings(units=40, wrap_up_s=5),
}


@pytest.fixture
def shard() -> Shard:
    """Ana does the work after call 1, until second 20; call 2 waits."""
    shard = Shard(document(agent("ana"), agent("bea"), channels=CHANNELS))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    shard.receive("2", channel="voice")
    shard.say(CloseRequested, local="1", agent_id="ana")
    return shard


def extend(shard: Shard, local: str = "1", agent_id: str = "ana", **given: Any) -> list[Event]:
    return shard.say(WrapUpExtensionRequested, local=local, agent_id=agent_id, **given)


def code(told: list[Event]) -> str:
    return str(find(told, "event_rejected").code)


def test_it_is_extended_once_by_the_time_of_its_channel(shard: Shard) -> None:
    shard.wait(10)
    told = find(extend(shard), "wrap_up_extended")
    assert (told.agent_id, told.until_ms) == ("ana", T0 + 50_000)
    assert shard.wait(39.999) == []
    assert kinds(shard.wait(0.001)) == ["capacity_released", "offer_made"]


def test_a_second_extension_is_refused_and_says_what_helps(shard: Shard) -> None:
    extend(shard)
    refusal = find(extend(shard), "event_rejected")
    assert (refusal.code, refusal.status) == ("already_extended", 409)
    assert "Report away" in refusal.message


def test_the_same_request_again_is_silent(shard: Shard) -> None:
    extend(shard, event_id="longer")
    assert extend(shard, event_id="longer") == []
    shard.wait(50)
    assert extend(shard, event_id="longer") == []


def test_only_who_does_the_work_may_extend_it_and_only_while_he_does(shard: Shard) -> None:
    assert code(extend(shard, agent_id="bea")) == "not_in_wrap_up"
    assert code(extend(shard, local="2")) == "not_in_wrap_up"
    assert code(extend(shard, local="9")) == "unknown_interaction"
    shard.say(WrapUpEnded, local="1", agent_id="ana")
    assert code(extend(shard)) == "not_in_wrap_up"


def test_a_channel_that_allows_none_refuses_an_extension() -> None:
    shard = Shard(document(agent("ana"), channels=CHANNELS))
    shard.presence("ana")
    shard.receive("1")
    shard.accept("1", 1, "ana")
    shard.say(CloseRequested, local="1", agent_id="ana")
    refusal = find(extend(shard), "event_rejected")
    assert refusal.code == "no_extension"
    assert "wrap_up_extension_s" in refusal.message


def test_extended_work_may_still_end_early(shard: Shard) -> None:
    extend(shard)
    told = shard.say(WrapUpEnded, local="1", agent_id="ana")
    assert find(told, "capacity_released").early
    assert shard.wait(19) == []


def test_the_extension_outlives_a_restart(shard: Shard) -> None:
    extend(shard, event_id="longer")
    before = index(shard.state)
    shard.restore()
    assert index(shard.state) == before
    assert extend(shard, event_id="longer") == []
    assert code(extend(shard)) == "already_extended"
    assert shard.wait(49.999) == []
    assert kinds(shard.wait(0.001))[0] == "capacity_released"


def test_at_the_instant_it_is_over_an_extension_is_too_late(shard: Shard) -> None:
    shard.now += 20_000
    told = extend(shard)
    assert kinds(told)[0] == "capacity_released"
    assert code(told) == "not_in_wrap_up"


def test_the_work_of_ten_agents_ends_each_at_its_own_time() -> None:
    # given: ten calls, each closed three seconds after the one before
    names = [f"a{number}" for number in range(10)]
    shard = Shard(document(*(agent(name) for name in names), channels=CHANNELS))
    for name in names:
        shard.presence(name)
        shard.receive(name, channel="voice")
        shard.accept(name, 1, name)
    for name in names:
        shard.say(CloseRequested, local=name, agent_id=name)
        shard.wait(3)
    # when
    shard.wait(60)
    # then
    ended = [
        (fact.agent_id, fact.at_ms)  # type: ignore[attr-defined]
        for fact in shard.facts
        if kinds([fact]) == ["capacity_released"]
    ]
    assert ended == [(name, T0 + (20 + 3 * at) * 1000) for at, name in enumerate(names)]


def test_two_slots_of_one_agent_end_each_at_its_own_time() -> None:
    shard = Shard(document(agent("ana"), channels=CHANNELS))
    shard.presence("ana")
    for local in ("1", "2"):
        shard.receive(local)
        shard.accept(local, 1, "ana")
        shard.say(CloseRequested, local=local, agent_id="ana")
        shard.wait(2)
    shard.receive("3")  # 80 of 100 units are in use
    assert kinds(shard.wait(0.999)) == []
    assert kinds(shard.wait(0.001)) == ["capacity_released", "offer_made"]
    assert kinds(shard.wait(2)) == ["capacity_released"]
