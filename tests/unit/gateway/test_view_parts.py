"""The parts of the view keep their sums and their bounds."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.adapters.view.board import Board
from services.gateway.adapters.view.repeats import Repeats
from services.gateway.adapters.view.story import MOST_RECORDS, Story
from services.gateway.adapters.view.view import View
from services.gateway.adapters.view.waiting import WaitingLine
from shared.contracts.topics import POOL_LOG
from shared.log import LogRecord
from tests.component.gateway.house import T0, assigned, offered, queued

STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 8), st.integers(0, 50), st.sampled_from("ab")),
    max_size=200,
)


@settings(max_examples=100)
@given(STEPS)
def test_a_line_counts_and_finds_the_oldest_as_a_naive_list_does(steps: Any) -> None:
    line, naive = WaitingLine(), dict[str, tuple[int, str]]()
    for enters, number, since_ms, language in steps:
        key = str(number)
        if enters:
            line.enter(key, since_ms, language)
            naive[key] = since_ms, language
        else:
            line.leave(key)
            naive.pop(key, None)
        assert len(line) == len(naive)
        assert line.oldest_ms() == min((since for since, _ in naive.values()), default=None)
        for tag in "ab":
            assert line.by_language[tag] == sum(tag == it for _, it in naive.values())


def test_a_line_that_is_entered_again_and_again_does_not_grow() -> None:
    line = WaitingLine()
    line.enter("old", 0, "en")
    for since_ms in range(1, 10_000):
        line.enter("7", since_ms, "en")

    assert len(line._heap) < 200


def test_a_story_is_the_same_after_freezing_and_goes_on() -> None:
    story = Story()
    for number in range(3):
        story.add(b'{"n":%d,"personal":{"text":"a\\nb"}}' % number)
    before = story.read(personal=True)
    story.freeze()
    assert story.read(personal=True) == before
    story.add(b'{"n":3}')

    assert [record["n"] for record in story.read(personal=False)] == [0, 1, 2, 3]
    assert "personal" not in story.read(personal=False)[0]
    assert story.read(personal=True)[0]["personal"]["text"] == "a\nb"


def test_a_story_without_end_keeps_its_beginning_and_its_end() -> None:
    story = Story()
    for number in range(MOST_RECORDS + 100):
        story.add(b'{"n":%d}' % number)
    told = [record["n"] for record in story.read(personal=False)]

    assert (len(told), story.left_out) == (MOST_RECORDS, 100)
    assert (told[0], told[-1]) == (0, MOST_RECORDS + 99)


def fact(event: Any, source: str, partition: int = 0) -> LogRecord:
    value = event.model_dump_json().encode()
    return LogRecord(POOL_LOG, partition, 0, event.kind, "router", T0, "boston", value, source)


def test_facts_written_twice_after_a_crash_are_taken_once() -> None:
    view = View(documents={}, ended_kept=10)
    facts = [queued("boston:1"), offered("boston:1", "ana"), assigned("boston:1", "ana")]
    sources = ["router-0:5:0", "router-0:5:1", "router-0:9:0"]
    for repeat in (facts, facts[1:]):
        for event, source in zip(repeat, sources[-len(repeat) :], strict=True):
            view.apply(fact(event, source))
    known = view.interaction("boston:1")

    assert known is not None
    assert known.state == "assigned", "an old offer does not come back"
    assert len(known.story.read(personal=False)) == 3


@pytest.mark.parametrize(
    ("sources", "seen"),
    [
        (["router-0:5:0", "router-0:5:1", "router-0:6:0"], [False, False, False]),
        (["router-0:5:1", "router-0:5:0", "router-0:5:1"], [False, True, True]),
        (["router-0:9:0", "router-1:5:0", "escalation-0:5:0"], [False, False, False]),
        (["router-0:9:0", "router-0:10:0"], [False, False]),
        (["", ""], [False, False]),
    ],
)
def test_what_does_not_grow_within_a_shard_was_seen(sources: list[str], seen: list[bool]) -> None:
    repeats = Repeats()

    assert [repeats.seen(fact(queued("boston:1"), source)) for source in sources] == seen


def test_a_shards_facts_for_two_partitions_are_apart() -> None:
    repeats = Repeats()

    assert not repeats.seen(fact(queued("boston:1"), "router-0:9:0", partition=0))
    assert not repeats.seen(fact(queued("salem:1"), "router-0:5:0", partition=1))


def test_ended_interactions_are_kept_up_to_the_bound_and_the_oldest_goes_first() -> None:
    board = Board(ended_kept=3)
    waiting = board.meet("boston:w", "boston", T0)
    board.move(waiting, "waiting", T0)
    for number in range(10):
        board.move(board.meet(f"boston:{number}", "boston", T0), "closed", T0)

    assert list(board.interactions) == ["boston:w", "boston:7", "boston:8", "boston:9"]
    assert list(board.pool("boston").by_state["closed"]) == ["boston:7", "boston:8", "boston:9"]


def test_an_interaction_that_comes_back_to_life_is_not_dropped_as_ended() -> None:
    board = Board(ended_kept=1)
    again = board.meet("boston:again", "boston", T0)
    board.move(again, "rejected", T0)
    board.move(again, "waiting", T0)
    for number in range(3):
        board.move(board.meet(f"boston:{number}", "boston", T0), "closed", T0)

    assert "boston:again" in board.interactions
