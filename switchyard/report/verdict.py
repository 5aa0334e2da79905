"""What a check says of its invariant."""

from dataclasses import dataclass, field
from typing import Literal

State = Literal["held", "broken", "not_exercised"]
EVIDENCE_KEPT = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """`exercised`: how often the invariant could have been broken. `evidence`: first offenders."""

    name: str
    promise: str
    state: State
    exercised: int
    violations: int = 0
    evidence: tuple[str, ...] = ()


@dataclass(slots=True)
class Finding:
    """Counts while a check reads: chances to break the promise, and breaks of it."""

    name: str
    promise: str
    exercised: int = 0
    violations: int = 0
    evidence: list[str] = field(default_factory=list)

    def broken(self, offender: str) -> None:
        self.violations += 1
        if len(self.evidence) < EVIDENCE_KEPT:
            self.evidence.append(offender)

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
        )
