"""A token bucket gives what it holds and fills at its rate."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.adapters.answers import RememberedAnswers
from services.gateway.adapters.limits import RateLimits, TokenBucket
from services.gateway.adapters.problems import Problem


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = TokenBucket(per_s=2.0, burst=3, now_s=0.0)

    assert [bucket.take(0.0) for _ in range(4)] == [0, 0, 0, 1]
    assert bucket.take(0.5) == 0
    assert bucket.take(0.5) == 1


def test_the_wait_that_is_told_is_long_enough() -> None:
    bucket = TokenBucket(per_s=0.1, burst=1, now_s=0.0)
    bucket.take(0.0)
    wait_s = bucket.take(0.0)

    assert wait_s == 10
    assert bucket.take(float(wait_s)) == 0


@settings(max_examples=100)
@given(st.lists(st.floats(0, 5), max_size=100), st.integers(1, 10), st.floats(0.1, 10))
def test_never_more_than_burst_plus_rate_times_time(
    waits_s: list[float], burst: int, per_s: float
) -> None:
    bucket, now_s, taken = TokenBucket(per_s=per_s, burst=burst, now_s=0.0), 0.0, 0
    for wait_s in waits_s:
        now_s += wait_s
        taken += not bucket.take(now_s)
        assert taken <= burst + per_s * now_s + 1e-6


def test_a_clock_that_steps_back_gives_nothing_for_free() -> None:
    bucket = TokenBucket(per_s=1.0, burst=1, now_s=100.0)
    bucket.take(100.0)

    assert bucket.take(0.0) == 1
    assert bucket.take(1.0) == 0


def test_a_key_may_have_its_own_rate() -> None:
    rates = RateLimits(per_s=1.0, burst=1)

    assert [rates.take("own", 2.0, 0.0) for _ in range(5)] == [0, 0, 0, 0, 1]
    assert [rates.take("common", None, 0.0) for _ in range(2)] == [0, 1]


def test_remembered_answers_are_bounded_in_number_and_time() -> None:
    answers = RememberedAnswers(most=2, kept_s=10.0)
    first = answers.ask("a", "body", 0.0)
    assert answers.ask("a", "body", 9.9) is first
    assert answers.ask("a", "other body", 10.0) is not first, "its time is over"
    for event_id in "bc":
        answers.ask(event_id, "body", 10.0)
    answers.ask("a", "third body", 10.0)

    with pytest.raises(Problem) as problem:
        answers.ask("a", "body", 10.0)
    assert problem.value.code == "idempotency_key_reused"
