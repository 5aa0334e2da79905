"""What a check found: where, what is wrong, how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal, Protocol

Severity = Literal["error", "warning"]


class Place(Protocol):
    """A position in a file; lines and columns count from 1."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One sentence for a person: problem and remedy, at a place. Never holds a secret's value."""

    file: str
    line: int
    column: int
    path: str  # `queues[2].sla_policy`
    problem: str
    remedy: str
    severity: Severity = "error"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        return f"{where}: {self.severity}: {self.problem} ({self.remedy})"


@dataclass(slots=True)
class Findings:
    """Collects findings; one problem of one place is told once, whatever it concerns there."""

    found: dict[tuple[str, int, int, str], Finding] = field(default_factory=dict)

    def error(self, place: Place, path: str, problem: str, remedy: str) -> None:
        self._add(place, path, problem, remedy, "error")

    def warning(self, place: Place, path: str, problem: str, remedy: str) -> None:
        self._add(place, path, problem, remedy, "warning")

    def _add(self, place: Place, path: str, problem: str, remedy: str, severity: Severity) -> None:
        finding = Finding(place.file, place.line, place.column, path, problem, remedy, severity)
        self.found.setdefault((place.file, place.line, place.column, problem), finding)

    def errors(self) -> int:
        return sum(each.severity == "error" for each in self.found.values())

    def in_order(self) -> tuple[Finding, ...]:
        """By file, line and column."""
        return tuple(sorted(self.found.values()))


def suggest(word: str, known: Iterable[str]) -> str:
    """A remedy for an unknown word: the nearest known one, or all of them if they are few."""
    names = sorted(known)
    lowered = {name.lower(): name for name in names}
    near = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{lowered[near[0]]}`?"
    if not names:
        return "none is defined yet"
    shown = ", ".join(names[:12])
    return f"known: {shown}" + (f" and {len(names) - 12} more" if len(names) > 12 else "")
