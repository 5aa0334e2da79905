"""How long values are in a body, and what is left of those that are too long."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

from services.notifier.adapters.words.cuts import shortened

T = TypeVar("T")


def written(value: Any) -> int:
    """The bytes of a value in a body."""
    return len(as_json(value))


def as_json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def cut(text: str, longest: int) -> str:
    """At most so many bytes in a body."""
    return shortened(text, longest, lambda char: written(char) - 2)  # without the quotes


def fitting(values: Iterable[T], longest: int) -> list[T]:
    """The first of them that are together at most so many bytes in a body.

    No more of them are looked at, so they may be made on the way.
    """
    shown, used = [], 0
    for value in values:
        used += written(value) + 1  # with the comma
        if used > longest:
            break
        shown.append(value)
    return shown


def moment(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, tz=UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
