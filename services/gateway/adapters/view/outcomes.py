"""What came of a command: requests wait here for the facts that name it as their cause."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from shared.contracts.event import Event
from shared.contracts.system import EventRejected

REPEATABLE = "key:"  # event ids made from an Idempotency-Key begin with this


@dataclass(slots=True)
class Outcome:
    facts: list[str] = field(
        default_factory=list
    )  # kinds, in order; a row of one kind is told once
    rejected: EventRejected | None = None


@dataclass(slots=True)
class _Waiting:
    told: "asyncio.Future[Outcome]"
    requests: int = 0
    outcome: Outcome = field(default_factory=Outcome)


class Outcomes:
    """Waiters by cause. The last outcomes of repeatable commands are kept for their repeats."""

    def __init__(self, *, remembered: int = 50_000) -> None:
        self._waiting: dict[str, _Waiting] = {}
        self._touched: dict[str, None] = {}
        self._recent: OrderedDict[str, Outcome] = OrderedDict()
        self._remembered = remembered

    def expect(self, event_id: str) -> "asyncio.Future[Outcome]":
        """Begin to listen; call it before the append, and `forget` afterwards in any case."""
        waiting = self._waiting.get(event_id)
        if waiting is None:
            waiting = _Waiting(asyncio.get_running_loop().create_future())
            known = self._recent.get(event_id)
            if known is not None:
                waiting.told.set_result(known)
            self._waiting[event_id] = waiting
        waiting.requests += 1
        return waiting.told

    def remembers(self, event_id: str) -> bool:
        """Whether something came of this repeatable command, as far back as is kept."""
        return event_id in self._recent

    def forget(self, event_id: str) -> None:
        waiting = self._waiting[event_id]
        waiting.requests -= 1
        if not waiting.requests:
            del self._waiting[event_id]

    def heard(self, kind: str, fact: Event) -> None:
        """A fact was read; those who wait for it are told at the end of the batch."""
        cause = fact.cause
        if cause is None:
            return
        waiting = self._waiting.get(cause)
        if waiting is not None:
            _note(waiting.outcome, kind, fact)
            self._touched[cause] = None
        if cause.startswith(REPEATABLE):
            known = self._recent.get(cause)
            if known is None:
                known = self._recent[cause] = Outcome()
                if len(self._recent) > self._remembered:
                    self._recent.popitem(last=False)
            _note(known, kind, fact)

    def tell(self) -> None:
        """The batch is over: all facts of one decision were in it, or will come too late."""
        for cause in self._touched:
            waiting = self._waiting.get(cause)
            if waiting is not None and not waiting.told.done():
                waiting.told.set_result(waiting.outcome)
        self._touched.clear()


def _note(outcome: Outcome, kind: str, fact: Event) -> None:
    if isinstance(fact, EventRejected):
        outcome.rejected = fact
    elif outcome.facts[-1:] != [kind]:  # an outage asks to tell everybody: a fact for each
        outcome.facts.append(kind)
