"""A made-up month, everywhere: the router against a plain floor, decision by decision."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases.bank import synthetic
from tests.cases.bank.month import Month, read
from tests.cases.bank.order import Score, ask, moments
from tests.cases.bank.replay import Replay

Made = Callable[[int], Month]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The month of a floor that gives those with priority a credit of so many seconds."""

    def make(credit_s: int) -> Month:
        folder = tmp_path_factory.mktemp("month")
        synthetic.write(folder, credit_s=credit_s)
        return read(folder)

    return make


def test_equal_arguments_make_equal_files(tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        synthetic.write(tmp_path / name, credit_s=90)
        files.append({it.name: it.read_bytes() for it in (tmp_path / name).iterdir()})
    assert files[0] == files[1]
    assert sorted(files[0]) == ["agents.csv", "calls.csv", "staffed.csv", "truth.json"]


@pytest.mark.parametrize("credit_s", [0, 90])
def test_the_router_agrees_with_every_choice_of_a_floor_that_has_its_credit(
    made: Made, credit_s: int
) -> None:
    found = list(moments(made(credit_s), "PS"))
    other = 90 - credit_s
    assert len(found) > 150
    assert ask(found, "PS", credit_s) == Score(len(found), len(found))
    assert ask(found, "PS", other).percent < 90


@pytest.mark.parametrize("credit_s", [0, 90])
def test_a_day_replayed_is_the_day_of_the_floor_call_by_call(made: Made, credit_s: int) -> None:
    month = made(credit_s)
    run = Replay(month, credit_s).run()
    were = {it.number: (it.agent, it.waited_s * 1000) for it in month.calls if it.answered}
    assert {it: (name, run.waited_ms[it]) for it, name in run.taken_by.items()} == were
    assert run.hung_up == {it.number for it in month.calls if not it.answered}


def test_the_credit_turns_round_who_waits_longer(made: Made) -> None:
    month = made(90)
    for credit_s in (90, 0):
        run = Replay(month, credit_s).run()
        assert (run.waits(2).answer_s < run.waits(1).answer_s) is (credit_s == 90)


def test_a_call_in_english_only_goes_to_who_speaks_it(made: Made) -> None:
    month = made(90)
    run = Replay(month, credit_s=0).run()
    taken = {
        run.taken_by[it.number] for it in month.calls if it.english and it.number in run.taken_by
    }
    assert taken == synthetic.ENGLISH
