"""What is kept of a history once it was judged: small enough to travel between processes."""

import gc
from collections import Counter
from dataclasses import dataclass, field

from switchyard.report.verdict import Verdict
from tests.simulation.histories import History, play
from tests.simulation.oracle.judge import judge

# Faults that make up a history; the many small ones of the network come on top of them.
LEAST_FAULTS, LEAST_KINDS, LEAST_INTERACTIONS, LEAST_POOLS = 5, 3, 200, 3


@dataclass(slots=True)
class Result:
    """`exercised`: per invariant, how often it could have been broken. `broken`: what was.

    `behaviour`: what the router was seen to do, and how often.
    """

    seed: int
    interactions: int
    pools: int
    faults: Counter[str]
    exercised: Counter[str]
    noticed: Counter[str]
    behaviour: Counter[str]
    broken: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def poor(self) -> str | None:
        """Why this history does not count as one; None: it is rich enough."""
        kinds = len(self.faults)
        enough = (
            self.interactions >= LEAST_INTERACTIONS
            and self.pools >= LEAST_POOLS
            and self.faults.total() >= LEAST_FAULTS
            and kinds >= LEAST_KINDS
        )
        if enough:
            return None
        return f"{self.interactions} interactions, {self.pools} pools, {dict(self.faults)}"


def result_of(history: History, verdicts: list[Verdict]) -> Result:
    return Result(
        seed=history.seed,
        interactions=history.customers.arrived,
        pools=len(history.world.centre.pools),
        faults=history.world.story.faults,
        exercised=Counter({it.name: it.exercised for it in verdicts}),
        noticed=history.world.story.exercised,
        behaviour=+history.world.story.behaviour,
        broken={it.name: it.evidence for it in verdicts if it.violations},
    )


def _played(seed: int) -> Result:
    history = play(seed)
    return result_of(history, judge(history))


def run(seed: int) -> Result:
    """Play one history and judge it, without the cycle collector: it finds little, and late."""
    on = gc.isenabled()
    gc.disable()
    try:
        return _played(seed)
    finally:  # the history is garbage by now: while somebody holds it, it would grow old and stay
        if on:
            gc.enable()
            gc.collect(1)
