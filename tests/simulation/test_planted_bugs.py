"""Each planted bug is found, and the story leads to it."""

import pytest

from tests.simulation.histories import play
from tests.simulation.oracle.judge import judge
from tests.simulation.planted import PLANTED, planted, what
from tests.simulation.runs import find_all
from tests.simulation.telling import story
from tests.simulation.test_histories import digest_of

MOST_SEEDS = 1_000


@pytest.mark.timeout(1800)
def test_each_planted_bug_is_found_within_a_thousand_seeds(closing_lines: list[str]) -> None:
    assert len(PLANTED) >= 10
    missed = []
    for bug, found in find_all(PLANTED, MOST_SEEDS):
        if found is None:
            missed.append(bug)
            continue
        seeds, result = found
        by = ", ".join(sorted(result.broken))
        closing_lines.append(f"planted {bug}: found after {seeds} seeds by {by}")
    assert missed == []


def test_nothing_stays_of_a_planted_bug() -> None:
    # given
    before = digest_of(7)
    # when: each is planted and dug out again
    for bug in PLANTED:
        assert what(bug)
        with planted(bug):
            pass
    # then
    assert digest_of(7) == before


def test_the_story_of_a_broken_history_leads_to_what_broke() -> None:
    # given: a bug that the first history shows
    with planted("age_lost"):
        history = play(0)
        verdicts = judge(history)
    # when
    told = "\n".join(story(history, verdicts))
    # then: setting, faults, every invariant, and the way of the interaction
    offender = next(it.evidence[0] for it in verdicts if it.name == "kept")
    subject = offender.split(": ")[0]
    assert "History 0: begins" in told
    assert "[crash]" in told or "[clock step]" in told
    assert f"! {offender}" in told
    assert f"The way of {subject}:" in told
    assert "It waits again" in told.split(f"The way of {subject}:")[1]
