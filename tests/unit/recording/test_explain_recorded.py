"""A recording answers why an interaction was where it was, at any time in it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.contracts.event import Event
from shared.contracts.interactions import TransferRequested
from shared.contracts.routing import InteractionClosed, OfferMade
from shared.contracts.topics import POOL_LOG
from shared.log import LogRecord
from shared.runner.shard import Shard
from switchyard.cli import build
from switchyard.recording.cores import CORES
from switchyard.recording.explain import NotInRecordingError, explain_recorded
from switchyard.recording.file import Recording, write
from tests.bench.story import Story, record_of


def records_of(story: Story, commands: Iterator[Event]) -> list[LogRecord]:
    """The log of one partition: each command, then the facts that it led to."""
    shard = Shard(CORES["router"], partition=0, partitions=1, documents=story.documents)
    records: list[LogRecord] = []
    for event in list(commands):
        records.append(record_of(event, len(records)))
        for output in shard.take([records[-1]]).outputs:
            told = {name: value.decode() for name, value in output.headers}
            place = (POOL_LOG, 0, len(records), told["kind"], "router", int(told["at"]))
            records.append(LogRecord(*place, output.key.decode(), output.value, told["src"]))
    return records


@pytest.fixture(scope="module")
def recording() -> Recording:
    story = Story("bench", agents=20)
    return Recording(
        "router",
        POOL_LOG,
        1,
        [story.content],
        records_of(story, story.commands(40, open_at_once=5)),
    )


def facts(recording: Recording, kind: str) -> list[Event]:
    return [it.event() for it in recording.records if it.kind == kind]


def test_at_an_offer_the_answer_is_the_reason_that_the_offer_gave(recording: Recording) -> None:
    for offer in facts(recording, "offer_made"):
        assert isinstance(offer, OfferMade)
        told = explain_recorded(recording, offer.interaction_id, at_ms=offer.at_ms)
        assert (told.state, told.agent_id) == ("offered", offer.agent_id)
        assert (told.winner, told.runner_up) == (offer.why.chosen, offer.why.runner_up)
        assert told.at_ms == offer.at_ms


def test_at_the_end_it_says_how_it_ended(recording: Recording) -> None:
    closed = facts(recording, "interaction_closed")[0]
    assert isinstance(closed, InteractionClosed)
    assert explain_recorded(recording, closed.interaction_id).state == "closed"


def test_what_was_not_yet_known_then_is_refused(recording: Recording) -> None:
    first = recording.records[0].at_ms
    with pytest.raises(NotInRecordingError, match="has no interaction bench:0"):
        explain_recorded(recording, "bench:0", at_ms=first)
    with pytest.raises(NotInRecordingError, match="not configured"):
        explain_recorded(recording, "elsewhere:0")


def test_a_recording_of_another_service_is_refused(recording: Recording) -> None:
    other = Recording("notifier", recording.log, 1, recording.documents, recording.records)
    with pytest.raises(NotInRecordingError, match="of the notifier"):
        explain_recorded(other, "bench:0")


def test_one_that_left_for_a_pool_without_configuration_is_not_found_there() -> None:
    story = Story("bench", agents=1)

    def commands() -> Iterator[Event]:
        yield from story.beginning()
        yield story.received(0)
        yield story.event(
            TransferRequested, event_id="t", interaction_id="bench:0", to_pool="nowhere"
        )

    left = Recording("router", POOL_LOG, 1, [story.content], records_of(story, commands()))
    with pytest.raises(NotInRecordingError, match="nowhere"):
        explain_recorded(left, "bench:0")


def test_the_command_line_asks_a_file_as_of_a_time(recording: Recording, tmp_path: Path) -> None:
    file = tmp_path / "day.gz"
    write(recording, file)
    offer = facts(recording, "offer_made")[3]
    assert isinstance(offer, OfferMade)
    at = datetime.fromtimestamp(offer.at_ms / 1000, UTC).isoformat(timespec="milliseconds")
    asked = ("explain", offer.interaction_id, "--recording", str(file))
    told = CliRunner().invoke(build(), [*asked, "--at", at, "--json"])
    assert told.exit_code == 0
    assert json.loads(told.stdout)["winner"]["agent_id"] == offer.agent_id
    plain = CliRunner().invoke(build(), [*asked, "--at", at])
    assert f"offered to agent {offer.agent_id}" in plain.stdout
    assert CliRunner().invoke(build(), [*asked, "--at", "yesterday"]).exit_code == 2
    assert CliRunner().invoke(build(), [*asked, "--at", "2001-01-01T00:00Z"]).exit_code == 1
