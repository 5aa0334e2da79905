"""Sends what committed leases allow, in the order of services/notifier/adapters/sender.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from services.notifier.core import Content, content, recipient
from shared.contracts.event import Event
from shared.contracts.notification import AttemptEnded, AttemptLeased, NotificationEnded
from shared.contracts.people import Person
from shared.contracts.topics import PEOPLE_LOG
from shared.runner.shard import Shard
from tests.simulation.breakers import Breakers
from tests.simulation.process import Process
from tests.simulation.provider import Answer, Provider
from tests.simulation.world import World

_TELLING_WAITS_MS = (100, 500, 2_000)
_NOT_SENT = "not_sent"


@dataclass(slots=True)
class Attempt:
    """`until_ms`: the lease's end in true time, which a process measures by a clock that cannot
    jump."""

    lease: AttemptLeased
    until_ms: int
    content: Content | None
    person: Person | None
    called_off: bool = False


class Sender:
    """Lives and dies with its process."""

    def __init__(self, world: World, process: Process, provider: Provider, chance: Random) -> None:
        self._world, self._process, self._provider = world, process, provider
        self._chance = chance
        self._breakers = Breakers(world)
        self._begun: set[str] = set()
        self._open: dict[str, Attempt] = {}

    def on_committed(self, shard: Shard[Any], facts: Sequence[Event]) -> None:
        for fact in facts:
            if isinstance(fact, AttemptLeased):
                self._begin(fact, shard)
            elif isinstance(fact, NotificationEnded) and fact.notification_id in self._open:
                self._open[fact.notification_id].called_off = True

    def _begin(self, lease: AttemptLeased, shard: Shard[Any]) -> None:
        if lease.attempt_id in self._begun:
            return
        self._begun.add(lease.attempt_id)
        left_ms = min(
            lease.lease_until_ms - self._process.clock.now_ms(),
            lease.lease_until_ms - lease.at_ms,
        )
        attempt = Attempt(
            lease=lease,
            until_ms=self._world.now_ms + left_ms,
            content=content(shard.state, lease.notification_id),
            person=recipient(shard.state, lease.notification_id),
        )
        self._open[lease.notification_id] = attempt
        wait_ms = self._chance.randint(0, 50)
        if self._chance.random() < 0.02:  # all places are taken for a while
            wait_ms = self._chance.randint(1_000, 40_000)
            self._world.story.fault("sender busy")
        self._process.after(wait_ms, partial(self._deliver, attempt))

    def _deliver(self, attempt: Attempt) -> None:
        if not self._may_write(attempt):
            self._tell(attempt, _NOT_SENT, Answer("not_sent", 0, "lease over or called off"))
            return
        assert attempt.content is not None
        if (resting := self._breakers.ask(attempt.lease)) is not None:
            self._tell(attempt, resting.outcome, resting)
            return
        answer = self._provider.send(attempt.lease, attempt.content)
        if answer.after_ms is not None:
            self._process.after(answer.after_ms, partial(self._answered, attempt, answer))

    def _answered(self, attempt: Attempt, answer: Answer) -> None:
        self._breakers.tell(attempt.lease.method, answer.outcome)
        self._tell(attempt, "", answer)

    def _may_write(self, attempt: Attempt) -> bool:
        lease, clock = attempt.lease, self._process.clock
        over = self._world.now_ms >= attempt.until_ms or clock.now_ms() >= lease.lease_until_ms
        self._world.story.exercised["lease checked before sending"] += 1
        if over:
            self._world.story.exercised["lease over, nothing sent"] += 1
        known = attempt.content is not None and attempt.person is not None
        return known and not over and not attempt.called_off

    def _tell(self, attempt: Attempt, why: str, answer: Answer, tries: int = 0) -> None:
        if self._process.clock.refuses():  # the appender refuses: a few tries, then it is in doubt
            if tries < len(_TELLING_WAITS_MS):
                again = partial(self._tell, attempt, why, answer, tries + 1)
                self._process.after(_TELLING_WAITS_MS[tries], again)
            return
        lease = attempt.lease
        if self._open.get(lease.notification_id) is attempt:
            del self._open[lease.notification_id]
        append = self._append(lease, answer)
        append()
        if answer.told_twice and not why:
            self._world.story.fault("outcome told twice")
            self._world.schedule.after(self._chance.randint(10, 60_000), append)

    def _append(self, lease: AttemptLeased, answer: Answer) -> Callable[[], None]:
        ended = AttemptEnded(
            event_id=f"{lease.attempt_id}/ended",
            pool=lease.pool,
            at_ms=self._process.clock.now_ms(),
            by="notifier",
            cause=lease.event_id,
            attempt_id=lease.attempt_id,
            notification_id=lease.notification_id,
            person=lease.person,
            outcome=answer.outcome,
            detail=answer.detail,
            retry_after_ms=answer.retry_after_ms,
            provider_id=answer.provider_id,
        )
        return partial(self._world.broker.append, PEOPLE_LOG, lease.person, ended)
