"""How fast a provider is written to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.adapters.sending.buckets import Limiter, Rate
from services.notifier.adapters.sending.budget import LIVES_S, RetryBudget
from services.notifier.adapters.sending.rates import BY_METHOD, Rates, rates_of

TEAMS = (Rate(4, 1.0), Rate(60, 30.0))


def test_a_burst_goes_at_once_and_then_the_rate_holds() -> None:
    limiter = Limiter.of((Rate(3, 3.0),))
    for _ in range(3):
        assert limiter.wait_s(0.0, 0) == 0
        limiter.take(0.0)
    assert limiter.wait_s(1.0, 0) == pytest.approx(2.0)
    assert limiter.wait_s(1.0, 0, number=4) == pytest.approx(5.0)
    assert limiter.wait_s(3.0, 0) == 0


def test_one_token_is_kept_for_the_urgent() -> None:
    limiter = Limiter.of((Rate(3, 3.0),))
    limiter.take(0.0)
    limiter.take(0.0)
    assert limiter.wait_s(0.0, 4) > 0
    assert limiter.wait_s(0.0, 1) == 0


def test_where_one_token_is_all_there_is_everybody_may_take_it() -> None:
    limiter = Limiter.of((Rate(1, 1.2),))
    assert limiter.wait_s(0.0, 9) == 0


def test_of_several_rates_the_slowest_holds() -> None:
    limiter = Limiter.of(TEAMS)
    now_s = 0.0
    for _ in range(60):
        now_s += limiter.wait_s(now_s, 0)
        limiter.take(now_s)
    assert now_s == pytest.approx(14.0)  # four at once each second
    assert limiter.wait_s(now_s, 0) == pytest.approx(16.0)


def test_a_wait_that_the_provider_asked_for_holds_also_for_the_urgent() -> None:
    limiter = Limiter.of((Rate(3, 3.0),))
    limiter.hold(30.0)
    assert limiter.wait_s(0.0, 0) == pytest.approx(30.0)
    assert limiter.wait_s(30.0, 0) == pytest.approx(0.0, abs=1e-6)
    limiter.hold(10.0)  # a later answer that asks for less shortens nothing
    assert limiter.wait_s(0.0, 0) == pytest.approx(30.0)


@given(
    st.lists(st.tuples(st.floats(0, 3), st.integers(0, 9)), max_size=80),
    st.sampled_from([TEAMS, (Rate(1, 1.2),), (Rate(3, 3.0),)]),
)
def test_in_no_stretch_of_time_more_leave_than_the_rate_says(
    asked: list[tuple[float, int]], rates: tuple[Rate, ...]
) -> None:
    limiter, now_s, left = Limiter.of(rates), 0.0, list[float]()
    for pause_s, priority in asked:
        now_s += pause_s
        now_s += limiter.wait_s(now_s, priority)
        assert limiter.wait_s(now_s, priority) == pytest.approx(0, abs=1e-6)
        limiter.take(now_s)
        left.append(now_s)
    for rate in rates:
        for first, begun_s in enumerate(left):
            stretch = [it for it in left[first:] if it < begun_s + rate.within_s - 1e-3]
            assert len(stretch) <= rate.most


def test_retries_have_one_a_second_and_a_fifth_of_the_first_tries() -> None:
    budget = RetryBudget()
    for _ in range(50):
        budget.first(0.0)
    spent = 0
    while budget.wait_s(0.0) == 0:
        budget.spend(0.0)
        spent += 1
    assert spent == 20  # 10 s at 1 a second, and a fifth of 50
    assert budget.wait_s(0.0) == pytest.approx(LIVES_S)
    assert budget.wait_s(LIVES_S) == 0


def test_an_operator_says_other_rates_in_one_line() -> None:
    table = rates_of("sms 10/1, sms 100/60, slack@ 1/1, email 50/10, zoom -")
    assert table["sms"] == Rates(provider=(Rate(10, 1.0), Rate(100, 60.0)))
    assert table["slack"] == Rates(address=(Rate(1, 1.0),))
    assert table["email"] == Rates(provider=(Rate(50, 10.0),))
    assert table["zoom"] == Rates()
    assert table["teams"] == BY_METHOD["teams"]
    assert rates_of("") == dict(BY_METHOD)


@pytest.mark.parametrize("text", ["sms", "sms ten/1", "sms 1", "sms 0/1", "sms 1/0", "sms 1/nan"])
def test_a_rate_that_is_none_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(ValueError, match="sms"):
        rates_of(text)
