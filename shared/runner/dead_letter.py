"""A record that could not be read or followed, kept with its reason and origin."""

import base64
from dataclasses import dataclass
from typing import Literal

import msgspec

from shared.log import LogRecord

Reason = Literal["unreadable", "skipped", "stale"]
STALE: Literal["stale"] = "stale"  # also the code by which a core refuses such an event


@dataclass(slots=True, kw_only=True)
class DeadLetter:
    """Where it was, why it is here, and its bytes, so that it can be appended anew."""

    service: str
    reason: Reason
    detail: str  # names fields and types, never values
    topic: str
    partition: int
    offset: int
    kind: str
    by: str
    key: str | None
    value_base64: str
    at_ms: int

    def encode(self) -> bytes:
        return msgspec.json.encode(self)


def dead_letter(
    service: str, record: LogRecord, *, reason: Reason, detail: str, now_ms: int
) -> DeadLetter:
    return DeadLetter(
        service=service,
        reason=reason,
        detail=detail,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        kind=record.kind,
        by=record.by,
        key=record.key,
        value_base64=base64.b64encode(record.value).decode(),
        at_ms=now_ms,
    )
