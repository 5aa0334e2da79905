"""The operator: applies configuration, and changes it in the middle of the day."""

from functools import partial
from random import Random

from shared.contracts.configuration import (
    INSTALLATION,
    PEOPLE,
    Document,
    LanguageLevel,
    OutageDocument,
    PoolDocument,
    canonical,
    hash_of,
)
from shared.contracts.people import PeopleDocument, Recipient
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from tests.simulation.clocks import MachineClock
from tests.simulation.habits_changed import habits_changed
from tests.simulation.world import World


class Operator:
    def __init__(self, world: World, clock: MachineClock, chance: Random) -> None:
        self._world, self._clock, self._chance = world, clock, chance
        self._versions: dict[str, int] = {}
        self.current: dict[str, Document] = {}

    def apply(self, name: str, document: Document, *, content_late_ms: int = 0) -> None:
        """Tell that this document is in force. Its content comes first, or a little late."""
        version = self._versions[name] = self._versions.get(name, 0) + 1
        self.current[name] = document
        wanted = hash_of(canonical(document))
        publish = partial(self._world.publish, document)
        if content_late_ms:
            self._world.schedule.after(content_late_ms, publish)
        else:
            publish()
        for topic, partition in self._places(name):
            self._tell(topic, partition, name, wanted, version)

    def _places(self, name: str) -> list[tuple[str, int | None]]:
        if name == PEOPLE:
            return [(PEOPLE_LOG, each) for each in range(self._world.partitions)]
        return [(SYSTEM_LOG if name == INSTALLATION else POOL_LOG, None)]

    def _tell(self, topic: str, partition: int | None, name: str, hash_: str, version: int) -> None:
        changed = ConfigChanged(
            event_id=f"config:{name}:{version}:{partition}",
            pool=name,
            at_ms=self._clock.now_ms(),
            by="operator",
            actor="operator",
            hash=hash_,
            version=version,
            partition=partition,
        )
        append = partial(self._world.broker.append, topic, name, changed, partition)
        append()
        if self._chance.random() < 0.2 and not self._world.calm:
            self._world.story.fault("duplicate command")
            self._world.schedule.after(self._chance.randint(100, 60_000), append)

    def change_pool(self, name: str) -> str:
        """Change a pool's document a little; what was changed, in words."""
        document = self.current[name]
        assert isinstance(document, PoolDocument)
        what, changed = _changed(document, self._chance)
        late_ms = self._chance.randint(2_000, 40_000) if self._chance.random() < 0.3 else 0
        if late_ms:
            self._world.story.fault("late document", f"the content comes {late_ms} ms later")
        self.apply(name, changed, content_late_ms=late_ms)
        return what

    def change_people(self) -> str:
        """How people want to be told, where they are reached, or how patient leases are."""
        document = self.current[PEOPLE]
        assert isinstance(document, PeopleDocument)
        what, changed = habits_changed(document, self._world.now_ms, self._chance)
        self.apply(PEOPLE, changed)
        return what

    def change_outages(self) -> str:
        """A pool's manager is another one from now on; who was told of an outage is still owed."""
        document = self.current[INSTALLATION]
        assert isinstance(document, OutageDocument)
        name = self._chance.choice(sorted(document.pools))
        others = [it.person for pool in document.pools.values() for it in pool.managers]
        manager = Recipient(person=self._chance.choice(others))
        pool = document.pools[name].model_copy(update={"managers": (manager,)})
        pools = {**document.pools, name: pool}
        self.apply(INSTALLATION, document.model_copy(update={"pools": pools}))
        return f"{manager.person} is the manager of {name}"


def _changed(document: PoolDocument, chance: Random) -> tuple[str, PoolDocument]:
    agents = list(document.agents)
    match chance.choice(("leaves", "forgets", "learns", "hurry", "small")):
        case "leaves" if len(agents) > 3:
            gone = agents.pop(chance.randrange(1, len(agents)))
            return f"{gone.id} leaves", document.model_copy(update={"agents": tuple(agents)})
        case "forgets":
            index = chance.randrange(1, len(agents))
            one = agents[index]
            agents[index] = one.model_copy(update={"skills": {}})
            return (
                f"{one.id} has no skills any more",
                document.model_copy(update={"agents": tuple(agents)}),
            )
        case "learns":
            index = chance.randrange(1, len(agents))
            one = agents[index]
            languages = {**one.languages, "lv": LanguageLevel(), "he": LanguageLevel()}
            agents[index] = one.model_copy(update={"languages": languages})
            return (
                f"{one.id} speaks Latvian and Hebrew",
                document.model_copy(update={"agents": tuple(agents)}),
            )
        case "hurry":
            aside_s = document.aside_s // 2
            return f"aside {aside_s} s", document.model_copy(update={"aside_s": aside_s})
        case _:
            index = chance.randrange(1, len(agents))
            one = agents[index]
            agents[index] = one.model_copy(update={"capacity_units": 60})
            return (
                f"{one.id} takes 60 units",
                document.model_copy(update={"agents": tuple(agents)}),
            )
