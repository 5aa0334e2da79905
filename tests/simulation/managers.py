"""Managers: they read what comes and acknowledge; some late, some twice, some never."""

from functools import partial
from random import Random

from services.notifier.core import Content
from shared.contracts.contacts import VerificationRequested
from shared.contracts.escalation import PageAcknowledged, PageRequested
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG
from tests.simulation.confirmations import Confirmations
from tests.simulation.gateway import Front
from tests.simulation.provider import causes_of
from tests.simulation.world import World


class Managers:
    def __init__(self, world: World, front: Front, chance: Random) -> None:
        self._world, self._front, self._chance = world, front, chance
        self.confirmations = Confirmations(world, front, world.chance.of("confirmations"))

    def on_arrival(self, content: Content) -> None:
        for cause in causes_of(content):
            match cause:
                case PageRequested():
                    self._paged(cause)
                case VerificationRequested():
                    self.confirmations.on_code(cause)
                case _:
                    pass  # news; nobody has to do anything

    def _paged(self, content: PageRequested) -> None:
        if self._chance.random() < 0.35:
            return
        wait_s = self._chance.choice((10, 40, 120, 500, 1500)) * self._chance.uniform(0.5, 1.5)
        self._world.schedule.after(int(wait_s * 1000), partial(self._acknowledge, content))

    def _acknowledge(self, page: PageRequested) -> None:
        # The link in the mail is pressed, so the same page gives the same command.
        self._front.submit(
            f"{page.page_id}#acknowledged",
            lambda stamp: PageAcknowledged(
                **stamp,
                pool=page.pool,
                actor=f"manager:{page.person}",
                escalation_id=page.escalation_id,
                cycle=page.cycle,
                person=page.person,
                page_id=page.page_id,
                via="link",
            ),
            [(POOL_LOG, page.pool), (PEOPLE_LOG, page.person)],
        )
