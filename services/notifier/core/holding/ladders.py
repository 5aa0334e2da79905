"""How many messages an address takes in a while: rungs, from the shortest time to the longest.

Source: GoAlert, `engine/message/throttle.go`: a rung is never exceeded, and what a longer rung
allows beyond the one before it is spread evenly over the rest of its time, counted from the oldest
message in it. So a burst leaves at once, and a long storm does not use up three hours in one.
"""

from collections.abc import Sequence

from services.notifier.core.holding.recent import REMEMBERED_MS, Recent
from shared.contracts.people import Rung


def free_at_ms(rungs: Sequence[Rung], recent: Recent, now: int, *, urgent: bool) -> int:
    """When the next message may leave, as far as is known now; `now` if it may at once.

    Args:
        urgent: whether it may take the place of every rung that is kept for what is urgent. A rung
            of one message has no place to keep.
    """
    at_ms, before = now, (0, 0)
    for length_ms, most in sorted(
        (_length_ms(rung), _places(rung, urgent=urgent)) for rung in rungs
    ):
        at_ms = max(at_ms, _free_on(length_ms, most, before, recent.after(now - length_ms)))
        before = (length_ms, most)
    return at_ms


def _free_on(length_ms: int, most: int, before: tuple[int, int], tries: Sequence[int]) -> int:
    """When a rung has a place, with `tries` in its time; 0 if it has one.

    Args:
        before: length (ms) and places of the next shorter rung.
    """
    if len(tries) >= most:
        return tries[-most] + length_ms
    shorter_ms, burst = before
    over = len(tries) - burst
    if burst == 0 or over < 0:
        return 0  # the first rung, or the burst that the one before this allows in whole
    step_ms = -(-over * (length_ms - shorter_ms) // (most - burst))  # most > len(tries) >= burst
    return tries[0] + shorter_ms + step_ms


def _places(rung: Rung, *, urgent: bool) -> int:
    return rung.most if urgent else max(rung.most - 1, 1)


def _length_ms(rung: Rung) -> int:
    return min(rung.within_s * 1000, REMEMBERED_MS)
