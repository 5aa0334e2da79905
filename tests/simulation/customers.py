"""Customers: they come, write again, lose patience, and some send everything twice."""

from collections.abc import Callable
from functools import partial
from random import Random

from shared.contracts.interactions import (
    CallbackRequested,
    CustomerAbandoned,
    CustomerMessaged,
    InteractionReceived,
    Personal,
    SkillNeed,
)
from shared.contracts.topics import POOL_LOG
from shared.contracts.words import Channel
from tests.simulation.centre import CHANNELS, LANGUAGES
from tests.simulation.desk import Desk
from tests.simulation.gateway import Front, Stamp
from tests.simulation.world import World

_WEIGHTS = (45, 20, 20, 15)  # of CHANNELS: chat has the largest share
IsUp = Callable[[Channel], bool]


class Customers:
    def __init__(
        self, world: World, front: Front, desk: Desk, chance: Random, *, reaches: IsUp
    ) -> None:
        self._world, self._front, self._desk, self._chance = world, front, desk, chance
        self._reaches = reaches  # whether contacts of a channel get to us at all just now
        self.arrived = 0

    def plan(self, count: int, over_ms: int) -> None:
        """Spread arrivals, with a rush in the middle."""
        for number in range(count):
            rush = self._chance.random() < 0.35
            share = self._chance.gauss(0.5, 0.06) if rush else self._chance.random()
            at_ms = int(min(1.0, max(0.0, share)) * over_ms)
            self._world.schedule.after(at_ms, partial(self._arrive, number))

    def _arrive(self, number: int) -> None:
        chance, pool = self._chance, self._chance.choice(self._world.centre.names)
        channel = chance.choices(CHANNELS, _WEIGHTS)[0]
        if not self._reaches(channel):  # it is down: most try something else, some come later
            channel = chance.choice([it for it in CHANNELS if it != channel])
        interaction_id = f"{pool}:{number}"
        self._desk.born(interaction_id, pool)
        self.arrived += 1
        make = self._contact(interaction_id, pool, channel)
        gateway = self._front.submit(f"{interaction_id}#received", make, [(POOL_LOG, pool)])
        if gateway is not None:
            gateway.count(channel)
        if channel != "email" and chance.random() < 0.8:
            patience_ms = chance.randint(120, 2400) * 1000
            self._world.schedule.after(patience_ms, partial(self._leave, interaction_id))
        if chance.random() < 0.3:
            later_ms = chance.randint(30, 900) * 1000
            self._world.schedule.after(later_ms, partial(self._write, interaction_id))
        if chance.random() < 0.06:
            later_ms = chance.randint(5, 240) * 1000
            self._world.schedule.after(later_ms, partial(self._call_back, interaction_id))

    def _contact(
        self, interaction_id: str, pool: str, channel: Channel
    ) -> Callable[[Stamp], InteractionReceived]:
        chance = self._chance
        language = chance.choices((*LANGUAGES, "pt-BR", "lv"), (50, 15, 10, 14, 10, 1))[0]
        others = tuple(it for it in ("en", "es") if it != language and chance.random() < 0.3)
        reachable = tuple(it for it in CHANNELS if it != channel and chance.random() < 0.6)
        topic = chance.choice((None, None, "fault", "invoice"))
        priority = chance.choices((None, "high", "urgent", "fire"), (64, 16, 16, 4))[0]
        named = f"{pool}-{chance.randint(0, 7)}"
        preferred, manager = chance.choices(
            ((None, None), (named, None), (None, named)), (6, 2, 2)
        )[0]
        skills = (SkillNeed(skill="billing", level=2, drops_after_s=60),)
        address = _address(interaction_id, channel)
        asks, customer = chance.random() < 0.1, f"customer {chance.randint(0, 70)}"
        return lambda stamp: InteractionReceived(
            **stamp,
            pool=pool,
            actor="system:site",
            interaction_id=interaction_id,
            channel=channel,
            body_hash=f"hash of {interaction_id}",
            language=language,
            language_source="given",
            other_languages=others,
            topic=topic,
            priority=priority,
            reachable_by=reachable,
            skills=skills if asks else (),
            preferred_agent=preferred,
            attributes={"account_manager": manager} if manager else {},
            customer=customer,
            personal=Personal(address=address),
        )

    def _leave(self, interaction_id: str) -> None:
        if interaction_id in self._desk.ended or interaction_id in self._desk.holder:
            return
        pool = self._desk.pool_of[interaction_id]
        self._front.submit(
            f"{interaction_id}#left",
            lambda stamp: CustomerAbandoned(
                **stamp, pool=pool, actor="customer", interaction_id=interaction_id
            ),
            [(POOL_LOG, pool)],
        )

    def _call_back(self, interaction_id: str) -> None:
        """He does not want to stay; some agree on a time, and many hang up after it."""
        if interaction_id in self._desk.ended or interaction_id in self._desk.holder:
            return
        pool, chance = self._desk.pool_of[interaction_id], self._chance
        later_ms = chance.randint(60, 1500) * 1000 if chance.random() < 0.5 else None
        self._front.submit(
            f"{interaction_id}#calls_back",
            lambda stamp: CallbackRequested(
                **stamp,
                pool=pool,
                actor="customer",
                interaction_id=interaction_id,
                not_before_ms=None if later_ms is None else stamp["at_ms"] + later_ms,
            ),
            [(POOL_LOG, pool)],
        )

    def _write(self, interaction_id: str) -> None:
        pool = self._desk.pool_of[interaction_id]
        self._front.submit(
            f"{interaction_id}#wrote",
            lambda stamp: CustomerMessaged(
                **stamp, pool=pool, actor="customer", interaction_id=interaction_id
            ),
            [(POOL_LOG, pool)],
        )


def _address(interaction_id: str, channel: Channel) -> str | None:
    """Where an answer goes; some senders hide it, and some give what is no address."""
    number = int(interaction_id.rpartition(":")[2])
    if channel not in ("email", "sms") or number % 17 == 0:
        return None
    if number % 19 == 0:
        return "a list: x@example.net, y@example.net"
    return f"c{number}@example.net" if channel == "email" else f"+1555020{number:04}"
