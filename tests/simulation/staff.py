"""The people of a history's centre, and who is told of outages."""

from random import Random

from shared.contracts.configuration import (
    OutageDocument,
    PoolInOutage,
    Probe,
    Promises,
    WatchedChannel,
)
from shared.contracts.people import Inhibition, Matcher, PeopleDocument, Recipient, Route
from shared.contracts.words import Channel
from tests.simulation import habits

BACKUPS: dict[Channel, tuple[Channel, ...]] = {
    "chat": ("sms", "email"),
    "email": ("chat",),
    "voice": ("chat", "email"),
    "sms": ("chat",),
}


def people_of(ids: list[str], staff: list[str], start_ms: int, chance: Random) -> PeopleDocument:
    """Managers, staff, an operator, and most often rooms that hear of everything in groups."""
    with_rooms = chance.random() < 0.6
    people = [
        habits.person(number, it, start_ms, chance) for number, it in enumerate([*ids, *staff])
    ]
    return PeopleDocument(
        people=(*people, habits.operator(), *(habits.rooms() if with_rooms else ())),
        retries=habits.RETRIES,
        page_expires_s=3600,
        limits=habits.limits(chance),
        require_verified=chance.random() < 0.2,
        operators=habits.operators(ids, chance),
        rooms=_rooms(chance) if with_rooms else None,
        inhibitions=(_OUTAGE_EXPLAINS,) if chance.random() < 0.35 else (),
    )


_OUTAGE_EXPLAINS = Inhibition(  # while a channel is down, its late replies are no news
    source=(Matcher(label="kind", value="incident"),),
    target=(Matcher(label="kind", value="escalation"),),
    equal=("channel",),
)


def _rooms(chance: Random) -> Route:
    return Route(
        receiver=habits.ROOMS[1],
        group_by=("kind", "channel"),
        group_wait_s=chance.choice((10, 30)),
        group_interval_s=chance.choice((90, 240)),
        repeat_interval_s=chance.choice((3_600, 14_400)),
        routes=(
            Route(
                receiver=habits.ROOMS[0],
                match=(Matcher(label="kind", value="escalation"),),
                group_by=("pool",),
                go_on=chance.random() < 0.3,
            ),
            Route(
                match=(Matcher(label="severity", value="major|critical", pattern=True),),
                group_by=("incident",),
            ),
        ),
    )


def _of(person: str, chance: Random) -> Recipient:
    return Recipient(person=person, method=chance.choice(("rules", "rules", "email")))


def outages_of(
    names: list[str], people: list[str], staff: list[str], chance: Random
) -> OutageDocument:
    """Chat has one probe, voice two; e-mail also counts silence; sms is only declared by hand."""
    return OutageDocument(
        pools={
            name: PoolInOutage(
                backups=BACKUPS,
                managers=(_of(chance.choice(people), chance),),
                staff=(_of(chance.choice(staff), chance),),
            )
            for name in names
        },
        it=(Recipient(person=people[0], method="webhook"), _of(people[1], chance)),
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
