"""Faults: which, when, on whom. Each is counted when it truly happens."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from shared.contracts.topics import POOL_LOG
from tests.simulation.agents import Agents
from tests.simulation.clocks import MachineClock
from tests.simulation.gateway import Gateway
from tests.simulation.installation import Installation
from tests.simulation.moods import Mood
from tests.simulation.operator import Operator
from tests.simulation.owner import Death, Owner
from tests.simulation.process import Life, Process
from tests.simulation.provider import METHODS, Provider
from tests.simulation.world import World

Fault = Callable[[], object]
_DEATHS_ON_KAFKA = (Death.BEFORE, Death.INSIDE, Death.AFTER)
_DEATHS_WITHOUT_TRANSACTIONS = (Death.BEFORE, Death.BETWEEN, Death.BETWEEN, Death.AFTER)


@dataclass(slots=True)
class Victims:
    """What faults are done to."""

    installation: Installation
    gateways: list[Gateway]
    provider: Provider
    agents: Agents
    operator: Operator


class Faults:
    def __init__(self, world: World, victims: Victims, chance: Random) -> None:
        self._world, self._on, self._chance = world, victims, chance
        self._story = world.story
        self.more: list[Fault] = []  # of outages, see outages.py

    def plan(self, over_ms: int) -> None:
        """Eight to twelve faults of one history, of at least four kinds, at any time of it."""
        kinds = self._kinds()
        chosen = self._chance.sample(kinds, 4)
        chosen += self._chance.choices(kinds, k=self._chance.randint(4, 8))
        for fault in chosen:
            at_ms = self._chance.randint(over_ms // 20, over_ms * 19 // 20)
            self._world.schedule.after(at_ms, fault)

    def _kinds(self) -> list[Fault]:
        always = [
            self.crash, self.crash, self.kill, self.restart_all, self.step_clock,
            self.step_gateway_clock, self.silence, self.stall, self.poison,
            self.spoil_provider, self.spoil_provider,
            self.change_pool, self.change_people, self.change_outages,
        ]  # fmt: skip
        with_groups = [self.stop, self.stop, self.rebalance, self.split, self.split]
        return always + self.more + (with_groups if self._world.broker.transactions else [])

    def heal(self) -> None:
        """No new faults; what is broken is repaired."""
        self._world.calm = True
        self._on.provider.moods.clear()
        for owner in self._on.installation.owners.values():
            owner.dies, owner.stall_until_ms = None, 0
            owner.wake()
        for process in self._on.installation.processes.values():
            if process.clock.step_ms:
                process.clock.step(-process.clock.step_ms)
            process.resume()
        for gateway in self._on.gateways:
            gateway.silent = False
            if gateway.clock.step_ms:
                gateway.clock.step(-gateway.clock.step_ms)
        self._on.agents.reconnect()

    # Processes

    def _owner(self) -> Owner:
        owners = self._on.installation.owners
        return owners[self._chance.choice(sorted(owners))]

    def crash(self) -> None:
        """Dies in its next commit: it is counted there."""
        transactions = self._world.broker.transactions
        deaths = _DEATHS_ON_KAFKA if transactions else _DEATHS_WITHOUT_TRANSACTIONS
        self._owner().dies = self._chance.choice(deaths)

    def kill(self) -> None:
        process = self._owner().process
        if process.life is Life.RUNNING:
            self._on.installation.kill(process, "between two batches")

    def restart_all(self) -> None:
        """A new version is rolled out: every process in turn, and nobody says goodbye."""
        self._story.fault("rolling restart", "every process in turn")
        for number, name in enumerate(sorted(self._on.installation.processes)):
            self._after(number * self._chance.randint(4_000, 15_000), partial(self._replace, name))

    def _replace(self, name: str) -> None:
        process = self._on.installation.processes[name]
        if process.life is Life.RUNNING and not self._world.calm:
            self._on.installation.kill(process, "to be replaced")

    def stop(self) -> None:
        """It sleeps, loses its shards to another, and wakes up believing that they are its own."""
        process = self._owner().process
        if process.life is not Life.RUNNING:
            return
        asleep_ms = self._chance.randint(3_000, 120_000)
        self._story.fault("zombie", f"{process.name} is stopped for {asleep_ms} ms")
        process.stop()
        lost_ms = self._chance.randint(6_000, 11_000)
        if lost_ms < asleep_ms:
            self._after(lost_ms, partial(self._on.installation.pass_on, process))
        self._after(asleep_ms, process.resume)

    def split(self) -> None:
        """Another process is given the shards, and this one is not told."""
        process = self._owner().process
        if process.life is Life.RUNNING and self._on.installation.others(process):
            self._story.fault("two owners", f"{process.name} is not told that it lost its shards")
            self._on.installation.pass_on(process)

    def rebalance(self) -> None:
        """One shard goes to another process and comes back; the first one kept its state."""
        owner = self._owner()
        others = self._on.installation.others(owner.process)
        if not owner.held or not others or owner.process.life is not Life.RUNNING:
            return
        place = (owner.core.service, owner.partition)
        self._story.fault("rebalance", f"{owner.name} goes from {owner.process.name}")
        owner.suspended = True
        self._on.installation.retired[owner.process.name, *place] = owner
        self._on.installation.give(place, others[0])
        if self._chance.random() < 0.7:
            back = partial(self._give_back, owner.process, place)
            self._after(self._chance.randint(200, 60_000), back)

    def _give_back(self, process: Process, place: tuple[str, int]) -> None:
        now = self._on.installation.owners[place]
        if process.life is not Life.RUNNING or now.process is process:
            return
        if now.held and now.process.life is Life.RUNNING:
            now.suspended = True
            self._on.installation.retired[now.process.name, *place] = now
        self._on.installation.give(place, process)

    def stall(self) -> None:
        owner, stalled_ms = self._owner(), self._chance.randint(8_000, 180_000)
        self._story.fault("stalled shard", f"{owner.name} decides nothing for {stalled_ms} ms")
        owner.stall_until_ms = self._world.now_ms + stalled_ms

    # Clocks

    def step_clock(self) -> None:
        self._step(self._owner().process.clock, "a service's machine")

    def step_gateway_clock(self) -> None:
        self._step(self._chance.choice(self._on.gateways).clock, "a gateway's machine")

    def _step(self, clock: MachineClock, whose: str) -> None:
        by_ms = self._chance.choice((-1, 1)) * self._chance.choice((900, 3_000, 45_000, 240_000))
        self._story.fault("clock step", f"{whose} is set by {by_ms} ms")
        clock.step(by_ms)
        self._after(self._chance.randint(5_000, 240_000), partial(clock.step, -by_ms))

    # The outside

    def silence(self) -> None:
        gateway, silent_ms = self._chance.choice(self._on.gateways), self._random_minutes()
        self._story.fault("gateway silence", f"{gateway.name} is silent for {silent_ms} ms")
        gateway.silent = True
        self._after(self._chance.randint(1_000, 30_000), self._on.agents.reconnect)
        self._after(silent_ms, partial(self._speak, gateway))

    def _speak(self, gateway: Gateway) -> None:
        gateway.silent = False
        self._on.agents.reconnect()

    def poison(self) -> None:
        """Bytes that no reader of this kind can decode."""
        kind = self._chance.choice(("interaction_received", "interaction_queued", "tick", ""))
        partition = self._chance.randrange(self._world.partitions)
        self._story.fault("poison", f"an unreadable {kind or 'record without kind'}")
        headers = [("by", b"router" if kind == "tick" else b"gateway")]
        headers.append(("at", b"%d" % self._world.now_ms))
        if kind:
            headers.append(("kind", kind.encode()))
        self._world.broker.append_bytes(POOL_LOG, partition, None, b'{"v": "?"', headers)

    def spoil_provider(self) -> None:
        """One contact method, often that of most messages; or all of them, by our own line."""
        mood = self._chance.choice([it for it in Mood if it is not Mood.GOOD])
        which = [self._chance.choice((*METHODS, "email", "email", "sms"))]
        if mood is not Mood.REVOKED and self._chance.random() < 0.2:
            which = list(METHODS)
        self._on.provider.moods.update(dict.fromkeys(which, mood))
        self._story.fault(f"provider is {mood.value}", f"{', '.join(which)}, for a while")
        self._after(self._chance.randint(2, 25) * 60_000, partial(self._mend_provider, which, mood))

    def _mend_provider(self, which: list[str], mood: Mood) -> None:
        moods = self._on.provider.moods
        for method in which:
            if moods.get(method) is mood:
                del moods[method]

    # Configuration

    def change_pool(self) -> None:
        pool = self._chance.choice(self._world.centre.names)
        self._story.fault("configuration change", f"{pool}: {self._on.operator.change_pool(pool)}")

    def change_people(self) -> None:
        self._story.fault("configuration change", f"people: {self._on.operator.change_people()}")

    def change_outages(self) -> None:
        self._story.fault("configuration change", f"outages: {self._on.operator.change_outages()}")

    def _random_minutes(self) -> int:
        return self._chance.randint(20_000, 400_000)

    def _after(self, delay_ms: int, call: Fault) -> None:
        self._world.schedule.after(delay_ms, call)
