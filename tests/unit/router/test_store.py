"""What is stored brings the state back, quickly, and is written once per batch."""

import time

from services.router.core import router_core
from shared.contracts.interactions import CloseRequested, InteractionReceived
from tests.support.router_shard import Shard, agent, document


def test_an_entity_changed_often_in_a_batch_is_written_once_and_in_order() -> None:
    shard = Shard(document(agent("ana")))
    event = InteractionReceived(
        event_id="e", pool="boston", at_ms=shard.now, by="gateway", actor="s",
        interaction_id="boston:1", channel="chat", body_hash="h",
        language="en", language_source="given",
    )  # fmt: skip
    shard.presence("ana")
    for fact in router_core.decide(shard.state, event, shard.now):
        router_core.evolve(shard.state, fact)
    keys = [key for key, _ in router_core.take_changed(shard.state)]
    assert keys == ["agent/boston/ana", "interaction/boston/boston:1", "pool/boston"]
    assert router_core.take_changed(shard.state) == []


def test_an_ended_interaction_leaves_a_tombstone_and_a_stub() -> None:
    shard = Shard(document(agent("ana")))
    shard.receive("1")
    shard.say(CloseRequested, local="1")
    assert list(shard.stored) == ["pool/boston", "stub/boston/boston:1"]


def test_a_hundred_thousand_open_interactions_are_loaded_within_seconds() -> None:
    """Budget: 3 s; measured about 1 s. The bound here is loose, because machines are shared."""
    shard = Shard(document(agent("ana")))
    shard.receive("1")
    key = "interaction/boston/boston:1"
    template = shard.stored.pop(key).decode()
    many = {
        f"interaction/boston/boston:{n}": template.replace('"boston:1"', f'"boston:{n}"').encode()
        for n in range(100_000)
    }
    state = router_core.empty(shard.documents)
    began = time.monotonic()
    router_core.load(state, {**shard.stored, **many})
    took_s = time.monotonic() - began
    assert len(state.pools["boston"].interactions) == 100_000
    assert took_s < 15
