"""Every topic, declared once: name, key, partitions, retention, compaction."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

DAY_MS = 86_400_000
POOL_LOG = "pool-log"
PEOPLE_LOG = "people-log"
SYSTEM_LOG = "system-log"
CONFIG = "config"
DEAD_LETTERS = "dead-letters"
CLOCK_PROBE = "clock-probe"


def state_topic(service: str) -> str:
    """The compacted topic that holds the state of a service's shards."""
    return f"{service}-state"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """`partitions` None: as many as the installation says (`--partitions`), fixed at creation."""

    name: str
    key: str
    owner: str
    about: str
    partitions: int | None = None
    cleanup: Literal["delete", "compact"] = "delete"
    retention_ms: int = 30 * DAY_MS  # -1: for ever
    timestamps: Literal["CreateTime", "LogAppendTime"] = "CreateTime"


def _state_of(service: str, log: str, partitions: int | None = None) -> Topic:
    return Topic(
        name=state_topic(service),
        key="entity",
        owner=service,
        about=f"state of the {service}'s shards; partitions equal those of {log}",
        partitions=partitions,
        cleanup="compact",
        retention_ms=-1,
    )


TOPICS: tuple[Topic, ...] = (
    Topic(
        name=POOL_LOG,
        key="pool",
        owner="gateway, router, escalation, outage, operator",
        about="everything about a pool, in one order: the story of each interaction and agent",
    ),
    Topic(
        name=PEOPLE_LOG,
        key="person",
        owner="gateway, router, escalation, outage, notifier, operator",
        about="everything about telling a person: pages, notices, recalls, attempts, outcomes",
    ),
    Topic(
        name=SYSTEM_LOG,
        key="installation",
        owner="gateway, router, outage, operator",
        about="the health of channels: evidence, incidents, what moves to a backup and back",
        partitions=1,  # one order for what concerns all pools; it is little
    ),
    _state_of("router", POOL_LOG),
    _state_of("escalation", POOL_LOG),
    _state_of("notifier", PEOPLE_LOG),
    _state_of("outage", SYSTEM_LOG, 1),
    Topic(
        name=CONFIG,
        key="document/<hash> or applied/<pool>/<version>",
        owner="operator",
        about="configuration documents under their hash, never deleted, and what was applied when",
        partitions=1,
        cleanup="compact",
        retention_ms=-1,
    ),
    Topic(
        name=DEAD_LETTERS,
        key="source topic",
        owner="every service",
        about="records that could not be read or followed, with reason and origin",
        partitions=1,
        retention_ms=90 * DAY_MS,
    ),
    Topic(
        name=CLOCK_PROBE,
        key="process",
        owner="every service",
        about="one small record now and then; the broker stamps it, so that clocks are compared",
        partitions=1,
        retention_ms=3_600_000,
        timestamps="LogAppendTime",
    ),
)


_FIXED = {topic.name: topic.partitions for topic in TOPICS if topic.partitions is not None}


def partitions_of_topic(topic: str, partitions: int) -> int:
    """How many partitions a topic has where the installation has `partitions`."""
    return _FIXED.get(topic, partitions)


def partition_of(key: str, partitions: int) -> int:
    """The partition of a key: BLAKE2b of its UTF-8 bytes, so equal on every client and machine."""
    digest = blake2b(key.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % partitions
