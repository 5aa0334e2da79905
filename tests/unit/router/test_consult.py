"""Transfers to an agent, consults that are handed back, and calls that were not put through."""

from shared.contracts.configuration import Queue
from shared.contracts.interactions import (
    ConnectionFailed,
    HandBackRequested,
    SkillNeed,
    TransferRequested,
)
from tests.support.router_shard import Shard, agent, document, find, kinds

QUEUES = (
    Queue(name="general"),
    Queue(name="tax", skills=(SkillNeed(skill="tax", level=3),), prefer_s=45),
)


def office() -> Shard:
    """Ana has call 1 of the general queue; Ben, who knows tax, and Cas are ready."""
    shard = Shard(
        document(
            agent("ana"),
            agent("ben", skills={"tax": 3}),
            agent("cas"),
            queues=QUEUES,
            skills=("tax",),
        )
    )
    for id_ in ("ana", "ben", "cas"):
        shard.presence(id_)
        shard.wait(1)
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    return shard


def transfer(shard: Shard, **given: object) -> list[str]:
    return kinds(shard.say(TransferRequested, local="1", **given))


def test_a_named_agent_gets_it_though_another_is_ready_for_longer() -> None:
    shard = office()
    assert transfer(shard, to_agent="cas") == ["interaction_requeued", "offer_made"]
    assert shard.facts[-1].agent_id == "cas"  # type: ignore[attr-defined]


def test_a_named_agent_who_is_busy_is_waited_for_then_others_are_asked() -> None:
    shard = office()
    shard.receive("2", channel="voice")  # offered to Ben
    shard.accept("2", 1, "ben")
    assert transfer(shard, to_agent="ben") == ["interaction_requeued"]
    told = shard.wait(60)
    assert kinds(told) == ["interaction_widened", "offer_made"]
    assert find(told, "interaction_widened").let_go == "ben"
    assert find(told, "offer_made").agent_id == "cas"


def test_a_named_agent_who_leaves_is_let_go_at_once() -> None:
    shard = office()
    shard.receive("2", channel="voice")
    shard.accept("2", 1, "ben")
    transfer(shard, to_agent="ben")
    told = shard.presence("ben", "away")
    assert find(told, "interaction_widened").why == "nobody_there"
    assert find(told, "offer_made").agent_id == "cas"


def test_an_agent_who_is_not_there_or_not_known_is_refused_with_a_remedy() -> None:
    shard = office()
    shard.presence("cas", "offline")
    refused = find(shard.say(TransferRequested, local="1", to_agent="cas"), "event_rejected")
    assert (refused.code, refused.field) == ("agent_not_here", "to_agent")
    refused = find(shard.say(TransferRequested, local="1", to_agent="zoe"), "event_rejected")
    assert (refused.code, refused.status) == ("unknown_agent", 404)


def test_a_consult_comes_back_to_the_agent_who_asked_for_it_in_its_old_queue() -> None:
    shard = office()
    began = shard.state.pools["boston"].interactions["boston:1"].waiting_since_ms
    transfer(shard, to_queue="tax", consult=True)
    assert shard.facts[-1].agent_id == "ben"  # type: ignore[attr-defined]
    shard.accept("1", 2, "ben")
    told = shard.say(HandBackRequested, local="1", agent_id="ben")
    back = find(told, "interaction_requeued")
    assert (back.reason, back.queue, back.waiting_since_ms) == ("handed_back", "general", began)
    assert find(told, "offer_made").agent_id == "ana"


def test_a_consult_goes_on_to_others_when_the_agent_who_asked_has_left() -> None:
    shard = office()
    transfer(shard, to_queue="tax", consult=True)
    shard.accept("1", 2, "ben")
    shard.presence("ana", "away")
    told = shard.say(HandBackRequested, local="1", agent_id="ben")
    assert find(told, "offer_made").agent_id == "cas"


def test_without_a_consult_there_is_nothing_to_hand_back() -> None:
    shard = office()
    transfer(shard, to_queue="tax")
    shard.accept("1", 2, "ben")
    told = shard.say(HandBackRequested, local="1", agent_id="ben")
    assert find(told, "event_rejected").code == "no_consult"


def test_a_consult_survives_a_restore() -> None:
    shard = office()
    transfer(shard, to_queue="tax", consult=True)
    shard.restore()
    shard.accept("1", 2, "ben")
    shard.restore()
    told = shard.say(HandBackRequested, local="1", agent_id="ben")
    assert find(told, "offer_made").agent_id == "ana"


def test_a_call_that_was_not_put_through_rings_others_in_the_same_turn() -> None:
    shard = office()
    told = shard.say(ConnectionFailed, local="1", agent_id="ana")
    assert kinds(told) == ["interaction_requeued", "offer_made"]
    assert find(told, "offer_made").agent_id == "ben"
    late = shard.say(ConnectionFailed, local="1", agent_id="ana")
    assert find(late, "event_rejected").code == "not_assigned"
