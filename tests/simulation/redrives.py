"""An operator who looks after dead letters: the end of an outage until it is out, others at times.

What the others were owed is known from their openings, as the command line shows it.
"""

from functools import partial
from random import Random

from shared.contracts.notification import (
    NotificationEnded,
    NotificationOpened,
    RedriveRequested,
)
from shared.contracts.topics import PEOPLE_LOG
from tests.simulation.gateway import Front
from tests.simulation.topics import SeenRecord
from tests.simulation.world import World

_COME_TO_NOTHING = frozenset({"dead_lettered", "expired", "unknown"})


class Redrives:
    def __init__(self, world: World, front: Front, chance: Random) -> None:
        self._world, self._front, self._chance = world, front, chance
        self._recoveries: set[str] = set()
        self._seen: set[str] = set()
        self._asked: dict[str, int] = {}
        world.broker.watch(("notification_opened",), self._opened)
        world.broker.watch(("notification_ended",), self._ended)

    def _opened(self, record: SeenRecord) -> None:
        opened = record.event()
        assert isinstance(opened, NotificationOpened)
        if opened.notice is not None and opened.notice.purpose == "recovery":
            self._recoveries.add(opened.notification_id)

    def _ended(self, record: SeenRecord) -> None:
        ended = record.event()
        assert isinstance(ended, NotificationEnded)
        if ended.event_id in self._seen or ended.end not in _COME_TO_NOTHING:
            return
        self._seen.add(ended.event_id)
        owed = ended.notification_id in self._recoveries and ended.end == "dead_lettered"
        if not owed and self._chance.random() > 0.15:
            return
        number = self._asked[ended.notification_id] = self._asked.get(ended.notification_id, 0) + 1
        wait_ms = self._chance.randint(60, 420) * 1000
        self._world.schedule.after(wait_ms, partial(self._ask, ended, number))

    def _ask(self, ended: NotificationEnded, number: int) -> None:
        self._world.story.exercised["sent again by an operator"] += 1
        self._front.submit(
            f"{ended.notification_id}#redrive/{number}",
            lambda stamp: RedriveRequested(
                **stamp,
                pool=ended.pool,
                actor="operator",
                notification_id=ended.notification_id,
                person=ended.person,
            ),
            [(PEOPLE_LOG, ended.person)],
        )
