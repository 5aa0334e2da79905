"""People are sent codes, where addresses have to be confirmed, and most type them in."""

from functools import partial
from random import Random

from shared.contacts import address_hash
from shared.contracts.contacts import ContactConfirmed, VerificationRequested
from shared.contracts.people import ADDRESS_OF, Person
from shared.contracts.topics import PEOPLE_LOG
from shared.contracts.words import ContactMethod
from tests.simulation.gateway import Front
from tests.simulation.world import World

_OF_USE_MS = 3_600_000


class Confirmations:
    def __init__(self, world: World, front: Front, chance: Random) -> None:
        self._world, self._front, self._chance = world, front, chance

    def plan(self) -> None:
        """Nearly all ask for their codes in the first minutes; somebody forgets one of them."""
        if not self._world.centre.people.require_verified:
            return
        for person in self._world.centre.people.people:
            for method, name in ADDRESS_OF.items():
                address = getattr(person, name)
                if address and self._chance.random() < 0.95:
                    ask = partial(self._ask, person, method, address_hash(address))
                    self._world.schedule.after(self._chance.randint(1_000, 120_000), ask)

    def _ask(self, person: Person, method: ContactMethod, meant: str) -> None:
        self._world.story.exercised["code asked for"] += 1
        self._front.submit(
            f"verify:{person.id}:{method}",
            lambda stamp: VerificationRequested(
                **stamp,
                pool="*",
                actor=f"manager:{person.id}",
                verification_id=f"verify:{person.id}:{method}",
                person=person.id,
                method=method,
                address_hash=meant,
                expires_at_ms=stamp["at_ms"] + _OF_USE_MS,
            ),
            [(PEOPLE_LOG, person.id)],
        )

    def on_code(self, asked: VerificationRequested) -> None:
        """The code has come; the gateway checks what he types."""
        wait_ms = self._chance.randint(5, 90) * 1000
        self._world.schedule.after(wait_ms, partial(self._confirm, asked))

    def _confirm(self, asked: VerificationRequested) -> None:
        self._front.submit(
            f"{asked.verification_id}#confirmed",
            lambda stamp: ContactConfirmed(
                **stamp,
                pool=asked.pool,
                actor=asked.actor,
                verification_id=asked.verification_id,
                person=asked.person,
                method=asked.method,
                address_hash=asked.address_hash,
            ),
            [(PEOPLE_LOG, asked.person)],
        )
