"""Which process holds which shard, who takes over from whom, and who has not heard of it yet."""

from collections.abc import Iterator
from functools import partial
from random import Random

from shared.contracts.event import Event
from shared.contracts.topics import partitions_of_topic
from tests.simulation.owner import Death, Owner
from tests.simulation.process import Life, Process
from tests.simulation.provider import Provider
from tests.simulation.sender import Sender
from tests.simulation.world import World

Place = tuple[str, int]  # service, partition


class Installation:
    """Two processes per service on Kafka; one on a broker without transactions."""

    def __init__(self, world: World, provider: Provider, chance: Random) -> None:
        self.world, self._provider, self._chance = world, provider, chance
        self.processes: dict[str, Process] = {}
        self.owners: dict[Place, Owner] = {}  # by the group's word; zombies are in none
        self.retired: dict[tuple[str, str, int], Owner] = {}  # kept by a process that lost it
        self._senders: dict[str, Sender] = {}
        shared_clock = world.clock(chance)
        for service in sorted(world.cores):
            for number in range(2 if world.broker.transactions else 1):
                clock = world.clock(chance) if world.broker.transactions else shared_clock
                self._start(Process(world, f"{service}.{'ab'[number]}", clock))
        self.machine_clock = shared_clock

    def places(self) -> list[Place]:
        return [
            (service, partition)
            for service, core in sorted(self.world.cores.items())
            for partition in range(partitions_of_topic(core.log, self.world.partitions))
        ]

    def begin(self) -> None:
        for service, partition in self.places():
            self.give((service, partition), self._any_of(service))

    def give(self, place: Place, process: Process) -> Owner:
        """The group gives the shard to this process; whoever had it may not know yet."""
        kept = self.retired.pop((process.name, *place), None)
        if kept is not None and kept.process is process and kept.shard is not None:
            self.owners[place] = kept
            self.world.story.fault(
                "came back with old state", f"{kept.name} is back in {process.name}, state and all"
            )
            kept.come_back()
            return kept
        owner = Owner(self.world, process, self.world.cores[place[0]], place[1], self._chance)
        owner.on_committed = self._committed
        owner.on_death = self._death
        owner.on_fenced = self._fenced
        self.owners[place] = owner
        owner.take()
        return owner

    def others(self, process: Process) -> list[Process]:
        service = process.name.partition(".")[0]
        return [
            it
            for name, it in sorted(self.processes.items())
            if name.startswith(f"{service}.") and it is not process and it.life is Life.RUNNING
        ]

    def held_by(self, process: Process) -> Iterator[Place]:
        return iter([it for it, owner in self.owners.items() if owner.process is process])

    def kill(self, process: Process, how: str) -> None:
        """kill -9; another process takes its shards after the session timeout, or the next one
        of the same name does."""
        self.world.story.fault("crash", f"{process.name} died {how}")
        held = list(self.held_by(process))
        process.die()
        restart_ms = self._chance.randint(800, 5_000)
        self.world.schedule.after(restart_ms, lambda: self._restart(process))
        timeout_ms = self._chance.randint(6_000, 11_000)
        if not self.world.broker.transactions:
            timeout_ms = restart_ms + 1
        self.world.schedule.after(timeout_ms, lambda: self._take_over(held, process))

    def pass_on(self, process: Process) -> None:
        """The group gives this process's shards to another one; it is not asked."""
        self._take_over(list(self.held_by(process)), process)

    def _take_over(self, places: list[Place], lost: Process) -> None:
        for place in places:
            if self.owners[place].process is lost:
                others = self.others(lost)
                chosen = self._chance.choice(others) if others else None
                if chosen is None:  # nobody is up: wait for one
                    again = partial(self._take_over, [place], lost)
                    self.world.schedule.after(1_000, again)
                    continue
                self.world.story.exercised["shard taken over"] += 1
                self.give(place, chosen)

    def _restart(self, dead: Process) -> None:
        self._start(Process(self.world, dead.name, dead.clock))

    def _start(self, process: Process) -> None:
        self.processes[process.name] = process
        self._senders[process.name] = Sender(self.world, process, self._provider, self._chance)

    def _any_of(self, service: str) -> Process:
        names = [name for name in sorted(self.processes) if name.startswith(f"{service}.")]
        return self.processes[self._chance.choice(names)]

    def _committed(self, owner: Owner, facts: list[Event]) -> None:
        if owner.core.service == "notifier":
            assert owner.shard is not None
            self._senders[owner.process.name].on_committed(owner.shard, facts)

    def _death(self, owner: Owner, death: Death) -> None:
        self.world.story.faults[f"died {death.value}"] += 1
        self.kill(owner.process, death.value)

    def _fenced(self, owner: Owner) -> None:
        """It learns that it is a zombie. Given an old view of the group, it takes the shard back,
        and then the other one is fenced."""
        place = (owner.core.service, owner.partition)
        self.world.story.exercised["zombie fenced"] += 1
        self.world.story.tell(f"{owner.name} in {owner.process.name} was fenced")
        mine = self.owners[place] is owner
        if mine or (not self.world.calm and self._chance.random() < 0.3):
            owner.process.after(self._chance.randint(500, 2_000), lambda: self._again(owner))

    def _again(self, owner: Owner) -> None:
        place = (owner.core.service, owner.partition)
        if self.owners[place] is not owner:
            self.world.story.fault(
                "two owners", f"{owner.name} in {owner.process.name} takes it back, uninvited"
            )
        if owner.shard is None:
            owner.take()
