"""Paced release: how many offers an agent gets within a time."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.configuration import ChannelSettings, Pace
from shared.contracts.event import Event
from shared.contracts.interactions import AssignRequested
from shared.contracts.routing import OfferMade
from tests.support.router_shard import Shard, agent, document, find, index, kinds

CHANNELS = {"voice": ChannelSettings(units=1), "chat": ChannelSettings(units=1)}


def shard_of(*, offers: int = 2, per_s: int = 60, agents: int = 1, **given_: Any) -> Shard:
    channels = given_.pop("paced", ())
    who = [agent(name) for name in ("ana", "bea")[:agents]]
    given_.setdefault("channels", CHANNELS)
    pace = Pace(offers=offers, per_s=per_s, channels=channels)
    return Shard(document(*who, pace=pace, **given_))


def offers_of(told: list[Event]) -> list[str]:
    return [it.interaction_id for it in told if isinstance(it, OfferMade)]


def test_who_has_had_his_pace_is_asked_again_when_the_oldest_offer_is_long_enough_ago() -> None:
    shard = shard_of()
    for local in "1234":
        shard.receive(local)
    shard.presence("ana")
    withheld = find(shard.facts, "agent_withheld")
    assert (withheld.why, withheld.until_ms) == ("pace", shard.now + 60_000)
    assert offers_of(shard.facts) == ["boston:1", "boston:2"]
    shard.accept("1", 1, "ana")
    shard.accept("2", 1, "ana")
    assert shard.wait(59.999) == []
    told = shard.wait(0.001)
    assert kinds(told)[0] == "agent_withheld"
    assert offers_of(told) == ["boston:3", "boston:4"]
    assert [it.withheld for it in told if kinds([it]) == ["agent_withheld"]] == [False, True]  # type: ignore[attr-defined]


def test_the_time_slides_so_that_no_window_holds_more() -> None:
    shard = shard_of()
    shard.presence("ana")
    shard.receive("1")
    shard.wait(50)
    shard.receive("2")
    shard.receive("3")
    told = shard.wait(10)
    assert offers_of(told) == ["boston:3"]
    assert find([told[-1]], "agent_withheld").until_ms == shard.now + 50_000


def test_only_offers_of_the_channels_that_are_paced_count_and_are_withheld() -> None:
    shard = shard_of(offers=1, paced=("chat",))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    assert "agent_withheld" not in kinds(shard.facts)
    shard.receive("2")
    assert find(shard.facts, "agent_withheld").withheld
    assert offers_of(shard.receive("3")) == []
    assert offers_of(shard.receive("4", channel="voice")) == ["boston:4"]


def test_others_are_asked_meanwhile() -> None:
    shard = shard_of(offers=1, agents=2)
    shard.presence("ana")
    shard.wait(1)
    shard.presence("bea")
    told = shard.receive("1") + shard.receive("2") + shard.receive("3")
    made = [it.agent_id for it in told if isinstance(it, OfferMade)]
    assert made == ["ana", "bea"]


def test_an_offer_accepted_by_itself_counts() -> None:
    shard = shard_of(offers=1, channels={"chat": ChannelSettings(units=1, auto_accept=True)})
    shard.presence("ana")
    told = shard.receive("1")
    assert kinds(told) == [
        "interaction_queued",
        "offer_made",
        "agent_withheld",
        "interaction_assigned",
    ]
    assert offers_of(shard.receive("2")) == []


def test_what_a_supervisor_gives_him_is_no_offer() -> None:
    shard = shard_of(offers=1, channels={"chat": ChannelSettings(units=100)})
    shard.receive("1", channel="chat")
    shard.presence("ana", "away")
    shard.say(AssignRequested, local="1", agent_id="ana")
    shard.presence("ana")
    assert "agent_withheld" not in kinds(shard.facts)


def test_leaving_and_coming_back_begins_no_new_pace() -> None:
    shard = shard_of(offers=1)
    shard.presence("ana")
    shard.receive("1")
    shard.presence("ana", "away")
    assert offers_of(shard.presence("ana")) == []
    assert offers_of(shard.wait(60)) == ["boston:1"]


def test_a_configuration_without_pace_sets_him_free() -> None:
    shard = shard_of(offers=1)
    shard.presence("ana")
    shard.receive("1")
    shard.receive("2")
    told = shard.configure(document(agent("ana"), channels=CHANNELS))
    assert find(told, "agent_withheld").withheld is False
    assert offers_of(told) == ["boston:2"]
    assert not shard.state.pools["boston"].agents["ana"].paced


def test_the_instants_kept_are_no_more_than_the_pace_needs() -> None:
    shard = shard_of(offers=3, per_s=1)
    shard.presence("ana")
    for number in range(20):
        shard.receive(str(number))
        shard.wait(2)
    assert len(shard.state.pools["boston"].agents["ana"].paced) == 3


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["receive", "accept", "decline", "wait", "away", "ready", "restore"]),
            st.integers(0, 9),
        ),
        min_size=10,
        max_size=60,
    ),
    st.integers(1, 3),
)
def test_no_window_ever_holds_more_offers_also_when_the_shard_is_restored(
    steps: list[tuple[str, int]], most: int
) -> None:
    one, two = (shard_of(offers=most, per_s=30, agents=2) for _ in range(2))
    for what, n in steps:
        if what == "restore":
            two.restore()
            assert index(one.state) == index(two.state)
            continue
        assert act(one, what, n) == act(two, what, n)
    made = [it for it in one.facts if isinstance(it, OfferMade)]
    for who in ("ana", "bea"):
        at = [it.at_ms for it in made if it.agent_id == who]
        assert all(later - first >= 30_000 for first, later in zip(at, at[most:], strict=False))


def act(shard: Shard, what: str, n: int) -> list[Event]:
    it = shard.state.pools["boston"].interactions.get(f"boston:{n}")
    if what == "receive":
        return shard.receive(str(n))
    if what in ("away", "ready"):
        return shard.presence(("ana", "bea")[n % 2], what)
    if what == "wait":
        return shard.wait(n * 4)
    if it is None or not it.offers:
        return []
    return shard.answer(str(n), it.offers[0].attempt, it.offers[0].agent_id, what)
