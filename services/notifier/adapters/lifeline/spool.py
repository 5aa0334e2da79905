"""What was tried while there was no ledger: a line before and after each try, on the disk.

A line is durable when `append` returns. A process may die at any point: a try without an end may
have arrived, and whoever goes on counts it so.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from os import fsync
from pathlib import Path
from typing import Literal

from shared.contracts.words import AttemptOutcome


@dataclass(frozen=True, slots=True)
class Line:
    """`outcome` "": before a try."""

    at_ms: int
    person: str
    method: str
    number: int  # of the person's tries, from 1
    outcome: AttemptOutcome | Literal[""] = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Spool:
    path: Path

    def append(self, line: Line) -> None:
        """Raises OSError: it is not known whether the line is there."""
        words = [line.at_ms, line.person, line.method, line.number, line.outcome, line.detail]
        with self.path.open("ab") as file:
            # The first line end closes a line that a crash cut off.
            file.write(b"\n" + json.dumps(words).encode() + b"\n")
            file.flush()
            fsync(file.fileno())

    def read(self) -> Sequence[Line]:
        """All whole lines; one that was cut off by a crash said nothing that counts."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return ()
        found = []
        for text in content.split(b"\n"):
            with suppress(ValueError, TypeError):
                found.append(Line(*json.loads(text)))
        return found

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
