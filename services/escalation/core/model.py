"""What the service remembers: per interaction its running clocks and their escalations."""

from dataclasses import dataclass, field
from typing import Literal

from shared.contracts.words import Channel, Metric

MetBy = Literal["assignment", "reply", "close"]


@dataclass(slots=True)
class Level:
    """One escalation level, frozen when the escalation opened; `after_ms` from a round's start."""

    after_ms: int
    people: tuple[str, ...]
    method: str


@dataclass(slots=True)
class Escalation:
    """One run of an escalation policy. `round` and `level` name what was paged last; 0: nothing."""

    cycle: int
    levels: tuple[Level, ...]  # by `after_ms`
    rounds: int
    round_ms: int
    opened_ms: int
    status: Literal["paging", "acknowledged", "exhausted"] = "paging"
    round: int = 0
    level: int = 0
    paged: list[str] = field(default_factory=list)  # people, each once, in order of first page
    pages: int = 0
    first_page_ms: int | None = None
    last_page_ms: int = 0

    def next_step(self) -> tuple[int, int] | None:
        """(round, level) after the last one paged; None after the last of all."""
        if self.round == 0:
            return 1, 1
        if self.level < len(self.levels):
            return self.round, self.level + 1
        return (self.round + 1, 1) if self.round < self.rounds else None

    def step_at_ms(self, round_: int, level: int) -> int:
        start = self.opened_ms + (round_ - 1) * self.round_ms
        return start + self.levels[level - 1].after_ms

    def exhausted_at_ms(self) -> int:
        """When the last level has had as long to answer as in an undisturbed run."""
        patience_ms = self.round_ms - self.levels[-1].after_ms
        return max(self.opened_ms + self.rounds * self.round_ms, self.last_page_ms + patience_ms)

    def due_step(self, now_ms: int) -> tuple[int, int] | None:
        """The step to page now, if any.

        Rounds that are wholly past are skipped: after a standstill people get the newest round's
        due levels once each, not a burst of what they missed.
        """
        step = self.next_step()
        if step is None or self.step_at_ms(*step) > now_ms:
            return None
        since_first_level_ms = now_ms - self.step_at_ms(1, 1)
        newest = min(self.rounds, since_first_level_ms // self.round_ms + 1)
        return step if step[0] >= newest else (newest, 1)

    def wakes_at_ms(self) -> int | None:
        if self.status != "paging":
            return None
        step = self.next_step()
        return self.exhausted_at_ms() if step is None else self.step_at_ms(*step)


@dataclass(slots=True)
class Clock:
    """A running clock; breached is a mark on it, not an end."""

    metric: Metric
    due_ms: int
    met_by: MetBy
    escalation_policy: str | None
    config: str  # hash of the document it started under
    breached: bool = False
    stopped: bool = False  # met or cancelled, its escalation not yet resolved
    escalation: Escalation | None = None

    def wakes_at_ms(self) -> int | None:
        """When time alone changes something: the due time, then the next page."""
        if self.stopped:
            return None
        if not self.breached:
            return self.due_ms
        return None if self.escalation is None else self.escalation.wakes_at_ms()


@dataclass(slots=True)
class Case:
    """One interaction in one pool. Without clocks it is a stub: known, and never started again.

    A shard may hold a million clocks: the key is kept once, and ids are made of it when told.
    """

    key: str  # `case/<pool>/<interaction id>`, also in the state topic
    hop: int  # transfers between pools before it came here; it numbers the clocks
    queue: str
    channel: Channel
    language: str
    clocks: list[Clock] = field(default_factory=list)  # at most one per metric
    ended_ms: int | None = None

    @property
    def pool(self) -> str:
        return self.key.split("/", 2)[1]

    @property
    def interaction_id(self) -> str:
        return self.key.split("/", 2)[2]

    @property
    def instance(self) -> int:
        return self.hop + 1

    def clock(self, metric: str) -> Clock | None:
        return next((clock for clock in self.clocks if clock.metric == metric), None)

    def clock_id(self, clock: Clock) -> str:
        return clock_id(self.interaction_id, clock.metric, self.instance)

    def wakes_at_ms(self) -> int | None:
        wakes = [at for clock in self.clocks if (at := clock.wakes_at_ms()) is not None]
        return min(wakes, default=None)


def case_key(pool: str, interaction_id: str) -> str:
    """Pool names hold no `/`, so the parts can be told apart again."""
    return f"case/{pool}/{interaction_id}"


def clock_id(interaction_id: str, metric: Metric, instance: int) -> str:
    return f"{interaction_id}#{metric}/{instance}"


@dataclass(slots=True)
class PoolConfig:
    """Under which document a pool runs."""

    pool: str
    hash: str
    version: int
