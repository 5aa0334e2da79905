"""Agents: ready, away, gone without a word; they accept, decline and overlook offers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from shared.contracts.agents import OfferAnswered, PresenceReported
from shared.contracts.event import Event
from shared.contracts.routing import OfferMade
from shared.contracts.topics import POOL_LOG
from shared.contracts.words import AgentStatus
from tests.simulation.desk import Desk
from tests.simulation.gateway import Front, Gateway, Stamp
from tests.simulation.topics import SeenRecord
from tests.simulation.work import Work
from tests.simulation.world import World


@dataclass(slots=True)
class Person:
    """`present`: sits there and is connected, whatever status was told."""

    id: str
    pool: str
    present: bool = False
    told: int = 0
    acts: int = field(default=0)


class Agents:
    def __init__(self, world: World, front: Front, desk: Desk, chance: Random) -> None:
        self._world, self._front, self._desk, self._chance = world, front, desk, chance
        self.people = {
            agent.id: Person(agent.id, pool)
            for pool, document in sorted(world.centre.pools.items())
            for agent in document.agents
        }
        world.broker.watch(("offer_made",), self._offered)
        Work(world, front, desk, chance, lambda agent_id: self.people[agent_id].present)

    # Being there

    def plan(self, over_ms: int) -> None:
        """Shifts, breaks, and disappearances of one history."""
        chance, after = self._chance, self._world.schedule.after
        for person in self.people.values():
            after(chance.randint(0, 240_000), partial(self.report, person, "ready"))
            for _ in range(chance.randint(0, 2)):
                at_ms = chance.randint(0, over_ms)
                break_ms = chance.randint(60, 900) * 1000
                dice = chance.random()
                if dice < 0.5:
                    after_work, gives_back = dice < 0.2, 0.2 < dice < 0.25
                    status: AgentStatus = "offline" if gives_back else "away"
                    after(at_ms, partial(
                        self.report, person, status, after_work=after_work, requeue=gives_back
                    ))  # fmt: skip
                    after(at_ms + break_ms, partial(self.report, person, "ready"))
                else:
                    after(at_ms, partial(self.vanish, person))
                    after(at_ms + break_ms, partial(self.report, person, "ready"))

    def report(
        self,
        person: Person,
        status: AgentStatus,
        *,
        after_work: bool = False,
        requeue: bool = False,
    ) -> None:
        """`after_work`: when all is done that he has. `requeue`: he gives back what he has."""
        person.present = status != "offline"
        person.told += 1
        self._connect(person)
        self._send(
            f"{person.id}#presence/{person.told}",
            person.pool,
            lambda stamp: PresenceReported(
                **stamp,
                pool=person.pool,
                actor=f"agent:{person.id}",
                agent_id=person.id,
                status=status,
                after_work=after_work,
                requeue_work=requeue,
            ),
        )

    def vanish(self, person: Person) -> None:
        """The connection is gone, and nobody said a word."""
        if not self._world.calm:
            self._world.story.fault("agent vanished")
            person.present = False
            self._connect(person)

    def reconnect(self) -> None:
        """After a gateway fell silent, or came back, everybody looks for one that is up."""
        for person in self.people.values():
            self._connect(person)

    def _connect(self, person: Person) -> None:
        up: list[Gateway] = [it for it in self._front.gateways if it.up]
        for gateway in self._front.gateways:
            gateway.agents[person.pool].discard(person.id)
        if person.present and up:
            self._chance.choice(up).agents[person.pool].add(person.id)

    # Offers

    def _offered(self, record: SeenRecord) -> None:
        made = record.event()
        assert isinstance(made, OfferMade)
        person, dice = self.people[made.agent_id], self._chance.random()
        if not person.present:
            return
        if dice < 0.05 and not self._world.calm:
            self._world.story.exercised["offer overlooked"] += 1
            return
        wait_ms = self._chance.randint(800, 12_000)
        if dice < 0.08 and not self._world.calm:  # too late, as a rule
            wait_ms += 30_000
        answer = "decline" if 0.08 < dice < 0.15 else "accept"
        self._world.schedule.after(wait_ms, partial(self._answer, made, person, answer))

    def _answer(self, made: OfferMade, person: Person, answer: str) -> None:
        self._send(
            f"{made.offer_id}#answer/{made.pool}",
            made.pool,
            lambda stamp: OfferAnswered(
                **stamp,
                pool=made.pool,
                actor=f"agent:{person.id}",
                offer_id=made.offer_id,
                interaction_id=made.interaction_id,
                agent_id=person.id,
                answer="accept" if answer == "accept" else "decline",
            ),
        )

    def _send(self, event_id: str, pool: str, make: Callable[[Stamp], Event]) -> None:
        self._front.submit(event_id, make, [(POOL_LOG, pool)])
