"""What happened, as lines with a time; only what an onlooker would tell."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.simulation.schedule import Schedule


@dataclass(slots=True)
class Story:
    """`faults` counts what truly happened, not what was planned."""

    schedule: Schedule
    lines: list[tuple[int, str]] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    exercised: Counter[str] = field(default_factory=Counter)  # of things no log shows
    behaviour: Counter[str] = field(default_factory=Counter)  # of the router, as the log shows it

    def tell(self, text: str) -> None:
        self.lines.append((self.schedule.now_ms, text))

    def fault(self, kind: str, text: str = "") -> None:
        """A fault happened. Small frequent ones give no text: they are only counted."""
        self.faults[kind] += 1
        if text:
            self.tell(f"[{kind}] {text}")


def clock_time(at_ms: int) -> str:
    """Day and time in UTC, to the millisecond."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f"{at:%d %H:%M:%S}.{at_ms % 1000:03d}"
