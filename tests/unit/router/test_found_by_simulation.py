"""Shortest stories of what the small model and the fault simulation found."""

from shared.contracts.routing import OfferMade
from tests.support.router_shard import Shard, agent, document


def test_who_is_older_comes_first_also_where_the_younger_was_declined_long_ago() -> None:
    # given: ana declined both; the younger one is offered to cy when she may be asked for it again
    shard = Shard(document(agent("ana", "en", "he", capacity_units=50), agent("cy", "he")))
    shard.presence("ana")
    shard.receive("younger", language="he")
    shard.wait(1)
    shard.decline("younger", 1, "ana")
    shard.receive("older", priority="high")
    shard.wait(1)
    shard.decline("older", 1, "ana")
    shard.wait(30)
    shard.presence("cy")
    # when: at one instant cy has missed it, and ana may be asked for the older one again
    told = shard.wait(30)
    # then
    made = [(it.interaction_id, it.agent_id) for it in told if isinstance(it, OfferMade)]
    assert made == [("boston:older", "ana")]


def test_a_late_tick_gives_an_agent_to_the_older_one_though_the_younger_was_due_before() -> None:
    # given: ana has declined both; she may be asked again for the younger one first
    shard = Shard(document(agent("ana")))
    shard.presence("ana")
    shard.receive("younger", channel="voice")
    shard.decline("younger", 1, "ana")
    shard.wait(1)
    shard.receive("older", channel="voice", priority="high")
    shard.decline("older", 1, "ana")
    # when
    told = shard.late_tick(100)
    # then
    made = [(it.interaction_id, it.agent_id) for it in told if isinstance(it, OfferMade)]
    assert made == [("boston:older", "ana")]
