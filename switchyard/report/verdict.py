"""What a check says of its invariant."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

State = Literal["held", "broken", "not_exercised"]
EVIDENCE_KEPT = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """`exercised`: how often the invariant could have been broken. `evidence`: first offenders.

    reported: what is allowed and worth knowing, and how often: what people did against the rules.
    """

    name: str
    promise: str
    state: State
    exercised: int
    violations: int = 0
    evidence: tuple[str, ...] = ()
    reported: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True)
class Finding:
    """Counts while a check reads: chances to break the promise, and breaks of it."""

    name: str
    promise: str
    exercised: int = 0
    violations: int = 0
    evidence: list[str] = field(default_factory=list)
    reported: Counter[str] = field(default_factory=Counter)

    def broken(self, offender: str) -> None:
        self.violations += 1
        if len(self.evidence) < EVIDENCE_KEPT:
            self.evidence.append(offender)

    def allowed(self, what: str) -> None:
        """Not by the router's own choice, or within a bound that the configuration sets."""
        self.reported[what] += 1

    def verdict(self) -> Verdict:
        if self.violations:
            state: State = "broken"
        else:
            state = "held" if self.exercised else "not_exercised"
        return Verdict(
            self.name,
            self.promise,
            state,
            self.exercised,
            self.violations,
            tuple(self.evidence),
            tuple(sorted(self.reported.items())),
        )
