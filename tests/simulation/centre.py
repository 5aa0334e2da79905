"""The support centre of one history: pools, agents, promises and people, from the seed."""

from dataclasses import dataclass
from random import Random

from shared.contracts.configuration import (
    Agent,
    ChannelSettings,
    LanguageLevel,
    OutageDocument,
    PoolDocument,
)
from shared.contracts.people import PeopleDocument
from shared.contracts.topics import partition_of
from shared.contracts.words import Channel
from tests.simulation import features
from tests.simulation.promised import (
    around_the_clock,
    by_day,
    escalations,
    promises,
    told_customers,
)
from tests.simulation.staff import BACKUPS, outages_of, people_of

PARTITIONS = 2
POOL_NAMES = ("north", "south", "lisbon", "haifa", "riga", "boston", "cluj", "gent")
CHANNELS: tuple[Channel, ...] = ("chat", "email", "voice", "sms")
LANGUAGES = ("en", "es", "pt", "he")


@dataclass(frozen=True, slots=True)
class Centre:
    """Documents by pool; pools lie on all partitions."""

    pools: dict[str, PoolDocument]
    people: PeopleDocument
    outages: OutageDocument

    @property
    def names(self) -> list[str]:
        return sorted(self.pools)


def build_centre(chance: Random, telling: Random, start_ms: int) -> Centre:
    """`telling` decides whom and how the notifier tells, `chance` the rest."""
    names = _names(chance)
    people = [f"m{number}" for number in range(chance.randint(5, 7))]
    pools = {name: _pool(name, people, (chance, telling), start_ms) for name in names}
    staff = [f"s{number}" for number in range(4)]
    return Centre(
        pools,
        people_of(people, staff, start_ms, telling),
        outages_of(names, people, staff, telling),
    )


def _names(chance: Random) -> list[str]:
    """Three or four pools, not all on one partition."""
    while True:
        names = chance.sample(POOL_NAMES, chance.choice((3, 3, 4)))
        if len({partition_of(name, PARTITIONS) for name in names}) == PARTITIONS:
            return sorted(names)


def _pool(
    name: str, people: list[str], chances: tuple[Random, Random], start_ms: int
) -> PoolDocument:
    chance, telling = chances
    return PoolDocument(
        pool=name,
        default_language="en",
        default_queue="general",
        queues=features.queues(chance),
        skills=("technical", "billing"),
        priorities=features.priorities(),
        rules=features.rules(),
        **features.pool(chance),
        channels={
            "chat": ChannelSettings(
                units=45, offer_expires_s=25, wrap_up_s=30, presence_grace_s=60,
                backups=BACKUPS["chat"], **features.chat(chance),
            ),
            "email": ChannelSettings(
                units=30, offer_expires_s=60, presence_grace_s=300,
                auto_accept=chance.random() < 0.5, backups=BACKUPS["email"],
                interruptible=chance.random() < 0.4,
            ),
            "voice": ChannelSettings(
                units=100, offer_expires_s=20, wrap_up_s=45, min_language_level=2,
                backups=BACKUPS["voice"],
            ),
            "sms": ChannelSettings(
                units=45, offer_expires_s=40, presence_grace_s=60, backups=BACKUPS["sms"],
            ),
        },
        agents=tuple(_agent(name, number, chance) for number in range(chance.randint(5, 7))),
        presence_lease_s=400,
        aside_s=chance.choice((30, 60, 120)),
        misses_until_away=chance.choice((2, 3)),
        dedupe_horizon_s=chance.choice((10_800, 86_400, 86_400)),
        calendars=(around_the_clock(chance), by_day(chance), *features.hours(chance, start_ms)),
        sla_policies=promises(),
        default_sla_policy="usual",
        escalation_policies=escalations(people, telling),
        customer_notices=told_customers(telling),
    )  # fmt: skip


def _agent(pool: str, number: int, chance: Random) -> Agent:
    """The first of each pool can do everything, so that hardly anything has to be parked."""
    if number == 0:
        return Agent(
            id=f"{pool}-0",
            skills={"technical": 5, "billing": 3},
            languages={tag: LanguageLevel() for tag in LANGUAGES},
        )
    tags = ["en", *chance.sample(LANGUAGES[1:], chance.randint(0, 2))]
    skills = {it: chance.randint(1, 4) for it in ("technical", "billing") if chance.random() < 0.7}
    caps: dict[Channel, int] = {}
    if chance.random() < 0.5:
        caps = {it: chance.randint(1, 3) for it in CHANNELS if chance.random() < 0.8}
    return Agent(
        id=f"{pool}-{number}",
        skills=skills,
        languages={tag: LanguageLevel(spoken=chance.randint(1, 5)) for tag in tags},
        capacity_units=chance.choice((90, 100, 100, 130)),
        channels=caps,
        **features.agent(number, chance),
    )
