"""Agents: ready, away, gone without a word; they accept, decline, overlook, reply, close."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from shared.contracts.agents import OfferAnswered, PresenceReported, WrapUpEnded
from shared.contracts.event import Event
from shared.contracts.interactions import AgentReplied, CloseRequested, TransferRequested
from shared.contracts.routing import InteractionAssigned, InteractionClosed, OfferMade
from shared.contracts.topics import POOL_LOG
from shared.contracts.words import AgentStatus
from tests.simulation.desk import Desk
from tests.simulation.gateway import Front, Gateway, Stamp
from tests.simulation.topics import SeenRecord
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
        world.broker.watch(("interaction_assigned",), self._assigned)
        world.broker.watch(("interaction_closed",), self._closed)

    # Being there

    def plan(self, over_ms: int) -> None:
        """Shifts, breaks, and disappearances of one history."""
        chance, after = self._chance, self._world.schedule.after
        for person in self.people.values():
            after(chance.randint(0, 240_000), partial(self.report, person, "ready"))
            for _ in range(chance.randint(0, 2)):
                at_ms = chance.randint(0, over_ms)
                break_ms = chance.randint(60, 900) * 1000
                if chance.random() < 0.5:
                    after(at_ms, partial(self.report, person, "away"))
                    after(at_ms + break_ms, partial(self.report, person, "ready"))
                else:
                    after(at_ms, partial(self.vanish, person))
                    after(at_ms + break_ms, partial(self.report, person, "ready"))

    def report(self, person: Person, status: AgentStatus) -> None:
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

    # Work

    def _assigned(self, record: SeenRecord) -> None:
        got = record.event()
        assert isinstance(got, InteractionAssigned)
        chance, after = self._chance, self._world.schedule.after
        if got.channel != "voice" and chance.random() < 0.9:
            after(chance.randint(10, 240) * 1000, partial(self._reply, got))
        work_ms = {"chat": 560, "email": 420, "voice": 330, "sms": 300}.get(got.channel, 300)
        done_ms = int(work_ms * 1000 * chance.uniform(0.3, 1.7))
        dice = chance.random()
        if dice < 0.03 and not self._world.calm:
            pools = [it for it in self._world.centre.names if it != got.pool]
            after(done_ms // 2, partial(self._transfer, got, chance.choice(pools), None))
        elif dice < 0.06 and not self._world.calm:
            queue = chance.choice(("general", "technical", "letters"))
            after(done_ms // 2, partial(self._transfer, got, None, queue))
        after(done_ms, partial(self._close, got))

    def _has(self, got: InteractionAssigned) -> bool:
        """As far as he knows; now and then people act on what is no longer so."""
        mine = self._desk.holder.get(got.interaction_id) == got.agent_id
        return mine or self._chance.random() < 0.05

    def _reply(self, got: InteractionAssigned) -> None:
        if self._has(got):
            self._act(got, "reply", lambda stamp: AgentReplied(
                **stamp, pool=got.pool, actor=f"agent:{got.agent_id}",
                interaction_id=got.interaction_id, agent_id=got.agent_id,
            ))  # fmt: skip

    def _transfer(self, got: InteractionAssigned, pool: str | None, queue: str | None) -> None:
        if self._has(got):
            self._act(got, "transfer", lambda stamp: TransferRequested(
                **stamp, pool=got.pool, actor=f"agent:{got.agent_id}", reason="not mine",
                interaction_id=got.interaction_id, to_pool=pool, to_queue=queue,
            ))  # fmt: skip

    def _close(self, got: InteractionAssigned) -> None:
        if not self._has(got):
            return
        person = self.people[got.agent_id]
        if not person.present:  # he closes it when he is back, should he still have it
            self._world.schedule.after(60_000, partial(self._close, got))
            return
        solved = self._chance.random() < 0.85
        self._act(got, "close", lambda stamp: CloseRequested(
            **stamp, pool=got.pool, actor=f"agent:{got.agent_id}",
            interaction_id=got.interaction_id, agent_id=got.agent_id,
            outcome="solved" if solved else "no_action",
        ))  # fmt: skip

    def _closed(self, record: SeenRecord) -> None:
        closed = record.event()
        assert isinstance(closed, InteractionClosed)
        if closed.wrap_up_until_ms is None or closed.agent_id is None:
            return
        agent_id = closed.agent_id
        if self._chance.random() < 0.4:
            wait_ms = self._chance.randint(2, 28) * 1000
            self._world.schedule.after(wait_ms, lambda: self._send(
                f"{closed.interaction_id}#wrapped", closed.pool,
                lambda stamp: WrapUpEnded(
                    **stamp, pool=closed.pool, actor=f"agent:{agent_id}",
                    interaction_id=closed.interaction_id, agent_id=agent_id,
                ),
            ))  # fmt: skip

    def _act(self, got: InteractionAssigned, what: str, make: Callable[[Stamp], Event]) -> None:
        self._send(f"{got.offer_id}#{what}/{got.pool}", got.pool, make)

    def _send(self, event_id: str, pool: str, make: Callable[[Stamp], Event]) -> None:
        self._front.submit(event_id, make, [(POOL_LOG, pool)])
