"""The heap of deadlines: one instant per key, bounded, in a total order."""

from services.escalation.core.timers import Timers


def test_the_earliest_comes_first_and_keys_break_ties() -> None:
    timers = Timers()
    for key, at in (("b", 5), ("a", 5), ("c", 9)):
        timers.set(key, at)
    assert timers.first() == (5, "a")


def test_a_key_wakes_at_its_last_instant_only() -> None:
    timers = Timers()
    timers.set("a", 5)
    timers.set("a", 9)
    assert timers.first() == (9, "a")
    timers.set("a", None)
    assert timers.first() is None


def test_removed_timers_do_not_pile_up() -> None:
    timers = Timers()
    timers.set("first", 0)
    for number in range(10_000):
        timers.set(f"k{number}", 10 + number)
        timers.set(f"k{number}", None)
    assert len(timers) == 1
    assert timers.entries() < 100
