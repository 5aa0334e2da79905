"""The mail provider: what it answers, and what truly became of the message."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from random import Random

from services.notifier.core import Content
from shared.contracts.notification import AttemptLeased
from shared.contracts.outage import NoticeRequested
from shared.contracts.words import AttemptOutcome
from tests.simulation.world import World


class Mood(Enum):
    """How the provider is just now; the numbers are chances of each answer, see `_ANSWERS`."""

    GOOD = "good"
    LYING = "lying"
    DOWN = "down"
    THROTTLING = "throttling"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Answer:
    """`after_ms` None: it never comes. `told_twice`: the sender tells the outcome two times."""

    outcome: AttemptOutcome
    after_ms: int | None
    detail: str = ""
    retry_after_ms: int | None = None
    told_twice: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """One message that was handed to the provider. `arrived`: the person truly got it."""

    at_ms: int
    lease: AttemptLeased
    content: Content
    arrived: bool


_ANSWERS: dict[Mood, dict[str, int]] = {
    Mood.GOOD: {"accept": 90, "twice": 2, "transient": 3, "refuse": 1, "timeout": 2, "lie": 1},
    Mood.LYING: {"accept": 30, "lie": 40, "timeout": 20, "twice": 10},
    Mood.DOWN: {"transient": 60, "timeout": 40},
    Mood.THROTTLING: {"throttle": 80, "accept": 20},
    Mood.SLOW: {"late": 60, "accept": 30, "never": 10},
}


class Provider:
    def __init__(self, world: World, chance: Random) -> None:
        self._world, self._chance = world, chance
        self.mood = Mood.GOOD
        self.written: list[Written] = []
        self.on_arrival: Callable[[Content], None] = lambda _content: None

    def send(self, lease: AttemptLeased, content: Content) -> Answer:
        """Take one message; what it says need not be what it does."""
        kinds = _ANSWERS[Mood.GOOD if self._world.calm else self.mood]
        kind = self._chance.choices(list(kinds), list(kinds.values()))[0]
        if kind == "refuse" and isinstance(content, NoticeRequested):
            kind = "transient"  # else who got the opening could not get the end, whatever we do
        if kind not in ("accept", "refuse", "twice"):
            self._world.story.fault(f"provider: {kind}")
        match kind:
            case "accept" | "twice":
                self._write(lease, content, arrived=True)
                return Answer("accepted", self._soon(), "250", told_twice=kind == "twice")
            case "lie":
                self._write(lease, content, arrived=False)
                return Answer("accepted", self._soon(), "250")
            case "transient":
                return Answer("transient", self._soon(), "451")
            case "refuse":
                return Answer("refused", self._soon(), "550")
            case "throttle":
                wait_ms = self._chance.randint(10, 90) * 1000
                return Answer("throttled", self._soon(), "421", retry_after_ms=wait_ms)
            case "timeout":
                self._write(lease, content, arrived=self._chance.random() < 0.5)
                return Answer("unknown", self._chance.randint(5, 25) * 1000, "timeout")
            case "late":  # the lease is over by then, and another try may have begun
                self._write(lease, content, arrived=True)
                return Answer("accepted", self._chance.randint(31, 120) * 1000, "250")
            case "never":
                self._write(lease, content, arrived=self._chance.random() < 0.5)
                return Answer("unknown", None)
            case _:
                raise AssertionError(kind)

    def _soon(self) -> int:
        return self._chance.randint(40, 900)

    def _write(self, lease: AttemptLeased, content: Content, *, arrived: bool) -> None:
        self.written.append(Written(self._world.now_ms, lease, content, arrived))
        if arrived:
            self._world.schedule.after(
                self._chance.randint(500, 8_000), lambda: self.on_arrival(content)
            )
