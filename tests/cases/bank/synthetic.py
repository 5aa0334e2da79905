"""A made-up month of the same shape: three days of a small centre, written as the same files.

It is made by a floor of its own, as plain as can be: lists, whole seconds, the longest idle agent,
the customer who waited longest, with a credit for those with priority. So it also says what the
router should answer, by other means than the router's.
"""

import csv
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from pathlib import Path
from random import Random

DAYS, CALLS_A_DAY = 3, 500
OPENS_S, OPEN_S = 7 * 3600, 6 * 3600
BEGIN = datetime(1999, 8, 1, tzinfo=UTC)
WRAP_UP_S = 10
FREE, HANGS_UP, GOES, THERE, CALLS = "12345"  # their order at one instant
SKILLS = {
    "A01": "PS|NW|NE",
    "A02": "PS|NW|IN",
    "A03": "PS|PE|TT",
    "A04": "PS|NE|IN|PE",
    "A05": "PS|NW|NE|IN|TT",
    "A06": "NW|TT",
}
ENGLISH = frozenset({"A03", "A04"})
SHARE = {"PS": 60, "NW": 15, "NE": 10, "IN": 8, "PE": 5, "TT": 2}  # of 100 calls
SERVICE_S = {"PS": 170, "NW": 120, "NE": 240, "IN": 380, "PE": 300, "TT": 120}  # means
PATIENCE_S = {"PS": 470, "NW": 250, "NE": 930, "IN": 430, "PE": 440, "TT": 410}  # means


@dataclass(slots=True)
class _Call:
    number: int
    service: str
    priority: int
    came_s: int
    patience_s: int
    service_s: int
    left_s: int | None = None
    agent: str = ""


@dataclass(slots=True)
class _Floor:
    credit_s: int
    due: list[tuple[int, str, int, _Call | str]] = field(default_factory=list)
    waiting: list[_Call] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)  # who got free at this instant
    idle: dict[str, int] = field(default_factory=dict)  # agents, and since when
    until_s: dict[str, int] = field(default_factory=dict)  # end of the block of who is there
    last: dict[str, int] = field(default_factory=dict)  # number of each agent's last call
    number: int = 0

    def add(self, at_s: int, what: str, about: _Call | str) -> None:
        self.number += 1
        heappush(self.due, (at_s, what, self.number, about))

    def run(self) -> None:
        while self.due:
            now_s, what, _, about = heappop(self.due)
            if isinstance(about, str):
                self._agent(now_s, what, about)
            elif what == CALLS:
                self._calls(now_s, about)
            elif about in self.waiting:
                self.waiting.remove(about)
                about.left_s = now_s

    def _agent(self, now_s: int, what: str, name: str) -> None:
        if what == GOES or now_s >= self.until_s[name]:
            self.idle.pop(name, None)
        else:
            self.idle[name] = now_s
            self.fresh.append(name)
        if self.due and self.due[0][:2] == (now_s, FREE):
            return  # all who get free at one instant choose together
        for fresh in sorted(self.fresh):
            self._employ(now_s, fresh)
        self.fresh.clear()

    def _employ(self, now_s: int, name: str) -> None:
        """Whom he should serve next is served: by him, or by one who got free with him."""
        while name in self.idle and (mine := [it for it in self.waiting if _may(name, it)]):
            self._serve(now_s, max(mine, key=lambda it: (self._age_s(now_s, it), -it.number)))

    def _serve(self, now_s: int, call: _Call) -> bool:
        """By the best of those who are idle, if any."""
        free = [name for name in self.idle if _may(name, call)]
        if not free:
            return False
        name = min(free, key=self._since)
        self.waiting.remove(call)
        del self.idle[name]
        self.number += 1
        self.last[name] = self.number
        call.left_s, call.agent = now_s, name
        self.add(now_s + call.service_s + WRAP_UP_S, FREE, name)
        return True

    def _calls(self, now_s: int, call: _Call) -> None:
        self.waiting.append(call)
        if not self._serve(now_s, call):
            self.add(now_s + call.patience_s, HANGS_UP, call)

    def _since(self, name: str) -> tuple[int, int, int, str]:
        """Longest idle; where that is equal, who can do least; then whose last call is oldest."""
        skills = len(set(SKILLS[name].split("|")) - {"PE"})
        return (self.idle[name], skills + (name in ENGLISH), self.last.get(name, 0), name)

    def _age_s(self, now_s: int, call: _Call) -> int:
        return now_s - call.came_s + (self.credit_s if call.priority == 2 else 0)


def write(folder: Path, *, credit_s: int, seed: int = 1) -> None:
    """calls.csv, agents.csv, staffed.csv and truth.json; equal arguments give equal files."""
    floor, chance = _Floor(credit_s), Random(seed)
    calls, number = [], 0
    for day in range(DAYS):
        opens_s = day * 86_400 + OPENS_S
        for name in SKILLS:
            floor.until_s[name] = opens_s + OPEN_S
        _day(floor, opens_s)
        for came_s in sorted(chance.randrange(OPEN_S - 600) for _ in range(CALLS_A_DAY)):
            number += 1
            calls.append(_made(chance, number, opens_s + came_s))
            floor.add(calls[-1].came_s, CALLS, calls[-1])
        floor.run()
    _write(folder / "calls.csv", [_row(it) for it in calls])
    _write(
        folder / "agents.csv",
        [
            {"agent": name, "skills": skills, "english": int(name in ENGLISH)}
            for name, skills in SKILLS.items()
        ],
    )
    _write(
        folder / "staffed.csv",
        [
            {"agent": name, "from": _local(opens_s), "to": _local(opens_s + OPEN_S)}
            for opens_s in (day * 86_400 + OPENS_S for day in range(DAYS))
            for name in SKILLS
        ],
    )
    means = {
        name: {"exp_mle_mean_patience_s": it} for name, it in (PATIENCE_S | {"all": 400}).items()
    }
    (folder / "truth.json").write_text(json.dumps({"patience_km_survival": means}))


def _day(floor: _Floor, opens_s: int) -> None:
    for name in SKILLS:
        floor.add(opens_s, THERE, name)
        floor.add(opens_s + OPEN_S, GOES, name)


def _made(chance: Random, number: int, came_s: int) -> _Call:
    service = chance.choices(list(SHARE), list(SHARE.values()))[0]
    return _Call(
        number,
        service,
        chance.choice((0, 1, 2, 2)),
        came_s,
        patience_s=1 + int(chance.expovariate(1 / PATIENCE_S[service])),
        service_s=1 + int(chance.expovariate(1 / SERVICE_S[service])),
    )


def _may(name: str, call: _Call) -> bool:
    if call.service == "PE" and name not in ENGLISH:
        return False
    return ("PS" if call.service == "PE" else call.service) in SKILLS[name].split("|")


def _local(at_s: int) -> str:
    return (BEGIN + timedelta(seconds=at_s)).replace(tzinfo=None).isoformat()


def _row(call: _Call) -> dict[str, object]:
    assert call.left_s is not None
    queued = call.left_s > call.came_s
    served = bool(call.agent)
    return {
        "call": call.number,
        "customer": 0,
        "priority": call.priority,
        "type": call.service,
        "vru_entry": _local(call.came_s),
        "vru_exit": _local(call.came_s),
        "q_start": _local(call.came_s) if queued else "",
        "q_exit": _local(call.left_s) if queued else "",
        "q_time": call.left_s - call.came_s if queued else "",
        "outcome": "AGENT" if served else "HANG",
        "ser_start": _local(call.left_s) if served else "",
        "ser_exit": _local(call.left_s + call.service_s) if served else "",
        "ser_time": call.service_s if served else "",
        "agent": call.agent,
    }


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
