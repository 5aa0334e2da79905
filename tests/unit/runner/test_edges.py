"""The runner's edges that need no broker: clocks, topics, personal data."""

import re
from pathlib import Path

from shared.contracts.topics import TOPICS
from shared.kafka.admin import settings_of
from shared.kafka.clock_guard import ClockGuard
from shared.kafka.connection import Connection
from shared.runner.memory import YOUNG

ROOT = Path(__file__).resolve().parents[3]


def test_point_2_a_clock_more_than_a_second_off_the_brokers_stops_the_process() -> None:
    guard = ClockGuard(Connection.to("127.0.0.1:1"))
    guard.compare(10_000, 10_003, 10_008)
    assert guard.problem() is None
    guard.compare(10_000, 11_007, 10_008)  # a second less a millisecond behind
    assert guard.problem() is None
    guard.compare(10_000, 11_500, 10_008)
    assert guard.difference_ms == -1_492
    assert "repair time sync" in str(guard.problem())
    guard.compare(10_000, 8_500, 10_008)
    assert guard.difference_ms == 1_500
    guard.compare(10_000, 10_001, 10_002)
    assert guard.problem() is None


def test_point_10_state_topics_compact_early_and_are_kept_for_ever() -> None:
    for topic in TOPICS:
        settings = settings_of(topic)
        if topic.name.endswith("-state"):
            assert settings["cleanup.policy"] == "compact"
            assert settings["segment.bytes"] == str(64 << 20)
            assert settings["segment.ms"] == "600000"
            assert settings["retention.ms"] == "-1"
        if topic.name.endswith("-log"):
            assert settings["cleanup.policy"] == "delete"
            assert int(settings["retention.ms"]) == 30 * 86_400_000


def test_point_17_no_core_reads_personal_data() -> None:
    cores = list((ROOT / "services").glob("*/core/**/*.py"))
    assert len(cores) > 20
    readers = [
        path.name
        for path in cores  # what is handed on unread may be named
        if re.search(r"\.personal\.(name|address|subject|text)\b|Personal\(\w", path.read_text())
    ]
    assert readers == []


def test_the_collector_is_told_that_the_state_is_large() -> None:
    import gc

    from shared.runner.memory import tune_collector

    before = gc.get_threshold()
    try:
        tune_collector()
        assert gc.get_threshold()[0] == YOUNG
    finally:
        gc.set_threshold(*before)
