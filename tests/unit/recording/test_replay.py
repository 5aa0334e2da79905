"""A recording replays to equal facts; a doctored, cut or foreign one is told apart."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.contracts.topics import POOL_LOG
from shared.log import LogRecord
from shared.runner.shard import Shard
from switchyard.cli import build
from switchyard.recording.compare import replay
from switchyard.recording.cores import CORES
from switchyard.recording.file import Recording, RecordingError, read, write
from tests.bench.story import Story, record_of


@pytest.fixture(scope="module")
def recording() -> Recording:
    """Forty interactions as the router heard and decided them, in one partition."""
    story = Story("bench", agents=20)
    shard = Shard(CORES["router"], partition=0, partitions=1, documents=story.documents)
    records: list[LogRecord] = []
    for event in list(story.commands(40, open_at_once=5)):
        records.append(record_of(event, len(records)))
        for output in shard.take([records[-1]]).outputs:
            headers = dict(output.headers)
            records.append(
                LogRecord(
                    POOL_LOG,
                    0,
                    len(records),
                    headers["kind"].decode(),
                    "router",
                    int(headers["at"]),
                    output.key.decode(),
                    output.value,
                    headers["src"].decode(),
                )
            )
    return Recording("router", POOL_LOG, 1, [story.content], records)


@pytest.mark.parametrize("batch_size", [1, 3, 500])
def test_r7_the_facts_are_equal_whatever_the_batches(recording: Recording, batch_size: int) -> None:
    again = replay(recording, CORES["router"], batch_size=batch_size)
    assert again.equal, again.first_difference
    assert again.recorded == again.derived > 100


def test_r7_a_fact_that_was_changed_is_found_and_shown(recording: Recording) -> None:
    doctored = [
        LogRecord(
            r.topic,
            r.partition,
            r.offset,
            r.kind,
            r.by,
            r.at_ms,
            r.key,
            r.value.replace(b'"attempt":1', b'"attempt":9'),
            r.source,
        )
        for r in recording.records
    ]
    broken = Recording("router", POOL_LOG, 1, recording.documents, doctored)
    again = replay(broken, CORES["router"])
    assert not again.equal
    assert again.first_difference is not None
    assert '"attempt":9' in again.first_difference


def test_r7_a_fact_that_is_missing_is_found(recording: Recording) -> None:
    kept = [r for r in recording.records if not (r.source and r.kind == "interaction_assigned")]
    again = replay(Recording("router", POOL_LOG, 1, recording.documents, kept), CORES["router"])
    assert not again.equal
    assert again.recorded < again.derived


def test_a_fact_written_twice_by_a_crash_counts_once(recording: Recording) -> None:
    fact = next(r for r in recording.records if r.source)
    twice = [*recording.records, fact]
    assert replay(
        Recording("router", POOL_LOG, 1, recording.documents, twice), CORES["router"]
    ).equal


def test_the_file_gives_back_what_was_written(recording: Recording, tmp_path: Path) -> None:
    unreadable = LogRecord(POOL_LOG, 0, 10_000, "", "", 0, None, b"\xff\x00")
    whole = Recording("router", POOL_LOG, 1, recording.documents, [*recording.records, unreadable])
    write(whole, tmp_path / "day.log")
    assert read(tmp_path / "day.log") == whole


def test_the_commands_exit_code_tells_equal_from_different(
    recording: Recording, tmp_path: Path
) -> None:
    write(recording, tmp_path / "day.log")
    equal = CliRunner().invoke(build(), ["replay", str(tmp_path / "day.log")])
    assert (equal.exit_code, "equal" in equal.output) == (0, True)
    write(Recording("router", POOL_LOG, 1, recording.documents, recording.records[:-1]),
          tmp_path / "less.log")  # fmt: skip
    different = CliRunner().invoke(build(), ["replay", str(tmp_path / "less.log")])
    assert (different.exit_code, "different" in different.output) == (1, True)


def test_a_file_that_is_cut_or_no_recording_is_refused(
    recording: Recording, tmp_path: Path
) -> None:
    path = tmp_path / "day.log"
    write(recording, path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(RecordingError, match="EOFError"):
        read(path)
    path.write_text("hello")
    with pytest.raises(RecordingError):
        read(path)
