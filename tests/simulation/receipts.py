"""What providers tell later of a message: early, late, twice, out of order, or never."""

from functools import partial
from random import Random

from shared.contracts.notification import DeliveryReported
from shared.contracts.outage import NoticeRequested
from shared.contracts.topics import PEOPLE_LOG
from shared.contracts.words import ReceiptStatus
from tests.simulation.gateway import Front
from tests.simulation.provider import Written
from tests.simulation.world import World

_TELLS = {"sms": 0.85, "voice": 0.85, "email": 0.1, "slack": 0.5}  # how often, by method
_BOUNCES = 0.06  # of what arrived, it is told that it did not


class Receipts:
    """They come to a gateway, as any command does."""

    def __init__(self, world: World, front: Front, chance: Random) -> None:
        self._world, self._front, self._chance = world, front, chance

    def on_written(self, written: Written) -> None:
        chance = self._chance
        if chance.random() >= _TELLS.get(written.lease.method, 0.0):
            self._world.story.exercised["no receipt"] += 1
            return
        for status in self._statuses(written):
            self._after(self._delay_ms(written), written, status)

    def _statuses(self, written: Written) -> tuple[ReceiptStatus, ...]:
        chance = self._chance
        if not written.arrived or chance.random() < _BOUNCES:
            # Else who got an opening could not get the end, whatever we do.
            return () if _tells_the_end(written) else ("undelivered",)
        if written.lease.method == "slack":
            return ("read",) if chance.random() < 0.6 else ("delivered",)
        return ("sent", "delivered") if chance.random() < 0.3 else ("delivered",)

    def _delay_ms(self, written: Written) -> int:
        """Each status has a delay of its own, so that they also come in the wrong order."""
        dice, story, chance = self._chance.random(), self._world.story, self._chance
        if dice < 0.1:
            story.fault("receipt before the answer")
            return chance.randint(5, 40)
        if dice < 0.2:
            story.fault("receipt late")
            return chance.randint(60, 900) * 1000
        return (written.answer.after_ms or 1_000) + chance.randint(1, 15) * 1000

    def _after(self, delay_ms: int, written: Written, status: ReceiptStatus) -> None:
        tell = partial(self._tell, written, status)
        self._world.schedule.after(delay_ms, tell)
        if self._chance.random() < 0.04:
            self._world.story.fault("receipt twice")
            self._world.schedule.after(delay_ms + self._chance.randint(100, 60_000), tell)

    def _tell(self, written: Written, status: ReceiptStatus) -> None:
        lease = written.lease
        self._front.submit(
            f"{lease.attempt_id}#receipt/{status}",
            lambda stamp: DeliveryReported(
                **stamp,
                pool=lease.pool,
                notification_id=lease.notification_id,
                person=lease.person,
                status=status,
                provider_id=written.provider_id,
            ),
            [(PEOPLE_LOG, lease.person)],
        )


def _tells_the_end(written: Written) -> bool:
    content = written.content
    return isinstance(content, NoticeRequested) and content.purpose == "recovery"
