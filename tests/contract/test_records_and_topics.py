"""Where a record lies, what its headers say, and that every topic is declared once."""

from collections import Counter
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from services.escalation.core.core import EscalationCore
from services.notifier.core.notifier import NotifierCore
from services.outage.core import outage_core
from services.router.core import router_core
from shared.contracts import topics
from shared.contracts.catalogue import read
from shared.contracts.topics import TOPICS, Topic, partition_of, state_topic
from shared.kafka.records import log_record
from shared.log import Headers, headers_of
from tests.contract.goldens import EVENTS, Golden

KEYS = ("support", "vip", "boston-works", "noor", "צוות", "*", "")
CORES: tuple[Any, ...] = (router_core, EscalationCore(), outage_core, NotifierCore())
DECLARED = {topic.name: topic for topic in TOPICS}


def on_kafka(headers: Headers, key: bytes | None = b"support") -> Any:
    return ConsumerRecord(
        topic="pool-log",
        partition=4,
        offset=17,
        timestamp=0,
        timestamp_type=0,
        key=key,
        value=b"{}",
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=2,
        headers=tuple(headers),
    )


@pytest.mark.parametrize(
    ("partitions", "expected"),
    [
        (1, [0, 0, 0, 0, 0, 0, 0]),
        (3, [1, 0, 2, 1, 2, 0, 0]),
        (12, [4, 6, 5, 1, 2, 6, 0]),
        (64, [4, 26, 53, 53, 26, 46, 52]),
    ],
)
def test_a_key_lies_in_the_same_partition_for_ever(partitions: int, expected: list[int]) -> None:
    assert [partition_of(key, partitions) for key in KEYS] == expected


def test_keys_spread_over_all_partitions() -> None:
    spread = Counter(partition_of(f"pool-{number}", 12) for number in range(1_200))
    assert set(spread) == set(range(12))
    assert max(spread.values()) < 2 * min(spread.values())


@pytest.mark.parametrize("source", ["", "router-4:1203:2"])
@pytest.mark.parametrize("golden", EVENTS, ids=str)
def test_headers_say_what_the_event_says(golden: Golden, source: str) -> None:
    event = read(golden.name, golden.content)
    record = log_record(on_kafka(headers_of(event, source)))
    assert (record.kind, record.by, record.at_ms) == (golden.name, event.by, event.at_ms)
    assert record.source == source
    assert (record.topic, record.partition, record.offset) == ("pool-log", 4, 17)
    assert (record.key, record.value) == ("support", b"{}")


def test_a_record_without_our_headers_is_read_and_judged_by_its_reader() -> None:
    record = log_record(on_kafka([("traceparent", b"00-1"), ("at", b"soon")], key=None))
    assert (record.kind, record.by, record.at_ms, record.source) == ("", "", 0, "")
    assert record.key is None
    with pytest.raises(KeyError):
        record.event()


def test_headers_that_are_no_text_stop_no_reader() -> None:
    record = log_record(on_kafka([("kind", b"\xff"), ("by", b"\xfe"), ("src", b"\xfd")]))
    assert (record.kind, record.by, record.source) == ("\N{REPLACEMENT CHARACTER}",) * 3


def test_every_topic_is_declared_once() -> None:
    assert len(DECLARED) == len(TOPICS)


def test_every_name_of_a_topic_that_code_uses_is_declared() -> None:
    named = {topics.POOL_LOG, topics.PEOPLE_LOG, topics.CONFIG, topics.DEAD_LETTERS}
    named |= {topics.SYSTEM_LOG, topics.CLOCK_PROBE} | {state_topic(core.service) for core in CORES}
    assert named == set(DECLARED)


@pytest.mark.parametrize("core", CORES, ids=lambda core: core.service)
def test_a_deciding_service_has_a_compacted_state_beside_its_log(core: Any) -> None:
    log, state = DECLARED[core.log], DECLARED[state_topic(core.service)]
    assert (state.cleanup, state.retention_ms) == ("compact", -1)
    assert state.owner == core.service
    assert state.partitions == log.partitions  # None: both as the installation says


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_topic_says_who_writes_what_and_how_long_it_stays(topic: Topic) -> None:
    assert topic.key
    assert topic.owner
    assert topic.about
    assert topic.retention_ms == -1 or topic.retention_ms >= 3_600_000
    if topic.cleanup == "compact":
        assert topic.retention_ms == -1  # what is current must never go by age


def test_only_the_probe_of_clocks_is_stamped_by_the_broker() -> None:
    stamped = [topic.name for topic in TOPICS if topic.timestamps == "LogAppendTime"]
    assert stamped == [topics.CLOCK_PROBE]
