"""A month of calls, read from a folder: calls.csv, agents.csv, staffed.csv, truth.json.

Times are whole seconds since the epoch, as if the local clock were UTC: only differences count.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = "anonymous-bank-1999-08"


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was offered to agents: it queued, or an agent took it at once."""

    number: int
    service: str  # PS, NW, NE, PE (PS in English), IN, TT
    priority: int  # 2: a customer with priority
    came_s: int
    left_s: int  # the queue: for an agent, or for good
    queued: bool
    answered: bool
    service_s: int  # of an answered one
    agent: str  # who took it; empty where that was not recorded, or nobody did

    @property
    def english(self) -> bool:
        return self.service == "PE"

    @property
    def waited_s(self) -> int:
        return self.left_s - self.came_s


@dataclass(frozen=True, slots=True)
class Agent:
    name: str
    skills: tuple[str, ...]
    english: bool
    blocks: tuple[tuple[int, int], ...]  # when he was there, [from, to) in seconds


@dataclass(frozen=True, slots=True)
class Month:
    calls: tuple[Call, ...]  # in the order in which they came
    agents: tuple[Agent, ...]
    truth: dict[str, Any]


def read(folder: Path) -> Month:
    calls = (_call(row) for row in _rows(folder / "calls.csv") if _was_offered(row))
    blocks: dict[str, list[tuple[int, int]]] = {}
    for row in _rows(folder / "staffed.csv"):
        blocks.setdefault(row["agent"], []).append((_second(row["from"]), _second(row["to"])))
    return Month(
        calls=tuple(sorted(calls, key=lambda it: (it.came_s, it.number))),
        agents=tuple(
            Agent(
                name=row["agent"],
                skills=tuple(it for it in row["skills"].split("|") if it),
                english=row["english"] == "1",
                blocks=tuple(sorted(blocks.get(row["agent"], ()))),
            )
            for row in _rows(folder / "agents.csv")
        ),
        truth=json.loads((folder / "truth.json").read_text()),
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="") as lines:
        yield from csv.DictReader(lines)


def _second(local: str) -> int:
    return int(datetime.fromisoformat(local).replace(tzinfo=UTC).timestamp())


def _was_offered(row: dict[str, str]) -> bool:
    return row["outcome"] == "AGENT" or bool(row["q_start"])


def _call(row: dict[str, str]) -> Call:
    queued = bool(row["q_start"])
    came_s = _second(row["q_start"] if queued else row["vru_exit"])
    return Call(
        number=int(row["call"]),
        service=row["type"],
        priority=int(row["priority"]),
        came_s=came_s,
        left_s=_second(row["q_exit"]) if queued else came_s,
        queued=queued,
        answered=row["outcome"] == "AGENT",
        service_s=int(row["ser_time"] or 0),
        agent=row["agent"],
    )
