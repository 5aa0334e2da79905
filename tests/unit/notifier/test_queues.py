"""Whose turn it is at a provider."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.adapters.sending.buckets import Rate
from services.notifier.adapters.sending.line import Line, Order, Ticket
from services.notifier.adapters.sending.rates import NO_RATES, Rates

SLACK = Rates(address=(Rate(3, 3.0),))


class Counting(list[tuple[Order, str]]):
    """Counts how often somebody looks at its head."""

    looks = 0

    def __getitem__(self, index: Any) -> Any:
        self.looks += 1
        return super().__getitem__(index)


def line(rates: Rates = NO_RATES) -> Line[str]:
    return Line(rates)


def join(
    queue: Line[str], item: str, priority: int = 4, at_ms: int = 0, address: str = "a"
) -> Ticket[str]:
    return queue.join(item, priority=priority, at_ms=at_ms, address=address, now_s=0.0)


def served(queue: Line[str], now_s: float = 0.0) -> Iterator[str]:
    while isinstance(ticket := queue.next(now_s), Ticket):
        yield ticket.item


def test_the_urgent_go_first_then_the_older_lease_then_who_came_first() -> None:
    queue = line()
    join(queue, "digest", 9, 1)
    join(queue, "update 2", 4, 7)
    join(queue, "update 1", 4, 3)
    join(queue, "update 1, too", 4, 3)
    join(queue, "page", 0, 9)
    assert list(served(queue)) == ["page", "update 1", "update 1, too", "update 2", "digest"]


def test_an_address_that_had_its_share_holds_up_nobody_behind_it() -> None:
    queue = line(SLACK)
    for number in range(4):
        join(queue, f"busy {number}", address="busy")
    join(queue, "calm", priority=9, address="calm")
    assert list(served(queue)) == ["busy 0", "busy 1", "calm"]  # one token is kept
    wait_s = queue.next(0.0)
    assert wait_s == pytest.approx(3.0)
    assert list(served(queue, 3.0)) == ["busy 2", "busy 3"]


def test_an_urgent_one_takes_the_token_that_was_kept_though_others_wait() -> None:
    queue = line(SLACK)
    for number in range(4):
        join(queue, f"update {number}")
    assert len(list(served(queue))) == 2
    join(queue, "recovery", priority=1)
    assert list(served(queue)) == ["recovery"]


def test_who_left_is_not_served_and_holds_up_nobody() -> None:
    queue = line()
    first = join(queue, "superseded")
    join(queue, "newer")
    queue.leave(first)
    queue.leave(first)
    assert len(queue) == 1
    assert list(served(queue)) == ["newer"]


def test_the_wait_that_is_foretold_counts_who_is_ahead_and_not_who_is_behind() -> None:
    queue = line(Rates(provider=(Rate(1, 1.0),)))
    for number in range(5):
        join(queue, str(number), priority=4)
    assert queue.wait(0.0, priority=4, address="b").seconds == pytest.approx(5.0)
    assert queue.wait(0.0, priority=0, address="b").seconds == 0


def test_what_a_provider_asked_for_one_address_holds_for_that_one() -> None:
    queue = line(SLACK)
    queue.put_off("busy", 0.0, 30.0)
    assert queue.wait(0.0, priority=0, address="busy").seconds == pytest.approx(30.0)
    assert queue.wait(0.0, priority=0, address="calm").seconds == 0


def test_what_one_turn_costs_does_not_grow_with_who_waits() -> None:
    looked_at = []
    for count in (100, 1_600):
        queue = line()
        for number in range(count):
            join(queue, str(number), address=str(number % 3), priority=number % 10)
        counted = Counting(queue._ready)
        queue._ready = counted
        assert len(list(served(queue))) == count
        looked_at.append(counted.looks / count)
    assert looked_at[1] < 2 * looked_at[0]


def test_addresses_that_nobody_waits_for_are_forgotten() -> None:
    queue = line()
    for number in range(5_000):
        queue.join("", priority=4, at_ms=0, address=str(number), now_s=0.0)
        assert list(served(queue)) == [""]
    assert len(queue._addresses) <= 1_000


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.booleans()), min_size=1, max_size=60
    ),
    st.sampled_from([NO_RATES, SLACK, Rates(provider=(Rate(2, 1.0),), address=(Rate(1, 1.0),))]),
)
def test_everybody_who_stays_is_served_once_and_in_order_within_his_address(
    comers: list[tuple[str, int, bool]], rates: Rates
) -> None:
    queue, now_s = line(rates), 0.0
    tickets = [
        queue.join(str(number), priority=priority, at_ms=0, address=address, now_s=0.0)
        for number, (address, priority, _) in enumerate(comers)
    ]
    for ticket, (_, _, leaves) in zip(tickets, comers, strict=True):
        if leaves:
            queue.leave(ticket)
    got: list[Ticket[str]] = []
    while (following := queue.next(now_s)) is not None:
        if isinstance(following, float):
            assert following > 0
            now_s += following
        else:
            got.append(following)
    stayed = [it for it, (_, _, leaves) in zip(tickets, comers, strict=True) if not leaves]
    assert sorted(it.item for it in got) == sorted(it.item for it in stayed)
    for address in "abc":
        orders = [it.order for it in got if it.address == address]
        assert orders == sorted(orders)
    assert len(queue) == 0
