"""The support centre of one history: pools, agents, promises and people, from the seed."""

from dataclasses import dataclass
from random import Random

from shared.contracts.configuration import (
    Agent,
    Calendar,
    ChannelSettings,
    EscalationLevel,
    EscalationPolicy,
    LanguageLevel,
    OutageDocument,
    PeopleDocument,
    Person,
    PoolDocument,
    PoolInOutage,
    PriorityClass,
    Probe,
    Promises,
    Queue,
    Recipient,
    RetrySchedule,
    RoutingRule,
    SlaPolicy,
    SlaTarget,
    Span,
    WatchedChannel,
)
from shared.contracts.interactions import SkillNeed
from shared.contracts.topics import partition_of
from shared.contracts.words import Channel

PARTITIONS = 2
POOL_NAMES = ("north", "south", "lisbon", "haifa", "riga", "boston", "cluj", "gent")
CHANNELS: tuple[Channel, ...] = ("chat", "email", "voice", "sms")
LANGUAGES = ("en", "es", "pt", "he")
ZONES = ("America/New_York", "Europe/Bucharest", "Asia/Jerusalem", "Europe/Lisbon")
BACKUPS: dict[Channel, tuple[Channel, ...]] = {
    "chat": ("sms", "email"),
    "email": ("chat",),
    "voice": ("chat", "email"),
    "sms": ("chat",),
}


@dataclass(frozen=True, slots=True)
class Centre:
    """Documents by pool; pools lie on all partitions."""

    pools: dict[str, PoolDocument]
    people: PeopleDocument
    outages: OutageDocument

    @property
    def names(self) -> list[str]:
        return sorted(self.pools)


def build_centre(chance: Random) -> Centre:
    names = _names(chance)
    people = [f"m{number}" for number in range(chance.randint(5, 7))]
    pools = {name: _pool(name, people, chance) for name in names}
    staff = [f"s{number}" for number in range(4)]
    return Centre(pools, _people(people, staff, chance), _outages(names, people, staff, chance))


def _names(chance: Random) -> list[str]:
    """Three or four pools, not all on one partition."""
    while True:
        names = chance.sample(POOL_NAMES, chance.choice((3, 3, 4)))
        if len({partition_of(name, PARTITIONS) for name in names}) == PARTITIONS:
            return sorted(names)


def _pool(name: str, people: list[str], chance: Random) -> PoolDocument:
    return PoolDocument(
        pool=name,
        default_language="en",
        default_queue="general",
        queues=(
            Queue(name="general", expires_after_s=chance.choice((None, 1800, 3600))),
            Queue(
                name="technical",
                skills=(SkillNeed(skill="technical", level=2),),
                sla_policy="fast",
            ),
            Queue(name="letters", sla_policy="slow"),
        ),
        skills=("technical", "billing"),
        priorities=(
            PriorityClass(name="normal"),
            PriorityClass(name="high", head_start_s=120),
            PriorityClass(name="urgent", head_start_s=600),
        ),
        rules=(
            RoutingRule(name="tech", when={"topic": ("fault",)}, queue="technical"),
            RoutingRule(name="letters", when={"channel": ("email",)}, queue="letters"),
            RoutingRule(
                name="money",
                when={"topic": ("invoice",)},
                queue="general",
                skills=(SkillNeed(skill="billing"),),
                priority="high",
            ),
        ),
        channels={
            "chat": ChannelSettings(
                units=45, offer_expires_s=25, wrap_up_s=30, presence_grace_s=60,
                backups=BACKUPS["chat"],
            ),
            "email": ChannelSettings(
                units=30, offer_expires_s=60, presence_grace_s=300,
                auto_accept=chance.random() < 0.5, backups=BACKUPS["email"],
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
        calendars=(_around_the_clock(chance), _day(chance)),
        sla_policies=_promises(),
        default_sla_policy="usual",
        escalation_policies=_escalations(people, chance),
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
    )


def _around_the_clock(chance: Random) -> Calendar:
    """Open at night too, so that clocks run while their zone's time jumps; closed for lunch.

    No edge lies in an hour that a zone skips or repeats: there, what is meant is a matter of taste.
    """
    spans = (Span(opens_min=0, closes_min=270), Span(opens_min=300, closes_min=1380))
    return Calendar(
        name="long",
        timezone=chance.choice(ZONES),
        week=dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), spans),
    )


def _day(chance: Random) -> Calendar:
    spans = (Span(opens_min=330, closes_min=1290),)
    return Calendar(
        name="day",
        timezone=chance.choice(ZONES),
        week=dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), spans),
    )


def _promises() -> tuple[SlaPolicy, ...]:
    return (
        SlaPolicy(
            name="usual",
            targets=(
                SlaTarget(
                    metric="first_reply", channels=("voice",), open_s=150, met_by="assignment",
                    escalation_policy="duty",
                ),
                SlaTarget(
                    metric="first_reply", open_s=420, calendar="long", met_by="reply",
                    escalation_policy="duty",
                ),
                SlaTarget(
                    metric="resolution", open_s=2700, calendar="long", met_by="close",
                    escalation_policy="calm",
                ),
            ),
        ),
        SlaPolicy(
            name="fast",
            targets=(
                SlaTarget(
                    metric="first_reply", open_s=180, met_by="assignment",
                    escalation_policy="duty",
                ),
                SlaTarget(metric="resolution", open_s=3600, calendar="day", met_by="close"),
            ),
        ),
        SlaPolicy(
            name="slow",
            targets=(
                SlaTarget(
                    metric="first_reply", open_s=900, calendar="long", met_by="reply",
                    escalation_policy="calm",
                ),
                SlaTarget(
                    metric="resolution", calendar_days=1, calendar="long", met_by="close",
                    escalation_policy="calm",
                ),
            ),
        ),
    )  # fmt: skip


def _escalations(people: list[str], chance: Random) -> tuple[EscalationPolicy, ...]:
    first, second, third = chance.sample(people, 3)
    return (
        EscalationPolicy(
            name="duty",
            levels=(
                EscalationLevel(people=(first,)),
                EscalationLevel(after_s=240, people=(second, third)),
            ),
            rounds=2,
            round_s=600,
        ),
        EscalationPolicy(name="calm", levels=(EscalationLevel(after_s=60, people=(third,)),)),
    )


def _people(ids: list[str], staff: list[str], chance: Random) -> PeopleDocument:
    return PeopleDocument(
        people=tuple(
            Person(
                id=it,
                locale=chance.choice(("en", "he")),
                timezone=chance.choice(ZONES),
                # One has no address: what is for him must end as a dead letter, with a reason.
                email=None if number == 4 else f"{it}@example.org",
                webhook=f"https://example.org/{it}" if number < 2 else None,
            )
            for number, it in enumerate([*ids, *staff])
        ),
        retries=RetrySchedule(waits_s=(5, 20, 60), lease_s=30),
        page_expires_s=3600,
    )


def _outages(
    names: list[str], people: list[str], staff: list[str], chance: Random
) -> OutageDocument:
    """Chat has one probe, voice two; e-mail also counts silence; sms is only declared by hand."""
    return OutageDocument(
        pools={
            name: PoolInOutage(
                backups=BACKUPS,
                managers=(Recipient(person=chance.choice(people)),),
                staff=(Recipient(person=chance.choice(staff)),),
            )
            for name in names
        },
        it=(Recipient(person=people[0], method="webhook"), Recipient(person=people[1])),
        channels={
            "chat": _watched(("chat", 60)),
            "voice": _watched(("voice-1", 90), ("voice-2", 90)),
            "email": _watched(("mail", 90), silent_after_s=900),
            "sms": WatchedChannel(silent_after_s=1200),
        },
        promises=Promises(critical_s=480, major_s=900, minor_s=1800),
    )


def _watched(*probes: tuple[str, int], silent_after_s: int | None = None) -> WatchedChannel:
    return WatchedChannel(
        probes=tuple(
            Probe(name=name, target=f"https://example.org/{name}", every_s=every_s)
            for name, every_s in probes
        ),
        silent_after_s=silent_after_s,
        recovered_in_a_row=3,
        recovered_for_s=150,
        failed_over_for_s=240,
    )
