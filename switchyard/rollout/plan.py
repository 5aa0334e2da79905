"""What to publish so that running services take a configuration: a pure function.

Three kinds of record, in this order: the document under its hash, `config_changed` in the log of
those concerned, and last `applied/<pool>/<version>`. A crash in between leaves the last out, so
that applying again says the same again: same versions, same event ids, one change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from shared.configuration import Loaded, document_hash
from shared.contracts.configuration import INSTALLATION, PEOPLE, Document, canonical
from shared.contracts.event import Milliseconds
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import CONFIG, PEOPLE_LOG, POOL_LOG, SYSTEM_LOG, partition_of
from shared.log import Headers, headers_of

OPERATOR = "operator"


class Applied(BaseModel):
    """One line of the history: which document a pool runs under, since when, and who did it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pool: str  # `*`: the document of all people; `@installation`: that of outages
    version: int
    hash: str
    at_ms: Milliseconds
    actor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who applies, why, when, and how the logs are divided."""

    actor: str
    reason: str
    now_ms: int
    pool_partitions: int
    people_partitions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One record to append."""

    topic: str
    partition: int
    key: str | None
    value: bytes
    headers: Headers
    what: str  # a sentence for the operator


def plan_apply(loaded: Loaded, applied: Mapping[str, Applied], order: Order) -> list[Publication]:
    """The records that bring every document from what is applied to what was loaded.

    A document that is unchanged gets none.

    Args:
        applied: the latest version of each pool, and of the documents that are no pool's.

    Raises:
        ValueError: the configuration has errors.
    """
    if loaded.errors:
        raise ValueError("a configuration with errors is never applied")
    publications: list[Publication] = []
    for pool, document in documents_of(loaded).items():
        latest = applied.get(pool)
        wanted = document_hash(document)
        if latest is None or latest.hash != wanted:
            version = latest.version + 1 if latest else 1
            change = Applied(
                pool=pool,
                version=version,
                hash=wanted,
                at_ms=order.now_ms,
                actor=order.actor,
                reason=order.reason,
            )
            publications += _of_change(change, document, order)
    return publications


def documents_of(loaded: Loaded) -> dict[str, Document]:
    """Every document by the name that it is applied under.

    The people come first, for pools page them; outages last, for they are of people and pools.
    """
    return {PEOPLE: loaded.people, **loaded.pools, INSTALLATION: loaded.outage}


def left_behind(loaded: Loaded, applied: Mapping[str, Applied]) -> tuple[str, ...]:
    """Pools that run and are no longer in the folder; they go on under their last document."""
    return tuple(sorted(applied.keys() - documents_of(loaded).keys()))


def latest_of(history: Iterable[Applied]) -> dict[str, Applied]:
    """The highest version of each pool."""
    latest: dict[str, Applied] = {}
    for entry in history:
        if entry.pool not in latest or entry.version > latest[entry.pool].version:
            latest[entry.pool] = entry
    return latest


def _of_change(change: Applied, document: Document, order: Order) -> Iterable[Publication]:
    yield Publication(
        topic=CONFIG,
        partition=0,
        key=f"document/{change.hash}",
        value=canonical(document),
        headers=[],
        what=f"document {change.hash}",
    )
    if change.pool == PEOPLE:
        for partition in range(order.people_partitions):
            yield _told(change, PEOPLE_LOG, partition, key=None)
    elif change.pool == INSTALLATION:
        yield _told(change, SYSTEM_LOG, 0, key=INSTALLATION)  # it has one partition
    else:
        partition = partition_of(change.pool, order.pool_partitions)
        yield _told(change, POOL_LOG, partition, key=change.pool)
    yield Publication(
        topic=CONFIG,
        partition=0,
        key=f"applied/{change.pool}/{change.version}",
        value=change.model_dump_json().encode(),
        headers=[],
        what=f"history of {change.pool}, version {change.version}",
    )


def _told(change: Applied, topic: str, partition: int, key: str | None) -> Publication:
    """`config_changed`; in people-log each partition has a copy with an id of its own."""
    place = f"#{partition}" if topic == PEOPLE_LOG else ""
    event = ConfigChanged(
        event_id=f"config:{change.pool}:{change.version}:{change.hash}{place}",
        pool=change.pool,
        at_ms=change.at_ms,
        by=OPERATOR,
        actor=change.actor,
        reason=change.reason,
        hash=change.hash,
        version=change.version,
        partition=partition if topic == PEOPLE_LOG else None,
    )
    return Publication(
        topic=topic,
        partition=partition,
        key=key,
        value=event.model_dump_json().encode(),
        headers=headers_of(event),
        what=f"config_changed of {change.pool} to version {change.version}",
    )
