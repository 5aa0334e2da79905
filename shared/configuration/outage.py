"""The document of outages: from outage.yaml, and from what pools and people say in their files."""

from collections.abc import Iterable

from shared.configuration.files import OutageFile, ProbeEntry, WatchedEntry
from shared.configuration.people_file import PeopleFile
from shared.configuration.pool_files import PoolFile
from shared.configuration.reach import recipients
from shared.contracts.configuration import (
    OutageDocument,
    PoolInOutage,
    Probe,
    Promises,
    WatchedChannel,
)


def outage_document(
    file: OutageFile, pools: Iterable[tuple[str, PoolFile]], people: PeopleFile
) -> OutageDocument:
    """All that the outage service must know; references were checked before, or lead nowhere.

    Args:
        file: outage.yaml; its defaults where there is none.
        pools: each pool's name and file.
    """
    known = {person.id: person for person in people.people}
    return OutageDocument(
        pools={
            name: PoolInOutage(
                backups={channel: entry.backups for channel, entry in pool.channels.items()},
                managers=recipients(pool.managers, known),
                staff=recipients(pool.staff, known),
            )
            for name, pool in pools
        },
        it=recipients(file.it, known),
        channels={channel: _watched(entry) for channel, entry in file.channels.items()},
        references=tuple(map(_probe, file.references)),
        promises=Promises(
            critical_s=file.promises.critical,
            major_s=file.promises.major,
            minor_s=file.promises.minor,
        ),
        notice_expires_s=file.notice_expires,
    )


def _watched(entry: WatchedEntry) -> WatchedChannel:
    return WatchedChannel(
        probes=tuple(map(_probe, entry.probes)),
        silent_after_s=entry.silent_after,
        bad_in_a_row=entry.bad_in_a_row,
        good_in_a_row=entry.good_in_a_row,
        recovered_in_a_row=entry.recovered_in_a_row,
        recovered_for_s=entry.recovered_for,
        failed_over_for_s=entry.failed_over_for,
    )


def _probe(entry: ProbeEntry) -> Probe:
    return Probe(
        name=entry.name,
        kind="http" if entry.tcp is None else "tcp",
        target=entry.http or entry.tcp or "",
        every_s=entry.every,
        timeout_s=entry.timeout,
    )
