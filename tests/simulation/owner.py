"""Holds one shard, as shared/runner/owner.py does, step by step in virtual time."""

from collections.abc import Callable
from enum import Enum
from random import Random
from typing import Any

from shared.contracts.event import Event
from shared.contracts.system import Tick
from shared.runner.core import Core
from shared.runner.shard import CulpritError, MissingDocumentError, Outcome, Shard
from tests.simulation.process import Life, Process
from tests.simulation.topics import FencedError, SeenRecord
from tests.simulation.world import World

TICK_PATIENCE_MS = 2_000
QUIET_RECORDS = 60  # the real one is larger; here the resume point should lag, and also move
HOLD_MS = 1_000
TRANSACTION_TIMEOUT_MS = 10_000

OnCommitted = Callable[["Owner", list[Event]], None]


class Death(Enum):
    """Where in a commit the process dies."""

    BEFORE = "before its commit"
    INSIDE = "inside its transaction"
    BETWEEN = "between facts and state"
    AFTER = "after its commit, before anything was sent"


class Owner:
    """One shard in one process. `stall_until_ms`: it is slow, and does not look before then."""

    def __init__(
        self, world: World, process: Process, core: Core[Any], partition: int, chance: Random
    ) -> None:
        self.world, self.process, self.core, self.partition = world, process, core, partition
        self.name = f"{core.service}-{partition}"
        self.log = world.broker.log(core.log, partition)
        self.shard: Shard[Any] | None = None
        self.suspended = False
        self.stall_until_ms = 0
        self.dies: Death | None = None
        self.on_committed: OnCommitted = lambda _owner, _facts: None
        self.on_death: Callable[[Owner, Death], None] = lambda _owner, _death: None
        self.on_fenced: Callable[[Owner], None] = lambda _owner: None
        self._chance = chance
        self._epoch = 0
        self._expected = 0  # smaller offsets were handled before
        self._committed = 0
        self._committing = False
        self._tick_sent_ms: int | None = None
        self._wake_at: int | None = None
        process.on_resume.append(self.wake)
        process.clock.stepped.append(self.wake)

    @property
    def held(self) -> bool:
        """Whether this process believes that the shard is its own, and works on it."""
        return self.shard is not None and not self.suspended and self.process.life is not Life.DEAD

    def take(self) -> None:
        """Fence the last owner, only then read the state, then go on where it ended."""
        self._epoch = self.world.broker.fence(self.name)
        self.shard = self._restored()
        self._committed = self._expected = self.shard.meta.next_offset
        self._tick_sent_ms = None
        self.suspended = False
        self.log.wakes[f"{self.process.name}/{self.name}"] = self.wake
        self.wake()

    def come_back(self) -> None:
        """The partition was given back; the state that was kept may be old."""
        self.suspended = False
        if self.shard is not None:
            self._expected = self.shard.meta.next_offset
        self.wake()

    def give_up(self) -> None:
        self.shard = None
        place = f"{self.process.name}/{self.name}"
        if self.log.wakes.get(place) == self.wake:  # else its process was given the shard anew
            del self.log.wakes[place]

    def wake(self, delay_ms: int | None = None) -> None:
        """Look again soon, or after `delay_ms`; an earlier look that is planned stays."""
        if self.shard is None:
            return
        if delay_ms is None:
            # Nobody waits for its own facts, read back: they come with what follows.
            least, most = (800, 2_500) if self._committing else (5, 150)
            delay_ms = least + int(self._chance.random() * (most - least))
        when = max(self.world.now_ms + delay_ms, self.stall_until_ms)
        if self._wake_at is None or when < self._wake_at:
            self._wake_at = when
            self.process.after(when - self.world.now_ms, lambda: self._awake(when))

    def _awake(self, when: int) -> None:
        if self._wake_at == when:
            self._wake_at = None
            self._step()

    def _step(self) -> None:
        shard = self.shard
        if shard is None or self.suspended:
            return
        if self.world.now_ms < self.stall_until_ms:
            self.wake()
        elif self.process.clock.refuses():
            self.wake(HOLD_MS)
        elif records := self.log.read(self._expected, 1 + int(self._chance.random() * 50)):
            self._expected = records[-1].offset + 1
            self._handle(shard, records)
            if self.shard is not None and not self.log.lag(self._expected):
                self._sleep(self.shard)
            elif self._wake_at is None:
                self.wake()
        else:
            self._tick_if_due(shard)
            self._sleep(shard)

    def _sleep(self, shard: Shard[Any]) -> None:
        deadline = shard.deadline_ms()
        if self._tick_sent_ms is not None:
            self.wake(TICK_PATIENCE_MS)  # should it not be read back by then
        elif deadline is not None:
            self.wake(max(1, deadline - self.process.clock.now_ms()))

    def _tick_if_due(self, shard: Shard[Any]) -> None:
        deadline, now_ms = shard.deadline_ms(), self.process.clock.now_ms()
        if deadline is None or now_ms < deadline:
            return
        sent_ms = self._tick_sent_ms
        if sent_ms is not None and self.world.now_ms - sent_ms < TICK_PATIENCE_MS:
            return
        self._tick_sent_ms = self.world.now_ms
        tick = Tick(
            event_id=f"tick/{self.name}/{now_ms}", pool="", at_ms=now_ms, by=self.core.service
        )
        late_ms = 3_000 if self._chance.random() < 0.03 else self._chance.randint(0, 20)
        if late_ms > TICK_PATIENCE_MS:
            self.world.story.fault("late tick")
        self.world.schedule.after(  # also if the process dies meanwhile: it is on its way
            late_ms,
            lambda: self.world.broker.append(self.core.log, "", tick, partition=self.partition),
        )

    def _handle(self, shard: Shard[Any], records: list[SeenRecord]) -> None:
        try:
            outcome = shard.take(records)
        except MissingDocumentError:
            self._expected = shard.meta.next_offset
            self.stall_until_ms = self.world.now_ms + HOLD_MS
        except CulpritError as culprit:
            self.world.story.tell(f"{self.name} raised: {culprit} {culprit.__cause__!r}")
            self._one_by_one(records)
        else:
            self._commit(shard, records, outcome)

    def _one_by_one(self, records: list[SeenRecord]) -> None:
        shard = self.shard = self._restored()
        for record in records:
            try:
                outcome = shard.take([record])
            except CulpritError as culprit:
                shard = self.shard = self._restored()
                fact, letter = shard.skipped(record, culprit.reason)
                outcome = shard.take([record], {fact.skipped: fact})
                outcome.outputs.append(letter)
            if not self._commit(shard, [record], outcome):
                return

    def _commit(self, shard: Shard[Any], records: list[SeenRecord], outcome: Outcome) -> bool:
        if any(each.kind == "tick" and each.by == self.core.service for each in records):
            self._tick_sent_ms = None
        quiet = outcome.next_offset - self._committed < QUIET_RECORDS
        if not outcome.outputs and not outcome.changed and quiet:
            return True
        death = self.dies
        try:
            if death is not None and self._died(death, outcome):
                return False
            self._committing = True
            self.world.broker.commit(self.name, self._epoch, outcome)
        except FencedError:
            self.give_up()
            self.on_fenced(self)
            return False
        finally:
            self._committing = False
        self._committed = outcome.next_offset
        if death is Death.AFTER:
            self.on_death(self, death)
            return False
        if outcome.facts:
            self.on_committed(self, outcome.facts)
        return True

    def _died(self, death: Death, outcome: Outcome) -> bool:
        if death is Death.AFTER or not outcome.outputs:
            return False
        if death is Death.INSIDE:
            broker = self.world.broker
            broker.leave_open(self.name, self._epoch, outcome.outputs)
            self.world.schedule.after(TRANSACTION_TIMEOUT_MS, lambda: broker.abort_open(self.name))
        elif death is Death.BETWEEN:
            self.world.broker.write_facts_only(outcome.outputs)
        self.on_death(self, death)
        return True

    def _restored(self) -> Shard[Any]:
        shard: Shard[Any] = Shard(
            self.core,
            partition=self.partition,
            partitions=self.world.partitions,
            documents=self.world.documents,
        )
        stored = self.world.broker.stored(self.name)
        shard.load(dict(stored.entities), stored.meta)
        return shard
