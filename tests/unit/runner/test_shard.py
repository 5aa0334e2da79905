"""The pure part of the runner, point by point of docs/decisions/0001."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.configuration import Document, canonical, hash_of, read_document
from shared.contracts.event import Event
from shared.contracts.interactions import AgentReplied, CustomerMessaged
from shared.contracts.system import ConfigChanged, Tick
from shared.contracts.topics import DEAD_LETTERS, POOL_LOG, partition_of
from shared.log import LogRecord
from shared.runner.meta import META_KEY
from shared.runner.shard import (
    CulpritError,
    MissingDocumentError,
    Outcome,
    Shard,
    WrongShapeError,
)
from tests.support.documents import small_pool
from tests.support.tally import Tally, TallyCore

T0 = 1_700_000_000_000


def new_shard(partitions: int = 1) -> Shard[Tally]:
    return Shard(TallyCore(), partition=0, partitions=partitions, documents={})


def record(offset: int, event: Event, source: str = "") -> LogRecord:
    return LogRecord(
        POOL_LOG,
        0,
        offset,
        event.kind,  # type: ignore[attr-defined]
        event.by,
        event.at_ms,
        event.pool,
        event.model_dump_json().encode(),
        source,
    )


def message(number: int, key: str = "p:1", at_ms: int = T0) -> CustomerMessaged:
    return CustomerMessaged(
        event_id=f"m{number}",
        pool="p",
        at_ms=at_ms,
        by="gateway",
        actor="customer",
        interaction_id=key,
    )


def reply(number: int, key: str = "p:1", at_ms: int = T0) -> AgentReplied:
    return AgentReplied(
        event_id=f"r{number}",
        pool="p",
        at_ms=at_ms,
        by="gateway",
        actor="agent",
        interaction_id=key,
        agent_id="ana",
    )


def tick(at_ms: int, by: str = "router") -> Tick:
    return Tick(event_id=f"tick/{at_ms}", pool="", at_ms=at_ms, by=by)


def facts_of(*outcomes: Outcome) -> list[bytes]:
    return [
        output.value
        for outcome in outcomes
        for output in outcome.outputs
        if output.topic != DEAD_LETTERS
    ]


def restored(shard: Shard[Tally], *outcomes: Outcome) -> Shard[Tally]:
    """A new shard from what the outcomes stored."""
    stored: dict[str, bytes] = {}
    for outcome in outcomes:
        for key, value in shard.state_records(outcome):
            if value is None:
                stored.pop(key.decode(), None)
            else:
                stored[key.decode()] = value
    meta = stored.pop(META_KEY, None)
    fresh = new_shard(shard.partitions)
    fresh.load(stored, meta)
    return fresh


def test_point_1_a_record_of_another_kind_is_skipped_without_decoding_it() -> None:
    unreadable = LogRecord(POOL_LOG, 0, 0, "interaction_queued", "router", T0, "p", b"\xff{")
    outcome = new_shard().take([unreadable])
    assert (outcome.heard, outcome.outputs) == (0, [])


def test_point_2_logical_time_never_goes_back() -> None:
    shard = new_shard()
    outcome = shard.take([record(0, message(1, at_ms=T0)), record(1, message(2, at_ms=T0 - 5_000))])
    assert [fact.at_ms for fact in outcome.facts] == [T0, T0]


def test_point_2_skipped_records_move_the_time_as_well() -> None:
    shard = new_shard()
    shard.take([LogRecord(POOL_LOG, 0, 0, "sla_met", "escalation", T0 + 9_000, "p", b"{}")])
    assert shard.take([record(1, message(1))]).facts[0].at_ms == T0 + 9_000


def test_point_3_a_deadline_is_decided_when_its_tick_is_read_and_not_before() -> None:
    shard = new_shard()
    shard.take([record(0, message(1)), record(1, reply(1))])
    assert shard.deadline_ms() == T0 + 1_000
    late = shard.take([record(2, message(2, key="p:2", at_ms=T0 + 5_000))])
    assert [fact.kind for fact in late.facts] == ["message_recorded"]  # type: ignore[attr-defined]
    ticked = shard.take([record(3, tick(T0 + 5_000))])
    assert [fact.kind for fact in ticked.facts] == ["interaction_expired"]  # type: ignore[attr-defined]


def test_point_3_a_second_tick_and_another_services_tick_change_nothing() -> None:
    shard = new_shard()
    shard.take([record(0, message(1)), record(1, reply(1))])
    assert not shard.take([record(2, tick(T0 + 5_000, by="escalation"))]).facts
    assert len(shard.take([record(3, tick(T0 + 5_000))]).facts) == 1
    assert not shard.take([record(4, tick(T0 + 5_000))]).facts


def test_point_4_a_configuration_without_content_stops_the_shard_before_it_decides() -> None:
    content = canonical(small_pool("p"))
    change = ConfigChanged(
        event_id="c", pool="p", at_ms=T0, by="operator", actor="o", hash=hash_of(content), version=1
    )
    documents: dict[str, Document] = {}
    shard = Shard(TallyCore(), partition=0, partitions=1, documents=documents)
    batch = [record(0, message(1)), record(1, change)]
    with pytest.raises(MissingDocumentError, match=hash_of(content)):
        shard.take(batch)
    documents[hash_of(content)] = read_document(content)
    kinds = [fact.kind for fact in shard.take(batch).facts]  # type: ignore[attr-defined]
    assert kinds == ["message_recorded", "config_taken"]


def test_point_6_the_resume_point_travels_with_facts_and_state() -> None:
    shard = new_shard()
    outcome = shard.take([record(0, message(1)), record(7, message(2))])
    stored = dict(shard.state_records(outcome))
    assert set(stored) == {b"p:1", b"_meta"}
    assert restored(shard, outcome).meta.next_offset == 8


def test_point_6_a_fact_of_an_upstream_shard_that_comes_twice_is_heard_once() -> None:
    shard = new_shard()
    first = shard.take([record(0, message(1), "gateway-0:5:0")])
    again = shard.take([record(1, message(1), "gateway-0:5:0")])
    later = shard.take([record(2, message(2), "gateway-0:5:1")])
    assert [len(each.facts) for each in (first, again, later)] == [1, 0, 1]
    fresh = restored(shard, first, again, later)
    assert not fresh.take([record(3, message(2), "gateway-0:5:1")]).facts


def test_point_9_unreadable_records_are_dead_letters_with_a_reason_and_the_batch_goes_on() -> None:
    broken = LogRecord(POOL_LOG, 0, 0, "customer_messaged", "gateway", T0, "p", b'{"v": 1}')
    nobody = LogRecord(POOL_LOG, 0, 1, "", "", 0, "p", b"hello")
    outcome = new_shard().take([broken, nobody, record(2, message(1))])
    assert len(outcome.facts) == 1
    letters = [each.value for each in outcome.outputs if each.topic == DEAD_LETTERS]
    assert b"event_id: missing; pool: missing" in letters[0]
    assert b"header `kind` is missing" in letters[1]


def test_point_9_what_raises_is_named_and_can_be_skipped() -> None:
    batch = [record(0, message(1)), record(1, message(2, key="p:poison")), record(2, message(3))]
    with pytest.raises(CulpritError, match="ValueError in router") as caught:
        new_shard().take(batch)
    assert caught.value.record is batch[1]
    shard = new_shard()
    fact, letter = shard.skipped(batch[1], caught.value.reason)
    outcome = shard.take(batch, {"m2": fact})
    kinds = [each.kind for each in outcome.facts]  # type: ignore[attr-defined]
    assert kinds == ["message_recorded", "event_skipped", "message_recorded"]
    assert letter.topic == DEAD_LETTERS


def test_point_12_the_partition_of_a_key_is_fixed_for_ever() -> None:
    keys = ("support", "vip", "boston-works", "")
    assert [partition_of(key, 12) for key in keys] == [4, 6, 5, 0]


def test_point_12_a_state_of_another_number_of_partitions_is_refused() -> None:
    shard = new_shard(partitions=1)
    outcome = shard.take([record(0, message(1))])
    with pytest.raises(WrongShapeError, match="made for 1 partitions, the log has 2"):
        new_shard(partitions=2).load({}, outcome.meta)


events = st.lists(
    st.tuples(st.sampled_from(["in", "out", "tick"]), st.integers(0, 3), st.integers(0, 2_000)),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(story=events, cuts=st.lists(st.integers(1, 7), max_size=40), crash=st.integers(0, 40))
def test_r7_batches_and_restores_leave_no_trace_in_the_facts(
    story: list[tuple[str, int, int]], cuts: list[int], crash: int
) -> None:
    now, records = T0, []
    for number, (what, key, passed) in enumerate(story):
        now += passed
        event: Event
        match what:
            case "in":
                event = message(number, f"p:{key}", now)
            case "out":
                event = reply(number, f"p:{key}", now)
            case _:
                event = tick(now)
        records.append(record(number, event))
    whole = facts_of(new_shard().take(records))
    shard, outcomes, start = new_shard(), [], 0
    for step, size in enumerate([*cuts, len(records)]):
        batch = records[start : start + size]
        if not batch:
            break
        outcomes.append(shard.take(batch))
        start += size
        if step == crash % (len(cuts) + 1):  # the process dies here, and another goes on
            shard = restored(shard, *outcomes)
    assert facts_of(*outcomes) == whole


def test_the_record_type_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        record(0, message(1)).offset = 1  # type: ignore[misc]
