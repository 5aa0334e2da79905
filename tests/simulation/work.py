"""What agents do with what they have: reply, give it on, consult, close, and the work after it."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

from shared.contracts.agents import WrapUpEnded, WrapUpExtensionRequested
from shared.contracts.event import Event
from shared.contracts.interactions import (
    AgentReplied,
    CloseRequested,
    ConnectionFailed,
    HandBackRequested,
    TransferRequested,
)
from shared.contracts.routing import InteractionAssigned, InteractionClosed
from shared.contracts.topics import POOL_LOG
from tests.simulation.desk import Desk
from tests.simulation.features import QUEUES
from tests.simulation.gateway import Front, Stamp
from tests.simulation.topics import SeenRecord
from tests.simulation.world import World


class Work:
    """`present`: whether an agent sits there and is connected."""

    def __init__(
        self, world: World, front: Front, desk: Desk, chance: Random, present: Callable[[str], bool]
    ) -> None:
        self._world, self._front, self._desk, self._chance = world, front, desk, chance
        self._present = present
        self._consulted: dict[str, str] = {}  # who asked another agent, by interaction
        world.broker.watch(("interaction_assigned",), self._assigned)
        world.broker.watch(("interaction_closed",), self._closed)

    def _assigned(self, record: SeenRecord) -> None:
        got = record.event()
        assert isinstance(got, InteractionAssigned)
        chance, after = self._chance, self._world.schedule.after
        asked = self._consulted.pop(got.interaction_id, got.agent_id)
        if asked != got.agent_id:  # he says what he knows, and gives it back
            back = partial(self._say_of, got, "handed_back", HandBackRequested)
            after(chance.randint(10, 120) * 1000, back)
        if got.channel != "voice" and chance.random() < 0.9:
            after(chance.randint(10, 240) * 1000, partial(self._reply, got))
        work_ms = {"chat": 560, "email": 420, "voice": 330, "sms": 300}.get(got.channel, 300)
        done_ms = int(work_ms * 1000 * chance.uniform(0.3, 1.7))
        dice = chance.random()
        if dice < 0.12 and not self._world.calm:
            self._give_on(got, dice, done_ms)
        after(done_ms, partial(self._close, got))

    def _give_on(self, got: InteractionAssigned, dice: float, done_ms: int) -> None:
        """To another pool, queue or agent; for a consult, after which it comes back; or at once,
        because the line broke."""
        chance, after = self._chance, self._world.schedule.after
        if dice < 0.02:
            pools = [it for it in self._world.centre.names if it != got.pool]
            to = {"to_pool": chance.choice(pools)}
        elif dice < 0.07:
            to = {"to_queue": chance.choice(QUEUES)}
        elif dice < 0.1:
            to = {"to_agent": f"{got.pool}-{chance.randint(0, 6)}"}
        else:
            failed = partial(self._say_of, got, "broken", ConnectionFailed)
            after(chance.randint(500, 5_000), failed)
            return
        consult = "to_pool" not in to and chance.random() < 0.5
        after(done_ms // 2, partial(
            self._transfer, got, consult=consult, restart=chance.random() < 0.2, **to
        ))  # fmt: skip

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

    def _transfer(self, got: InteractionAssigned, **to: Any) -> None:
        if self._has(got):
            if to["consult"]:
                self._consulted[got.interaction_id] = got.agent_id
            self._act(got, "transfer", lambda stamp: TransferRequested(
                **stamp, pool=got.pool, actor=f"agent:{got.agent_id}", reason="not mine",
                interaction_id=got.interaction_id, **to,
            ))  # fmt: skip

    def _say_of(self, got: InteractionAssigned, what: str, kind: type[Event]) -> None:
        """A command that names the interaction and its agent, and nothing else."""
        if self._has(got):
            self._act(got, what, lambda stamp: kind(
                **stamp, pool=got.pool, actor=f"agent:{got.agent_id}",
                interaction_id=got.interaction_id, agent_id=got.agent_id,
            ))  # fmt: skip

    def _close(self, got: InteractionAssigned) -> None:
        if not self._has(got):
            return
        if not self._present(got.agent_id):  # he closes it when he is back, should he still have it
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
        if self._chance.random() < 0.15:
            self._send(f"{closed.interaction_id}#longer", closed.pool, lambda stamp:
                WrapUpExtensionRequested(
                    **stamp, pool=closed.pool, actor=f"agent:{agent_id}",
                    interaction_id=closed.interaction_id, agent_id=agent_id,
                ),
            )  # fmt: skip
        elif self._chance.random() < 0.4:
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
