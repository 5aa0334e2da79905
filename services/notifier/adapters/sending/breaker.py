"""A circuit breaker for one provider: it rests after failures, is probed, and is well again.

Pure: the time is an argument, in seconds of a clock that cannot jump. Libraries' defaults need
hundreds of calls in a window and never open at a notifier's volumes, so the numbers are ours:

| | |
|---|---|
| opens | after 5 failures in a row, or when half of the last 20 in 60 s failed, of 6 at least |
| rests | 30 s, doubled each time up to 5 min, +-20 % by a hash, so that a crowd does not stay one |
| probes | one at a time; 2 good ones close it, a bad one opens it again |
| priority 0 | always passes, and counts as a probe |

A failure is `transient` or `unknown`. An answer that refuses shows that the provider works; one
that asks us to wait (`throttled`) says nothing, and neither does what was never written.
"""

from collections import deque
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

from shared.contracts.words import AttemptOutcome

IN_A_ROW = 5
WINDOW, WINDOW_S, LEAST = 20, 60.0, 6
FIRST_REST_S, LONGEST_REST_S = 30.0, 300.0
GOOD_TO_CLOSE = 2
PROBE_S = 30.0  # a probe of which nothing was heard by then holds up no other; a lease is as long
ASK_AGAIN_S = 5.0  # while a probe is on its way: most have their answer by then
_URGENT = 0
_BAD: frozenset[AttemptOutcome] = frozenset({"transient", "unknown"})
_SAYS_NOTHING: frozenset[AttemptOutcome] = frozenset(
    {"throttled", "blocked", "not_sent", "config"}  # the last: see set_ups.py
)

Phase = Literal["well", "resting", "probing"]


@dataclass(frozen=True, slots=True)
class Pass:
    """Permission to write one message. `epoch`: results of an older one come too late to count."""

    epoch: int
    probe: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    wait_s: float  # until it may be worth asking again; > 0


@dataclass(frozen=True, slots=True)
class Kept:
    """What a restart must know, so that it does not hammer at a provider that rests."""

    rests: int
    left_s: float  # of the rest; 0: it is being probed


@dataclass(slots=True)
class Breaker:
    """`name` makes the length of its rests its own."""

    name: str
    phase: Phase = "well"
    rests: int = 0  # in a row, the one under way included
    epoch: int = 0  # grows when it opens and when it closes
    until_s: float = 0.0  # the end of the rest
    _recent: deque[tuple[float, bool]] = field(default_factory=lambda: deque(maxlen=WINDOW))
    _bad_in_a_row: int = 0
    _good_probes: int = 0
    _probe_until_s: float | None = None  # one is on its way
    _well_since_s: float = float("-inf")

    @classmethod
    def restored(cls, name: str, kept: Kept, now_s: float) -> "Breaker":
        left_s = min(max(kept.left_s, 0.0), 1.2 * LONGEST_REST_S)
        return cls(name, phase="resting", rests=max(kept.rests, 1), epoch=1, until_s=now_s + left_s)

    def kept(self, now_s: float) -> Kept | None:
        """None: it is well, and nothing need be kept."""
        if self.phase == "well":
            return None
        return Kept(self.rests, max(0.0, self.until_s - now_s))

    def look(self, now_s: float, priority: int) -> Blocked | None:
        """What `ask` would answer, without taking the place of the probe; None: a pass."""
        if self.phase == "well" or priority <= _URGENT:
            return None
        if self.phase == "resting" and now_s < self.until_s:
            return Blocked(self.until_s - now_s)
        if self._probe_until_s is not None and now_s < self._probe_until_s:
            return Blocked(min(self._probe_until_s - now_s, ASK_AGAIN_S))
        return None

    def ask(self, now_s: float, priority: int) -> Pass | Blocked:
        """Whether a message of this priority may be written. A pass must be told what came of it.

        Args:
            now_s: never goes back.
        """
        blocked = self.look(now_s, priority)
        if blocked is not None:
            return blocked
        if self.phase == "well":
            return Pass(self.epoch)
        if now_s >= self.until_s and self._free(now_s):
            self.phase = "probing"
            self._probe_until_s = now_s + PROBE_S
            return Pass(self.epoch, probe=True)
        return Pass(self.epoch)  # urgent: though it rests, or another probe is on its way

    def tell(self, now_s: float, granted: Pass, outcome: AttemptOutcome) -> None:
        """What came of a message that had a pass."""
        if granted.epoch != self.epoch:
            return  # it left before the breaker opened or closed
        if granted.probe:
            self._probe_until_s = None
        if outcome in _SAYS_NOTHING:
            return
        good = outcome not in _BAD
        if self.phase == "well":
            self._count(now_s, good=good)
        elif good:
            self._good_probe(now_s)
        elif self.phase == "probing":
            self._open(now_s)
        # A bad one of an urgent message during a rest says what is known; the rest goes on.

    def _free(self, now_s: float) -> bool:
        return self._probe_until_s is None or now_s >= self._probe_until_s

    def _count(self, now_s: float, *, good: bool) -> None:
        self._bad_in_a_row = 0 if good else self._bad_in_a_row + 1
        self._recent.append((now_s, good))
        lately = [it for at_s, it in self._recent if at_s > now_s - WINDOW_S]
        half = len(lately) >= LEAST and 2 * lately.count(False) >= len(lately)
        if not good and (self._bad_in_a_row >= IN_A_ROW or half):
            if now_s - self._well_since_s > LONGEST_REST_S:
                self.rests = 0  # it had been well for long: this is another trouble
            self._open(now_s)

    def _good_probe(self, now_s: float) -> None:
        self._good_probes += 1
        if self._good_probes >= GOOD_TO_CLOSE:
            self.phase, self._well_since_s = "well", now_s
            self._begin_epoch()
        else:
            self.phase, self.until_s = "probing", now_s  # an urgent one may have ended the rest

    def _open(self, now_s: float) -> None:
        self.rests += 1
        self.phase, self.until_s = "resting", now_s + rest_s(self.name, self.rests)
        self._begin_epoch()

    def _begin_epoch(self) -> None:
        self.epoch += 1
        self._recent.clear()
        self._bad_in_a_row = self._good_probes = 0
        self._probe_until_s = None


def rest_s(name: str, rests: int) -> float:
    """How long the rest of this number is, 1 for the first; 24 to 360 s."""
    planned_s = min(FIRST_REST_S * 2.0 ** min(rests - 1, 10), LONGEST_REST_S)
    digest = blake2b(f"{name}/{rests}".encode(), digest_size=2).digest()
    return planned_s * (0.8 + 0.4 * int.from_bytes(digest) / 0xFFFF)
