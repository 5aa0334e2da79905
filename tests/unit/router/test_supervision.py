"""A supervisor steps in: at once, fenced, and recorded."""

from shared.contracts.interactions import AssignRequested, CloseRequested, RequeueRequested
from tests.support.router_shard import Shard, agent, document, find, kinds


def two_agents() -> Shard:
    """Ana has call 1; Ben is ready."""
    shard = Shard(document(agent("ana"), agent("ben"), agent("cas")))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    shard.presence("ben")
    return shard


def assign(shard: Shard, local: str, agent_id: str, **given: object) -> list[object]:
    return list(shard.say(AssignRequested, local=local, agent_id=agent_id, **given))


def test_what_waits_is_given_to_an_agent_at_once() -> None:
    shard = Shard(document(agent("ana")))
    shard.receive("1", channel="voice")
    shard.presence("ana", "away")
    told = shard.say(AssignRequested, local="1", agent_id="ana")
    given = find(told, "interaction_assigned")
    assert (given.agent_id, given.by_hand, given.overdrawn) == ("ana", "somebody", False)


def test_what_an_agent_has_is_taken_from_him_and_his_late_words_are_refused() -> None:
    shard = two_agents()
    told = shard.say(AssignRequested, local="1", agent_id="ben")
    assert kinds(told) == ["interaction_requeued", "interaction_assigned"]
    late = find(shard.say(CloseRequested, local="1", agent_id="ana"), "event_rejected")
    assert late.code == "not_assigned"
    shard.receive("2", channel="voice")
    assert shard.facts[-1].agent_id == "ana"  # type: ignore[attr-defined]  # he is free again


def test_an_agent_who_is_full_may_be_given_more_and_that_is_said() -> None:
    shard = two_agents()
    shard.receive("2", channel="voice")
    shard.accept("2", 1, "ben")
    given = find(shard.say(AssignRequested, local="2", agent_id="ana"), "interaction_assigned")
    assert given.overdrawn
    shard.receive("3", channel="voice")
    assert shard.facts[-1].agent_id == "ben"  # type: ignore[attr-defined]  # never the overdrawn one


def test_an_open_offer_is_withdrawn_from_the_other_agent_first() -> None:
    shard = two_agents()
    shard.receive("2", channel="voice")  # offered to Ben
    shard.presence("cas", "away")
    told = shard.say(AssignRequested, local="2", agent_id="cas")
    assert kinds(told) == ["offer_ended", "interaction_requeued", "interaction_assigned"]


def test_nobody_is_given_what_he_would_not_see() -> None:
    shard = two_agents()
    refused = find(shard.say(AssignRequested, local="1", agent_id="cas"), "event_rejected")
    assert refused.code == "agent_not_here"
    refused = find(shard.say(AssignRequested, local="1", agent_id="zoe"), "event_rejected")
    assert (refused.code, refused.status) == ("unknown_agent", 404)


def test_the_same_order_twice_is_followed_once() -> None:
    shard = two_agents()
    shard.say(AssignRequested, local="1", agent_id="ben", event_id="order")
    assert shard.say(AssignRequested, local="1", agent_id="ben", event_id="order") == []


def test_what_is_put_back_keeps_its_age_and_goes_to_somebody_else() -> None:
    shard = two_agents()
    began = shard.state.pools["boston"].interactions["boston:1"].waiting_since_ms
    shard.wait(5)
    told = shard.say(RequeueRequested, local="1")
    assert kinds(told) == ["interaction_requeued", "offer_made"]
    assert find(told, "interaction_requeued").waiting_since_ms == began
    assert find(told, "offer_made").agent_id == "ben"


def test_what_waits_already_cannot_be_put_back() -> None:
    shard = Shard(document(agent("ana")))
    shard.receive("1", channel="voice")
    assert find(shard.say(RequeueRequested, local="1"), "event_rejected").code == "already_waiting"


def test_an_order_about_what_nobody_knows_is_refused() -> None:
    shard = two_agents()
    refused = find(shard.say(RequeueRequested, local="9"), "event_rejected")
    assert (refused.code, refused.status) == ("unknown_interaction", 404)


def test_what_was_given_by_hand_is_the_same_after_a_restore() -> None:
    shard = two_agents()
    shard.say(AssignRequested, local="1", agent_id="ben")
    shard.restore()
    told = shard.say(CloseRequested, local="1", agent_id="ben")
    assert find(told, "interaction_closed").agent_id == "ben"
