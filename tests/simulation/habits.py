"""How each person of a history wants to be told: contact methods, rules, quiet hours."""

from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

from shared.contracts.people import (
    Hop,
    MethodLimits,
    Person,
    PersonalRules,
    QuietHours,
    Recipient,
    RetrySchedule,
    Rung,
)
from shared.contracts.words import ContactMethod, Criterion
from tests.simulation.promised import ZONES

ROOMS = ("room-duty", "room-all")
OPERATOR = "op"
MUTE = 4  # the number of one who has no address at all: what is for him is a dead letter
_DAY_MIN = 1440
Step = tuple[ContactMethod, int, Criterion]
_HIGH: tuple[tuple[Step, ...], ...] = (
    (("sms", 60, "delivered"), ("voice", 90, "delivered"), ("email", 60, "accepted")),
    (("slack", 45, "read"), ("sms", 60, "accepted"), ("voice", 60, "accepted")),
    (("pagerduty", 120, "acknowledged"), ("voice", 120, "delivered"), ("email", 60, "accepted")),
    (("email", 90, "accepted"), ("sms", 60, "delivered")),
    (("webhook", 30, "accepted"), ("email", 30, "accepted"), ("sms", 30, "accepted")),
)
_LOW: tuple[tuple[Step, ...], ...] = (
    (),
    (("email", 120, "accepted"),),
    (("slack", 90, "delivered"), ("email", 60, "accepted")),
    (("sms", 120, "delivered"), ("email", 60, "accepted")),
)
RETRIES = RetrySchedule(waits_s=(5, 20, 60), lease_s=30, by_method={"sms": (10, 40)})


def person(number: int, name: str, start_ms: int, chance: Random) -> Person:
    """A manager or member of staff. The first have all that there is, one has nothing."""
    mute = number == MUTE
    zone = chance.choice(ZONES)
    return Person(
        id=name,
        locale=chance.choice(("en", "he")),
        timezone=zone,
        email=None if mute else f"{name}@example.org",
        webhook=f"https://example.org/{name}" if number < 2 else None,
        phone=None if mute or chance.random() < 0.15 else f"+1555010{number:04}",
        slack=f"U{number:04}" if not mute and chance.random() < 0.5 else None,
        pagerduty=name if not mute and chance.random() < 0.3 else None,
        rules=rules(chance) if chance.random() < 0.75 else None,
        quiet=quiet_hours(zone, start_ms, chance) if chance.random() < 0.5 else None,
    )


def rules(chance: Random) -> PersonalRules:
    return PersonalRules(high=_hops(chance.choice(_HIGH)), low=_hops(chance.choice(_LOW)))


def quiet_hours(zone: str, start_ms: int, chance: Random) -> QuietHours:
    """They begin or end, or both, while the history runs."""
    local = datetime.fromtimestamp(start_ms / 1000, UTC).astimezone(ZoneInfo(zone))
    start = local.hour * 60 + local.minute + chance.randint(-120, 80)
    return QuietHours(
        start_minute=start % _DAY_MIN,
        end_minute=(start + chance.randint(45, 300)) % _DAY_MIN,
        days=(0, 1, 2, 3, 4, 5, 6) if chance.random() < 0.8 else (0, 1, 2, 3, 4, 6),
    )


def rooms() -> tuple[Person, ...]:
    return (
        Person(id=ROOMS[0], locale="en", slack="C0001", email="duty@example.org"),
        Person(id=ROOMS[1], locale="he", email="all@example.org", rules=PersonalRules(
            high=_hops((("email", 60, "accepted"),)),
        )),
    )  # fmt: skip


def operator() -> Person:
    """He who mends what telling runs on; he has two ways, so that one may fail."""
    return Person(id=OPERATOR, locale="en", email="op@example.org", phone="+15550199999")


def operators(people: list[str], chance: Random) -> tuple[Recipient, ...]:
    if chance.random() < 0.15:
        return ()
    second = Recipient(person=chance.choice(people[:2]), method="rules")
    return (Recipient(person=OPERATOR), *((second,) if chance.random() < 0.4 else ()))


def limits(chance: Random) -> dict[ContactMethod, MethodLimits]:
    """Tighter than the defaults, so that a history climbs them."""
    sms, voice = chance.choice((2, 3, 5)), chance.choice((2, 3))
    return {
        "sms": MethodLimits(ladder=_ladder(sms), bundle_s=chance.choice((60, 120))),
        "voice": MethodLimits(ladder=_ladder(voice), bundle_s=120),
        "slack": MethodLimits(bundle_s=chance.choice((0, 45))),
        "email": MethodLimits(bundle_s=chance.choice((0, 0, 0, 90))),
    }


def _ladder(most: int) -> tuple[Rung, ...]:
    return (
        Rung(most=most, within_s=900),
        Rung(most=2 * most, within_s=3600),
        Rung(most=3 * most + 1, within_s=10_800),
    )


def _hops(steps: tuple[Step, ...]) -> tuple[Hop, ...]:
    return tuple(
        Hop(method=method, succeed_by_s=by_s, succeed_on=criterion)
        for method, by_s, criterion in steps
    )
