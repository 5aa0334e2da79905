"""Records of the logs as the checkers want them: decoded, in order, each decision once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from shared.contracts.event import Event
from shared.log import LogRecord

# Nothing is checked on these; they are skipped undecoded.
SKIPPED = frozenset(
    {
        "tick", "agents_seen", "leases_renewed", "stubs_dropped", "presence_reported",
        "contacts_seen", "probe_ended",  # what was decided on them tells them as evidence
        "explanation_requested", "interaction_explained",  # they change nothing
        "alert_routed", "alert_grouped",  # what a room is told of them is checked
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was decided: by which shard, on the input at which offset, as its n-th."""

    shard: str  # `router-3`
    offset: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Source | None":
        """Read `<service>-<partition>:<offset>:<n>`; None on a command, which has no source."""
        if not text:
            return None
        shard, offset, number = text.rsplit(":", 2)
        return cls(shard, int(offset), int(number))


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a log, with where it stands and where it was decided."""

    record: LogRecord
    event: Event
    source: Source | None


@dataclass(slots=True)
class Unread:
    """What could not be used while reading, for the report."""

    undecodable: int = 0
    repeated: int = 0


def entries(records: Iterable[LogRecord], unread: Unread | None = None) -> Iterator[Entry]:
    """Decode records, and drop facts that were written twice.

    On a broker without transactions a shard that restarts writes the facts of its last batch
    again, with the same source. A shard's sources grow, so one number per shard tells repeats.
    """
    unread = Unread() if unread is None else unread
    latest: dict[tuple[str, int, str], tuple[int, int]] = {}
    for record in records:
        if record.kind in SKIPPED:
            continue
        source = Source.parse(record.source)
        if source is not None:
            shard, place = (
                (record.topic, record.partition, source.shard),
                (source.offset, source.number),
            )
            if place <= latest.get(shard, (-1, -1)):
                unread.repeated += 1
                continue
            latest[shard] = place
        try:
            event = record.event()
        except (KeyError, ValidationError):
            unread.undecodable += 1  # parked by its reader too; a report never fails on one
            continue
        yield Entry(record, event, source)
