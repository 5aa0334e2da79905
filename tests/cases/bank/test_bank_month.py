"""The real month of the bank: the figures that are known of it must come out of the router."""

from pathlib import Path

import pytest

from tests.cases.bank.month import FOLDER, Month, read
from tests.cases.bank.order import ask, moments
from tests.cases.bank.replay import Replay, Waits

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def month(data_sets: Path) -> Month:
    return read(data_sets / FOLDER)


@pytest.fixture(scope="module")
def with_credit(month: Month) -> Replay:
    return Replay(month, credit_s=90).run()


@pytest.fixture(scope="module")
def without_credit(month: Month) -> Replay:
    return Replay(month, credit_s=0).run()


def test_the_month_is_read_as_its_figures_tell_it(month: Month) -> None:
    answered = [it for it in month.calls if it.answered]
    waited_s = sum(it.waited_s for it in answered)
    expected = month.truth["all"]
    assert len(month.calls) == expected["offered_to_agents"]
    assert len(answered) == expected["answered"]
    assert round(waited_s / len(answered), 1) == expected["asa_s_all_answered"]


@pytest.mark.parametrize("credit_s", [0, 60, 90, 120])
@pytest.mark.parametrize("service", ["PS", "NE"])
def test_the_credit_explains_the_switch_s_choices_as_often_as_is_known(
    month: Month, service: str, credit_s: int
) -> None:
    expected = month.truth["order_test"][service]
    found = ask(list(moments(month, service)), service, credit_s)
    assert found.moments == expected["n"]
    assert round(found.percent / 100, 4) == expected[f"credit_{credit_s}"]


@pytest.mark.parametrize("credit_s", [0, 90])
@pytest.mark.parametrize("service", ["NW", "IN"])
def test_where_nobody_has_priority_who_came_first_is_served_first(
    month: Month, service: str, credit_s: int
) -> None:
    expected = month.truth["order_test"][service]
    found = ask(list(moments(month, service)), service, credit_s)
    assert found.moments == expected["n"]
    assert round(found.percent / 100, 4) == expected["credit_any"]


def test_a_call_in_english_only_goes_to_who_speaks_it(month: Month, with_credit: Replay) -> None:
    speakers = {it.name for it in month.agents if it.english}
    taken = [with_credit.taken_by.get(it.number) for it in month.calls if it.english]
    answered = [name for name in taken if name is not None]
    assert speakers == {"A04", "A05", "A07", "A10", "A24", "A28"}
    assert len(answered) > 80
    assert set(answered) <= speakers


def near(found: Waits, reference: dict[str, float], suffix: str = "") -> None:
    """Within 2 points of calls given up, and 8 s of the mean speed of answer."""
    abandoned = "ab" if suffix else "abandon"
    assert abs(found.abandoned_percent - 100 * reference[abandoned + suffix]) <= 2
    assert abs(found.answer_s - reference["asa" + suffix]) <= 8


def compare(run: Replay, reference: dict[str, float]) -> None:
    near(run.waits(), reference)
    near(run.waits(1), reference, "_p1")
    near(run.waits(2), reference, "_p2")


def test_the_month_replayed_waits_as_the_reference_does(month: Month, with_credit: Replay) -> None:
    compare(with_credit, month.truth["reference_replay"]["credit_90"])
    assert with_credit.waits(2).answer_s < with_credit.waits(1).answer_s


def test_without_the_credit_it_is_those_with_priority_who_wait_longer(
    month: Month, without_credit: Replay
) -> None:
    compare(without_credit, month.truth["reference_replay"]["credit_0"])
    assert without_credit.waits(2).answer_s > without_credit.waits(1).answer_s
