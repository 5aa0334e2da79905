"""Plays the plan of the day over HTTP: customers, agents and managers on one steered clock."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from shared.clock import SteeredClock
from switchyard.demo.agents import Agent, Scene
from switchyard.demo.counters import Counters
from switchyard.demo.customers import Customers
from switchyard.demo.day import Plan
from switchyard.demo.doors import ON_BEHALF, Doors
from switchyard.demo.pace import Mode, Pace
from switchyard.demo.progress import Show
from switchyard.demo.staff import Colleague
from switchyard.demo.timeline import Timeline
from switchyard.demo.topics import POOLS

HEARTBEAT_REAL_S = 1.0
STEER_REAL_S = 0.2
TARGET_S = 110.0  # of the day; the rest of three minutes is for set-up, start, report and replay
TAIL_MS = 75 * 60_000  # after midnight: those who came last are served, the last timers run


class Installation(Protocol):
    """What the demo needs of the running services."""

    @property
    def gateway_url(self) -> str: ...

    @property
    def keys(self) -> Mapping[str, str]:
        """API keys by role."""
        ...

    @property
    def clock(self) -> SteeredClock: ...

    def kill(self, service: str) -> None:
        """kill -9; the installation starts it again."""
        ...


class Telephone(Protocol):
    """The platform by which calls come, as seen from outside."""

    def fail(self) -> None: ...

    def recover(self) -> None: ...


class Driver:
    """One run of the day.

    Args:
        scene: shared with the mailbox, which must be open before the services start.
        telephone: goes down and comes back as planned; whoever probes it finds out.
        kill: a service to kill at the busiest hour; None: all live.
    """

    def __init__(
        self,
        installation: Installation,
        plan: Plan,
        people: Sequence[Colleague],
        scene: Scene,
        *,
        telephone: Telephone,
        mode: Mode = "auto",
        kill: str | None = None,
    ) -> None:
        self._installation, self._plan, self._scene, self._kill = installation, plan, scene, kill
        self._telephone = telephone
        self._agents = {person.id: Agent(person, scene) for person in people}
        self._began_s = time.monotonic()
        self._over = False
        self._pace = Pace(
            [contact.at_ms for contact in plan.contacts],
            plan.starts_ms,
            plan.ends_ms + TAIL_MS,
            TARGET_S,
            mode,
        )

    async def run(self, show: Show) -> None:
        """Return when the day and its tail are over.

        Raises:
            GaveUpError: the gateway stopped answering.
        """
        self._began_s = time.monotonic()
        timeline = self._scene.timeline
        Customers(self._scene).plan()
        for agent in self._agents.values():
            agent.plan(until_ms=self._plan.ends_ms)
        outage = self._plan.outage
        timeline.at(outage.starts_ms, self._telephone.fail)
        timeline.at(outage.ends_ms, self._telephone.recover)
        if self._kill is not None:
            service = self._kill
            timeline.at(outage.middle_ms, lambda: self._installation.kill(service))
        async with self._beside(show):
            await timeline.run(self._plan.ends_ms + TAIL_MS)
            self._over = True  # the clock goes on at its own speed, for what is still on its way
            self._installation.clock.steer(1.0)
            await timeline.settle()
        await timeline.stop()

    @asynccontextmanager
    async def _beside(self, show: Show) -> AsyncIterator[None]:
        """What goes on beside the timeline; whoever of them fails, fails the run."""
        timeline = self._scene.timeline
        tasks = [
            asyncio.create_task(work)
            for work in (
                self._steer(show),
                self._beat(),
                *(self._hear_offers(pool) for pool in POOLS),
            )
        ]
        for task in tasks:
            timeline.watch(task)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _steer(self, show: Show) -> None:
        clock, doors, timeline = self._installation.clock, self._scene.doors, self._scene.timeline
        while not self._over:
            elapsed_s, now_ms = time.monotonic() - self._began_s, clock.now_ms()
            # A driver that is itself behind its clock is a lag, too.
            behind_s = timeline.behind_ms() / 1000 / clock.speed()
            lag_s = max(doors.lag_s(), behind_s)
            speed = self._pace.speed(now_ms=now_ms, elapsed_s=elapsed_s, lag_s=lag_s)
            clock.steer(speed)
            show.tell(self._scene.counters, now_ms=now_ms, speed=speed, elapsed_s=elapsed_s)
            await asyncio.sleep(STEER_REAL_S)

    async def _beat(self) -> None:
        """One heartbeat per pool and real second for all who are at work."""
        number = 0
        while True:
            number += 1
            present: defaultdict[str, list[str]] = defaultdict(list)
            for key, agent in self._agents.items():
                if agent.status != "offline":
                    present[agent.colleague.pool].append(key)
            for pool, ids in present.items():
                await self._scene.doors.command(
                    f"/v1/pools/{pool}/heartbeats",
                    {"agent_ids": ids},
                    role=ON_BEHALF,
                    key=f"{pool}/beat/{number}",
                )
            await asyncio.sleep(HEARTBEAT_REAL_S)

    async def _hear_offers(self, pool: str) -> None:
        async for offer in self._scene.doors.offers(pool, role=ON_BEHALF):
            agent = self._agents.get(offer.agent_id)
            if agent is not None:
                agent.offered(offer)


def new_scene(installation: Installation, plan: Plan, *, seed: int, counters: Counters) -> Scene:
    """All that customers, agents and managers share."""
    return Scene(
        timeline=Timeline(installation.clock),
        doors=Doors(installation.gateway_url, installation.keys, counters),
        counters=counters,
        contacts={contact.interaction_id: contact for contact in plan.contacts},
        answered=set(),
        seed=seed,
        midnight_ms=plan.starts_ms,
    )
