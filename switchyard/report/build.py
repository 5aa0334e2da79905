"""From the topics' records to the report of a day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from pydantic import ValidationError

from shared.contracts.configuration import Document, PoolDocument, hash_of, read_document
from shared.contracts.people import PeopleDocument
from shared.log import LogRecord
from switchyard.report.checker import Checker
from switchyard.report.figures import figures
from switchyard.report.morning import Report
from switchyard.report.numbers import Day

_DOCUMENT = "document/"


@dataclass(frozen=True, slots=True)
class Topics:
    """All records of the topics that a report reads, in order per partition.

    Read pool-log before system-log, and that before people-log: what a person is told of stands
    in the others, too.
    """

    pool_log: Iterable[LogRecord] = ()
    system_log: Iterable[LogRecord] = ()
    people_log: Iterable[LogRecord] = ()
    config: Iterable[LogRecord] = ()
    dead_letters: Iterable[LogRecord] = ()


class _Written(msgspec.Struct):
    """The one field of a dead letter that the report counts by."""

    at_ms: int


@dataclass(slots=True)
class Reading:
    """What came of reading the topics: a report, and what is still on its way."""

    report: Report
    undecided: int = 0  # arrivals that no router has read
    unended: int = 0  # notifications without an end
    documents: dict[str, PoolDocument] = field(default_factory=dict)


def build_report(
    topics: Topics,
    *,
    day: str,
    timezone: str | None = None,
    notes: tuple[str, ...] = (),
) -> Reading:
    """Check the whole logs, and count one day of them.

    Args:
        day: ISO date, local in `timezone`.
        timezone: IANA; None takes that of the first calendar that is configured, or UTC.
        notes: lines for the head of the report.

    Raises:
        ValueError: `day` is no date. zoneinfo.ZoneInfoNotFoundError: no such zone.
    """
    documents = pool_documents(topics.config)
    checker = Checker(documents)
    read = checker.read(topics.pool_log, topics.system_log, topics.people_log)
    unended = checker.accounted.open_notifications()
    verdicts = tuple(checker.verdicts())
    found = figures(
        checker,
        read,
        local_day(day, timezone or _configured_zone(documents)),
        dead_letters=[_written_ms(record) for record in topics.dead_letters],
        locales=locales_of(topics.config),
    )
    undecided = checker.ledger.undecided()
    return Reading(Report(found, verdicts, notes), undecided, unended, documents)


def pool_documents(config: Iterable[LogRecord]) -> dict[str, PoolDocument]:
    """The pools' documents of the config topic, by hash."""
    return {key: it for key, it in _documents(config) if isinstance(it, PoolDocument)}


def locales_of(config: Iterable[LogRecord]) -> dict[str, str]:
    """The language of each person who was ever configured, by the latest document that has him."""
    return {
        person.id: person.locale
        for _, document in _documents(config)
        if isinstance(document, PeopleDocument)
        for person in document.people
    }


def _documents(config: Iterable[LogRecord]) -> Iterator[tuple[str, Document]]:
    """All documents of the config topic with their hash. Unreadable ones are left out."""
    for record in config:
        if record.key is None or not record.key.startswith(_DOCUMENT):
            continue
        try:
            yield hash_of(record.value), read_document(record.value)
        except ValidationError:
            continue  # of a later schema; facts that name it will be called out by R4


def local_day(day: str, timezone: str) -> Day:
    """The instants of a local date; 23 or 25 hours long where the clocks change."""
    zone, first = ZoneInfo(timezone), date.fromisoformat(day)
    return Day(first.isoformat(), timezone, _midnight(first, zone), _midnight(_next(first), zone))


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _configured_zone(documents: dict[str, PoolDocument]) -> str:
    zones = (it.timezone for document in documents.values() for it in document.calendars)
    return next(zones, "UTC")


def _written_ms(record: LogRecord) -> int:
    """When the dead letter was written; its own field, for it has no header of ours."""
    try:
        return msgspec.json.decode(record.value, type=_Written).at_ms
    except msgspec.MsgspecError:
        return record.at_ms
