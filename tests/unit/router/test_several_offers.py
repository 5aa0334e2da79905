"""A queue may ask several agents at once: one of them wins, the others are told at once."""

from shared.contracts.configuration import Queue
from shared.contracts.interactions import CloseRequested, CustomerAbandoned
from shared.contracts.routing import InteractionAssigned, OfferEnded, OfferMade
from tests.support.router_shard import Shard, agent, document, find, kinds

RING_ALL = (Queue(name="general", offers_at_once=3), Queue(name="other"))


def three_asked(**settings: object) -> Shard:
    """Ana, Ben, Cas and Dan are ready in this order; the call is offered to the first three."""
    shard = Shard(document(*(agent(it) for it in ("ana", "ben", "cas", "dan")), queues=RING_ALL))
    for id_ in ("ana", "ben", "cas", "dan"):
        shard.presence(id_)
        shard.wait(1)
    shard.receive("1", channel="voice")
    return shard


def offers(shard: Shard) -> list[tuple[str, int]]:
    return [(it.agent_id, it.attempt) for it in shard.facts if isinstance(it, OfferMade)]


def test_as_many_agents_are_asked_as_the_queue_says_each_with_his_own_attempt() -> None:
    shard = three_asked()
    assert offers(shard) == [("ana", 1), ("ben", 2), ("cas", 3)]
    runners = [it.why.runner_up for it in shard.facts if isinstance(it, OfferMade)]
    assert [it.agent_id for it in runners if it] == ["ben", "cas", "dan"]


def test_who_accepts_first_wins_and_the_others_are_superseded_in_the_same_turn() -> None:
    shard = three_asked()
    told = shard.accept("1", 2, "ben")
    assert find(told, "interaction_assigned").agent_id == "ben"
    ended = [(it.agent_id, it.end) for it in told if isinstance(it, OfferEnded)]
    assert ended == [("ana", "superseded"), ("cas", "superseded")]


def test_two_who_accept_the_same_call_are_one_winner_and_one_refusal() -> None:
    shard = three_asked()
    shard.accept("1", 2, "ben")
    refused = find(shard.accept("1", 1, "ana"), "event_rejected")
    assert refused.code == "offer_not_open"
    assert len([it for it in shard.facts if isinstance(it, InteractionAssigned)]) == 1


def test_the_winner_who_accepts_twice_is_not_refused() -> None:
    shard = three_asked()
    shard.accept("1", 2, "ben")
    assert shard.accept("1", 2, "ben") == []


def test_it_waits_again_only_when_the_last_offer_has_ended() -> None:
    shard = three_asked()
    assert kinds(shard.decline("1", 1, "ana")) == ["offer_ended"]
    assert kinds(shard.decline("1", 3, "cas")) == ["offer_ended"]
    told = shard.decline("1", 2, "ben")
    assert kinds(told) == ["offer_ended", "interaction_requeued", "offer_made"]
    assert find(told, "offer_made").agent_id == "dan"  # the others are aside


def test_offers_that_nobody_answers_all_end_and_each_agent_is_told() -> None:
    shard = three_asked()
    told = shard.wait(30)
    ended = [(it.agent_id, it.end) for it in told if isinstance(it, OfferEnded)]
    assert ended == [("ana", "expired"), ("ben", "expired"), ("cas", "expired")]
    assert [it.agent_id for it in told if isinstance(it, OfferMade)] == ["dan"]


def test_superseded_agents_keep_their_place_among_the_ready() -> None:
    shard = three_asked()
    shard.accept("1", 2, "ben")
    told = shard.receive("2", channel="voice")
    assert [it.agent_id for it in told if isinstance(it, OfferMade)] == ["ana", "cas", "dan"]


def test_an_agent_who_leaves_takes_only_his_own_offer_with_him() -> None:
    shard = three_asked()
    told = shard.presence("ana", "away")
    assert kinds(told) == ["agent_changed", "offer_ended"]
    assert find(shard.accept("1", 3, "cas"), "interaction_assigned").agent_id == "cas"


def test_a_customer_who_hangs_up_ends_all_offers() -> None:
    shard = three_asked()
    told = shard.say(CustomerAbandoned, local="1")
    assert kinds(told) == ["offer_ended"] * 3 + ["interaction_abandoned"]


def test_closing_it_ends_all_offers() -> None:
    shard = three_asked()
    told = shard.say(CloseRequested, local="1")
    assert [it.end for it in told if isinstance(it, OfferEnded)] == ["withdrawn"] * 3


def test_live_offers_are_the_same_after_a_restore() -> None:
    shard = three_asked()
    shard.restore()
    told = shard.accept("1", 3, "cas")
    assert kinds(told) == ["interaction_assigned", "offer_ended", "offer_ended"]
    told = shard.receive("2", channel="voice")
    assert [it.agent_id for it in told if isinstance(it, OfferMade)] == ["ana", "ben", "dan"]


def test_fewer_than_asked_for_are_enough() -> None:
    shard = Shard(document(agent("ana"), queues=RING_ALL))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    assert offers(shard) == [("ana", 1)]
