"""The people of a history's centre, and who is told of outages."""

from random import Random

from shared.contracts.configuration import (
    OutageDocument,
    PeopleDocument,
    Person,
    PoolInOutage,
    Probe,
    Promises,
    Recipient,
    RetrySchedule,
    WatchedChannel,
)
from shared.contracts.words import Channel
from tests.simulation.promised import ZONES

BACKUPS: dict[Channel, tuple[Channel, ...]] = {
    "chat": ("sms", "email"),
    "email": ("chat",),
    "voice": ("chat", "email"),
    "sms": ("chat",),
}


def people_of(ids: list[str], staff: list[str], chance: Random) -> PeopleDocument:
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


def outages_of(
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
