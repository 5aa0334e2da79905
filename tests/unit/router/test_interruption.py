"""Interruptible work: urgent work comes on top of it, and never the other way round."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.agents import OfferAnswered
from shared.contracts.configuration import ChannelSettings
from shared.contracts.event import Event
from shared.contracts.interactions import CloseRequested
from shared.contracts.routing import InteractionAssigned, InteractionClosed, OfferEnded, OfferMade
from tests.support.router_shard import Shard, agent, document, find, index, kinds

CHANNELS = {
    "voice": ChannelSettings(units=100),
    "chat": ChannelSettings(units=40),
    "email": ChannelSettings(units=50, interruptible=True),
    "survey": ChannelSettings(units=20, interruptible=True),
}


def reading_mail() -> Shard:
    """Ana is full: two e-mails of 50 units each."""
    shard = Shard(document(agent("ana"), channels=CHANNELS))
    shard.presence("ana")
    for local in ("1", "2"):
        shard.receive(local, channel="email")
        shard.accept(local, 1, "ana")
    return shard


def test_an_agent_full_of_email_still_gets_a_call() -> None:
    shard = reading_mail()
    assert find(shard.receive("3", channel="voice"), "offer_made").agent_id == "ana"


def test_an_agent_full_of_email_gets_no_further_email() -> None:
    shard = reading_mail()
    assert kinds(shard.receive("3", channel="email")) == ["interaction_queued"]


def test_an_agent_in_a_call_gets_neither_a_call_nor_an_email() -> None:
    shard = Shard(document(agent("ana"), channels=CHANNELS))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    assert kinds(shard.receive("2", channel="voice")) == ["interaction_queued"]
    assert kinds(shard.receive("3", channel="survey")) == ["interaction_queued"]


def test_urgent_work_of_any_size_that_fits_beside_urgent_work_comes_on_top() -> None:
    shard = reading_mail()
    assert "offer_made" in kinds(shard.receive("3", channel="chat"))
    assert "offer_made" in kinds(shard.receive("4", channel="chat"))
    assert kinds(shard.receive("5", channel="chat")) == ["interaction_queued"]  # 120 of 100
    assert kinds(shard.receive("6", channel="voice")) == ["interaction_queued"]


def test_an_email_comes_again_when_all_that_he_has_leaves_room() -> None:
    # given: two e-mails and a call on top; a third e-mail waits
    shard = reading_mail()
    shard.receive("3", channel="voice")
    shard.accept("3", 1, "ana")
    shard.receive("4", channel="email")
    # when, then
    assert kinds(shard.say(CloseRequested, local="1", agent_id="ana")) == ["interaction_closed"]
    assert kinds(shard.say(CloseRequested, local="2", agent_id="ana")) == ["interaction_closed"]
    told = shard.say(CloseRequested, local="3", agent_id="ana")
    assert find(told, "offer_made").interaction_id == "boston:4"


def test_a_call_on_top_of_email_does_not_take_it_away() -> None:
    shard = reading_mail()
    shard.receive("3", channel="voice")
    told = shard.accept("3", 1, "ana")
    assert kinds(told) == ["interaction_assigned"]
    assert shard.say(CloseRequested, local="1", agent_id="ana")


def test_a_cap_holds_for_urgent_work_on_top_as_well() -> None:
    capped = agent("ana", channels={"email": 9, "chat": 1})
    shard = Shard(document(capped, channels=CHANNELS))
    shard.presence("ana")
    for local in ("1", "2"):
        shard.receive(local, channel="email")
        shard.accept(local, 1, "ana")
    assert "offer_made" in kinds(shard.receive("3"))
    assert kinds(shard.receive("4")) == ["interaction_queued"]


def test_a_configuration_that_makes_it_uninterruptible_counts_at_once() -> None:
    shard = reading_mail()
    plain = {name: it.model_copy(update={"interruptible": False}) for name, it in CHANNELS.items()}
    shard.configure(document(agent("ana"), channels=plain))
    assert kinds(shard.receive("3", channel="voice")) == ["interaction_queued"]


def check(held: dict[str, Counter[str]], offer: OfferMade) -> None:
    """What automation adds fits: urgent work beside urgent work, other work beside all."""
    channels = held[offer.agent_id]
    units = {name: CHANNELS[name].units * number for name, number in channels.items()}
    urgent = sum(it for name, it in units.items() if not CHANNELS[name].interruptible)
    beside = sum(units.values()) if CHANNELS[offer.channel].interruptible else urgent
    assert beside + CHANNELS[offer.channel].units <= 100, f"{offer.event_id} on top of {channels}"


def add_up(facts: list[Event]) -> None:
    """Hold each offer against what its agent has then, from the facts alone."""
    held: dict[str, Counter[str]] = {"ana": Counter(), "bea": Counter()}
    channel: dict[str, str] = {}
    for fact in facts:
        match fact:
            case OfferMade():
                check(held, fact)
                channel[fact.interaction_id] = fact.channel
                held[fact.agent_id][fact.channel] += 1
            case OfferEnded():
                held[fact.agent_id][channel[fact.interaction_id]] -= 1
            case InteractionClosed(agent_id=str(agent_id)):
                held[agent_id][channel[fact.interaction_id]] -= 1
            case _:
                pass


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), st.sampled_from(sorted(CHANNELS))),
        st.tuples(st.sampled_from(["accept", "decline", "close"]), st.integers(0, 11)),
        st.tuples(st.just("presence"), st.sampled_from(["ready", "away"])),
        st.tuples(st.just("wait"), st.sampled_from([1, 40, 100])),
        st.tuples(st.just("restore"), st.none()),
    ),
    min_size=15,
    max_size=50,
)


def act(shard: Shard, what: str, which: object, number: int) -> None:
    if what == "receive":
        shard.receive(str(number), channel=which)
    elif what == "presence":
        shard.presence("ana", str(which))
    elif what == "wait":
        assert isinstance(which, int)
        shard.wait(which)
    elif what == "restore":
        before = index(shard.state)
        shard.restore()
        assert index(shard.state) == before
    else:
        _answer(shard, what, which)


def _answer(shard: Shard, what: str, which: object) -> None:
    """One of what is open is accepted, declined or closed, if anything is."""
    status = "assigned" if what == "close" else "offered"
    found = [it for it in shard.state.pools["boston"].interactions.values() if it.status == status]
    if not found:
        return
    assert isinstance(which, int)
    it = found[which % len(found)]
    if what == "close":
        shard.say(CloseRequested, interaction_id=it.id, agent_id=it.agent_id)
        return
    offer = it.offers[0]
    shard.say(
        OfferAnswered,
        interaction_id=it.id,
        offer_id=it.offer_id(offer.attempt),
        agent_id=offer.agent_id,
        answer=what,
    )


@settings(max_examples=60, deadline=None)
@given(ACTIONS)
def test_automation_never_adds_what_does_not_fit(actions: list[tuple[str, object]]) -> None:
    shard = Shard(document(agent("ana"), agent("bea"), channels=CHANNELS, aside_s=20))
    shard.presence("ana")
    shard.presence("bea")
    for number, (what, which) in enumerate(actions):
        act(shard, what, which, number)
    add_up(shard.facts)
    answered = [fact for fact in shard.facts if isinstance(fact, InteractionAssigned)]
    assert len({fact.offer_id for fact in answered}) == len(answered)
