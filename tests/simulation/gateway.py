"""Two gateways, and the clients before them who ask again when they got no answer."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import TypedDict

from shared.contracts.agents import AgentsSeen
from shared.contracts.configuration import INSTALLATION
from shared.contracts.event import Event
from shared.contracts.outage import ContactsSeen
from shared.contracts.topics import POOL_LOG, SYSTEM_LOG
from shared.contracts.words import Channel
from tests.simulation.clocks import MachineClock
from tests.simulation.world import World

PERIOD_MS = 150_000  # between two reports of a gateway; the real one reports every second


class Stamp(TypedDict):
    """What a gateway adds to a command."""

    event_id: str
    at_ms: int
    by: str


Make = Callable[[Stamp], Event]
Target = tuple[str, str]  # topic, key


class Gateway:
    """It stamps and appends; while it is silent, or its clock is wrong, it does neither."""

    def __init__(self, world: World, name: str, clock: MachineClock, chance: Random) -> None:
        self.world, self.name, self.clock = world, name, clock
        self.silent = False
        self._chance = chance
        self._contacts: Counter[Channel] = Counter()
        self._last_ms: int | None = None
        self._reports = 0
        self.agents: dict[str, set[str]] = {pool: set() for pool in world.centre.names}
        self.until_ms = 0
        world.schedule.after(chance.randint(0, PERIOD_MS), self._report)

    @property
    def up(self) -> bool:
        return not self.silent and not self.clock.refuses()

    def stamp(self, event_id: str) -> Stamp:
        return {"event_id": event_id, "at_ms": self.clock.now_ms(), "by": "gateway"}

    def count(self, channel: Channel) -> None:
        self._contacts[channel] += 1

    def _report(self) -> None:
        """Heartbeats and contacts of one period; also when there were none."""
        if self.world.now_ms > self.until_ms:
            return
        self.world.schedule.after(PERIOD_MS, self._report)
        if not self.up:
            return
        now_ms, last_ms = self.clock.now_ms(), self._last_ms
        gap_ms = 0 if last_ms is None else max(0, min(now_ms - last_ms, 2 * PERIOD_MS))
        self._last_ms = now_ms
        self._reports += 1
        for pool in self.world.centre.names:
            seen = AgentsSeen(
                event_id=f"{self.name}:seen:{pool}:{self._reports}",
                pool=pool,
                at_ms=now_ms,
                by="gateway",
                agent_ids=tuple(sorted(self.agents[pool])),
                gap_ms=gap_ms,
            )
            self.world.broker.append(POOL_LOG, pool, seen)
        contacts = ContactsSeen(
            event_id=f"{self.name}:contacts:{self._reports}",
            pool=INSTALLATION,
            at_ms=now_ms,
            by="gateway",
            gateway=self.name,
            counts=dict(sorted(self._contacts.items())),
            gap_ms=gap_ms,
        )
        self._contacts.clear()
        self.world.broker.append(SYSTEM_LOG, INSTALLATION, contacts)


class Front:
    """How commands get in: by any gateway that is up; late, twice, or on the second try."""

    def __init__(self, world: World, gateways: Sequence[Gateway], chance: Random) -> None:
        self.world, self.gateways, self._chance = world, gateways, chance

    def submit(self, event_id: str, make: Make, targets: Sequence[Target]) -> Gateway | None:
        """Send a command; the gateway that took it at once, or None while none is up."""
        up = [it for it in self.gateways if it.up]
        if not up:
            wait_ms = self._chance.randint(2_000, 15_000)
            self.world.schedule.after(wait_ms, partial(self.submit, event_id, make, targets))
            return None
        gateway = self._chance.choice(up)
        event = make(gateway.stamp(event_id))
        delay_ms = self._chance.randint(3, 60)
        if not self.world.calm:
            delay_ms = self._mishaps(event_id, make, targets, event, delay_ms)
        self._append_later(delay_ms, event, targets)
        return gateway

    def _mishaps(
        self, event_id: str, make: Make, targets: Sequence[Target], event: Event, delay_ms: int
    ) -> int:
        """What goes wrong on the way, and the delay that it makes."""
        dice, story = self._chance.random(), self.world.story
        again = partial(self.submit, event_id, make, targets)
        if dice < 0.02:  # the client, or a helpdesk's webhook, sends it again some time
            story.fault("duplicate command")
            late = self._chance.random() < 0.3
            self.world.schedule.after(self._chance.randint(10, 600_000 if late else 5_000), again)
        elif dice < 0.03:  # written, but the confirmation was lost: the client asks again
            story.fault("lost confirmation")
            self.world.schedule.after(self._chance.randint(500, 5_000), again)
        elif dice < 0.045:  # stamped in time, written late
            story.fault("delayed command")
            return self._chance.randint(1_000, 90_000)
        elif dice < 0.1 and len(targets) > 1:  # one log took it, the other one did not
            story.fault("half appended")
            self._append_later(delay_ms, event, targets[:1])
            self.world.schedule.after(self._chance.randint(1_000, 20_000), again)
            return 100_000
        return delay_ms

    def _append_later(self, delay_ms: int, event: Event, targets: Sequence[Target]) -> None:
        for topic, key in targets:
            self.world.schedule.after(
                delay_ms, partial(self.world.broker.append, topic, key, event)
            )
