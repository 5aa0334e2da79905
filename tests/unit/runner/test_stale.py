"""Point 11: what arrives after its id may have been forgotten is put aside, never made anew."""

from services.router.core import router_core
from shared.contracts.interactions import InteractionReceived
from shared.contracts.system import Tick
from shared.contracts.topics import DEAD_LETTERS
from shared.runner.shard import Outcome, Shard
from tests.bench.story import T0, Story, record_of

DAY_MS = 86_400_000


def _after(hours: int) -> Outcome:
    """A contact whose record is that many hours older than the time of the log."""
    story = Story("bench", agents=3)
    shard = Shard(router_core, partition=0, partitions=1, documents=story.documents)
    events = list(story.beginning())
    old = story.received(1)
    now_ms = old.at_ms + hours * 3_600_000
    events.append(Tick(event_id="t", pool="", at_ms=now_ms, by="router"))
    shard.take([record_of(event, offset) for offset, event in enumerate(events)])
    assert isinstance(old, InteractionReceived)
    assert old.at_ms > T0
    return shard.take([record_of(old, 1_000)])


def test_point_11_an_arrival_older_than_the_dedupe_horizon_is_a_dead_letter() -> None:
    outcome = _after(hours=25)
    rejected = [fact for fact in outcome.facts if fact.kind == "event_rejected"]  # type: ignore[attr-defined]
    assert [fact.code for fact in rejected] == ["stale"]  # type: ignore[attr-defined]
    assert not [fact for fact in outcome.facts if fact.kind == "interaction_queued"]  # type: ignore[attr-defined]
    letters = [each.value for each in outcome.outputs if each.topic == DEAD_LETTERS]
    assert len(letters) == 1
    assert b'"reason":"stale"' in letters[0]


def test_point_11_within_the_horizon_a_late_record_is_taken() -> None:
    outcome = _after(hours=23)
    kinds = [fact.kind for fact in outcome.facts]  # type: ignore[attr-defined]
    assert "interaction_queued" in kinds
    assert not [each for each in outcome.outputs if each.topic == DEAD_LETTERS]
