"""One history: a world from a seed, its day, its faults, and the calm after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

from services.escalation.core import escalation_core
from services.notifier.core import notifier_core
from services.outage.core import outage_core
from services.router.core import router_core
from shared.contracts.configuration import INSTALLATION, PEOPLE
from shared.runner.core import Core
from tests.simulation.agents import Agents
from tests.simulation.centre import PARTITIONS, build_centre
from tests.simulation.chance import Chance
from tests.simulation.customers import Customers
from tests.simulation.desk import Desk
from tests.simulation.faults import Faults, Victims
from tests.simulation.gateway import Front, Gateway
from tests.simulation.installation import Installation
from tests.simulation.managers import Managers
from tests.simulation.operator import Operator
from tests.simulation.outages import Outages, Prober
from tests.simulation.provider import Provider
from tests.simulation.receipts import Receipts
from tests.simulation.redrives import Redrives
from tests.simulation.schedule import Schedule
from tests.simulation.story import Story
from tests.simulation.supervisors import Supervisors
from tests.simulation.topics import Broker
from tests.simulation.weather import Weather
from tests.simulation.world import World

MINUTE_MS = 60_000
DAY_MS = 100 * MINUTE_MS  # contacts come, and things go wrong
AFTER_MS = 50 * MINUTE_MS  # what came is worked off
REST_MS = 200 * MINUTE_MS  # until nothing is due any more
CORES: Mapping[str, Core[Any]] = {
    core.service: core for core in (router_core, escalation_core, notifier_core, outage_core)
}


def beginning(chance: Random) -> int:
    """An instant some minutes before a zone's clocks are put forward or back; or any other."""
    days = (
        datetime(2026, 3, 29, 0, 40, tzinfo=UTC),  # Europe forward at 01:00 UTC
        datetime(2026, 10, 25, 0, 20, tzinfo=UTC),  # Europe back at 01:00 UTC
        datetime(2026, 10, 24, 22, 30, tzinfo=UTC),  # Jerusalem back at 23:00 UTC
        datetime(2026, 11, 1, 5, 20, tzinfo=UTC),  # New York back at 06:00 UTC
        datetime(2026, 3, 8, 6, 30, tzinfo=UTC),  # New York forward at 07:00 UTC
        datetime(2026, 6, 10, 10, 0, tzinfo=UTC),
        datetime(2026, 12, 31, 22, 30, tzinfo=UTC),
    )
    return int(chance.choice(days).timestamp() * 1000) + chance.randint(0, 10 * MINUTE_MS)


@dataclass(slots=True)
class History:
    """A world after its end, with all that an oracle may look at."""

    seed: int
    world: World
    installation: Installation
    provider: Provider
    customers: Customers
    desk: Desk
    began_ms: int
    settled_ms: int = 0
    notes: dict[str, Any] = field(default_factory=dict)


def play(seed: int) -> History:
    """Let one history happen. The same seed gives the same bytes in all topics."""
    chance = Chance(seed)
    start_ms = beginning(chance.of("beginning"))
    schedule = Schedule(start_ms)
    world = World(
        chance=chance,
        schedule=schedule,
        broker=Broker(partitions=PARTITIONS, transactions=chance.of("broker").random() < 0.75),
        story=Story(schedule),
        centre=build_centre(chance.of("centre"), chance.of("telling"), start_ms),
        cores=CORES,
    )
    provider = Provider(world, chance.of("provider"))
    installation = Installation(world, provider, chance.of("installation"))
    gateways = [_gateway(world, installation, name) for name in ("g1", "g2")]
    front, desk, weather = Front(world, gateways, chance.of("front")), Desk(world.broker), Weather()
    agents = Agents(world, front, desk, chance.of("agents"))
    customers = Customers(world, front, desk, chance.of("customers"), reaches=weather.reaches)
    managers = Managers(world, front, chance.of("managers"))
    supervisors = Supervisors(world, front, desk, chance.of("supervisors"))
    provider.on_arrival = managers.on_arrival
    provider.on_written = Receipts(world, front, chance.of("receipts")).on_written
    Redrives(world, front, chance.of("redrives"))
    operator = Operator(world, gateways[0].clock, chance.of("operator"))
    victims = Victims(installation, gateways, provider, agents, operator)
    faults = Faults(world, victims, chance.of("faults"))
    outages = Outages(world, front, weather, chance.of("outages"))
    faults.more = outages.faults()
    prober = Prober(world, installation, weather, chance.of("prober"))
    prober.until_ms = start_ms + DAY_MS + AFTER_MS

    installation.begin()
    operator.apply(PEOPLE, world.centre.people)
    for pool in world.centre.names:
        operator.apply(pool, world.centre.pools[pool])
    operator.apply(INSTALLATION, world.centre.outages)
    managers.confirmations.plan()
    prober.begin()
    outages.plan(DAY_MS)
    agents.plan(DAY_MS)
    customers.plan(chance.of("customers/count").randint(200, 215), DAY_MS)
    supervisors.plan(DAY_MS)
    faults.plan(DAY_MS)
    history = History(seed, world, installation, provider, customers, desk, start_ms)
    schedule.run_until(start_ms + DAY_MS)
    faults.heal()
    outages.settle()
    for person in agents.people.values():
        schedule.after(20_000, partial(agents.report, person, "ready"))
    schedule.run_until(start_ms + DAY_MS + AFTER_MS)
    schedule.run_until(start_ms + DAY_MS + AFTER_MS + REST_MS)
    history.settled_ms = schedule.now_ms
    return history


def _gateway(world: World, installation: Installation, name: str) -> Gateway:
    chance = world.chance.of(name)
    shared = not world.broker.transactions
    clock = installation.machine_clock if shared else world.clock(chance)
    gateway = Gateway(world, name, clock, chance)
    gateway.until_ms = world.now_ms + DAY_MS + AFTER_MS
    return gateway
