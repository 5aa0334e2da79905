"""An operating system process: it runs, is stopped, or is dead, and then all it meant to do is."""

from enum import Enum
from functools import partial

from tests.simulation.clocks import MachineClock
from tests.simulation.schedule import Call
from tests.simulation.world import World


class Life(Enum):
    RUNNING = "running"
    STOPPED = "stopped"  # SIGSTOP: it will go on as if nothing had been
    DEAD = "dead"


class Process:
    """A restart makes a new one; `clock` is the machine's, and lives on."""

    def __init__(self, world: World, name: str, clock: MachineClock) -> None:
        self.world, self.name, self.clock = world, name, clock
        self.life = Life.RUNNING
        self._held_up: list[Call] = []
        self.on_resume: list[Call] = []

    def after(self, delay_ms: int, call: Call) -> None:
        """Go on in a while, unless the process is dead by then."""
        self.world.schedule.after(delay_ms, partial(self._go_on, call))

    def _go_on(self, call: Call) -> None:
        if self.life is Life.RUNNING:
            call()
        elif self.life is Life.STOPPED:
            self._held_up.append(call)

    def stop(self) -> None:
        self.life = Life.STOPPED

    def resume(self) -> None:
        if self.life is not Life.STOPPED:
            return
        self.life = Life.RUNNING
        held_up, self._held_up = self._held_up, []
        for call in (*held_up, *self.on_resume):
            self.world.schedule.after(1, partial(self._go_on, call))

    def die(self) -> None:
        self.life = Life.DEAD
        self._held_up.clear()
        self.on_resume.clear()
