"""The month again, with the router in place of the bank's switch.

Real: who called when and for what, the customer's priority, who was there when, how long each
service took. Not seen in the data, so drawn by a seeded chance, as the reference did: how much
longer an answered customer would have waited (exponential, mean by service as the data show it),
and how long the service of one who hung up would have taken (of an answered call, same service).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Literal, NamedTuple

from shared.contracts.configuration import ChannelSettings
from shared.contracts.event import Event
from shared.contracts.interactions import CloseRequested
from shared.contracts.routing import InteractionAbandoned, InteractionAssigned
from tests.cases.bank.centre import POOL, Centre, agents_of, document
from tests.cases.bank.month import Call, Month

WRAP_UP_S = 10  # as in the reference
# At one instant: first who leaves or is done, then who comes.
What = Literal["1 done", "2 hangs up", "3 goes", "4 is there", "5 calls"]


class Due(NamedTuple):
    at_ms: int
    what: What
    number: int
    name: str  # of the agent, or of the call


class Waits(NamedTuple):
    """Of some calls: how many, how many hung up, and the mean wait of those who were answered."""

    calls: int
    abandoned: int
    waited_ms: int

    @property
    def abandoned_percent(self) -> float:
        return 100 * self.abandoned / self.calls

    @property
    def answer_s(self) -> float:
        return self.waited_ms / 1000 / (self.calls - self.abandoned)


@dataclass(slots=True)
class Replay:
    """One run through a month; `run` once."""

    month: Month
    credit_s: int
    seed: int = 1
    waited_ms: dict[int, int] = field(default_factory=dict)  # of answered calls, by number
    taken_by: dict[int, str] = field(default_factory=dict)
    hung_up: set[int] = field(default_factory=set)
    _due: list[Due] = field(default_factory=list)
    _calls: dict[str, Call] = field(default_factory=dict)
    _drawn: dict[str, tuple[int, int]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def run(self) -> "Replay":
        voice = ChannelSettings(auto_accept=True, wrap_up_s=WRAP_UP_S)
        centre = Centre(document(agents_of(self.month), credit_s=self.credit_s, voice=voice))
        self._plan()
        for due in self._in_order(centre):
            self._hear(centre.now_ms, centre.tick() if due is None else self._do(centre, due))
        return self

    def waits(self, priority: int | None = None) -> Waits:
        """Of all, or of the customers with one priority."""
        which = {it.number for it in self.month.calls if priority in (None, it.priority)}
        waited = [ms for number, ms in self.waited_ms.items() if number in which]
        return Waits(len(which), len(self.hung_up & which), sum(waited))

    def _plan(self) -> None:
        drawn = _Drawn(self.month, Random(self.seed))
        for call in self.month.calls:
            name = str(call.number)
            self._calls[name] = call
            self._drawn[name] = (drawn.patience_ms(call), drawn.service_ms(call))
            self._add(call.came_s * 1000, "5 calls", name)
        for agent in self.month.agents:
            for from_s, to_s in agent.blocks:
                self._add(from_s * 1000, "4 is there", agent.name)
                self._add(to_s * 1000, "3 goes", agent.name)

    def _add(self, at_ms: int, what: What, name: str) -> None:
        heappush(self._due, Due(at_ms, what, next(self._numbers), name))

    def _in_order(self, centre: Centre) -> Iterator[Due | None]:
        """What is due, at its time; None where it is the router's own deadline."""
        while self._due:
            deadline_ms = centre.deadline_ms
            if deadline_ms is not None and deadline_ms <= self._due[0].at_ms:
                centre.now_ms = max(centre.now_ms, deadline_ms)
                yield None
            else:
                due = heappop(self._due)
                centre.now_ms = due.at_ms
                yield due

    def _do(self, centre: Centre, due: Due) -> list[Event]:
        match due.what:
            case "1 done":
                id_, agent_id = f"{POOL}:{due.name}", self.taken_by[int(due.name)]
                return centre.say(CloseRequested, interaction_id=id_, agent_id=agent_id)
            case "2 hangs up":
                answered = int(due.name) in self.taken_by
                return [] if answered else centre.hang_up(due.name)
            case "3 goes":
                return centre.presence(due.name, "offline", after_work=True)
            case "4 is there":
                return centre.presence(due.name, "ready")
            case "5 calls":
                self._add(due.at_ms + self._drawn[due.name][0], "2 hangs up", due.name)
                return centre.call(self._calls[due.name], due.name)

    def _hear(self, now_ms: int, told: list[Event]) -> None:
        for fact in told:
            if isinstance(fact, InteractionAssigned):
                name = fact.interaction_id.removeprefix(f"{POOL}:")
                self.taken_by[int(name)] = fact.agent_id
                self.waited_ms[int(name)] = fact.waited_ms
                self._add(now_ms + self._drawn[name][1], "1 done", name)
            elif isinstance(fact, InteractionAbandoned):
                self.hung_up.add(int(fact.interaction_id.removeprefix(f"{POOL}:")))


class _Drawn:
    """What the data do not show of a call; in the order of the calls, whatever the router does."""

    def __init__(self, month: Month, chance: Random) -> None:
        self._chance = chance
        self._patience: dict[str, dict[str, float]] = month.truth["patience_km_survival"]
        self._services: dict[str, list[int]] = {}
        for call in month.calls:
            if call.answered:
                self._services.setdefault(call.service, []).append(call.service_s)

    def patience_ms(self, call: Call) -> int:
        if not call.answered:
            return call.waited_s * 1000
        mean_s = self._patience.get(call.service, self._patience["all"])["exp_mle_mean_patience_s"]
        return call.waited_s * 1000 + int(self._chance.expovariate(1 / mean_s) * 1000)

    def service_ms(self, call: Call) -> int:
        if call.answered:
            return call.service_s * 1000
        return self._chance.choice(self._services[call.service]) * 1000
