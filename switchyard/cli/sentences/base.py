"""From a record to its sentence; kinds without a function of their own get a generic one."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import singledispatch
from typing import Any

from pydantic import ValidationError

from shared.contracts.catalogue import KINDS
from shared.contracts.event import Event
from shared.contracts.words import BY_RULES

_EVERY_EVENT = frozenset({"v", "event_id", "pool", "at_ms", "by", "cause", "config", "kind"})
_NEVER = frozenset({"personal"})  # customers' data has no place in a terminal's history


@singledispatch
def sentence(event: Event) -> str:
    """What happened and why. Never says personal data."""
    return _generic(event.model_dump(mode="json"))


def sentence_of(record: Mapping[str, Any]) -> str:
    """The sentence of a record as the gateway tells it; an unknown or newer kind has one too."""
    try:
        event = KINDS[str(record.get("kind"))].model_validate(record)
    except (KeyError, ValidationError):
        return _generic(record)
    return sentence(event)


def _generic(record: Mapping[str, Any]) -> str:
    kind = str(record.get("kind", "something happened")).replace("_", " ")
    told = {
        name: value
        for name, value in record.items()
        if name not in _EVERY_EVENT | _NEVER and value not in (None, "", [], {})
    }
    details = ", ".join(f"{name} {value}" for name, value in told.items())
    return f"{kind[:1].upper()}{kind[1:]}" + (f": {details}." if details else ".")


def duration(length_ms: int) -> str:
    """The two largest units: `350 ms`, `12 s`, `2 min 5 s`, `1 d 3 h`."""
    if abs(length_ms) < 1000:
        return f"{length_ms} ms"
    seconds = length_ms // 1000
    parts = [(seconds // 86_400, "d"), (seconds // 3_600 % 24, "h")]
    parts += [(seconds // 60 % 60, "min"), (seconds % 60, "s")]
    while parts and not parts[0][0]:
        parts.pop(0)
    return " ".join(f"{number} {unit}" for number, unit in parts[:2] if number)


def moment(at_ms: int) -> str:
    """A time of day in UTC, with the date: `2026-11-22 08:30:00 UTC`."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def listed(words: Iterable[object]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    texts = [str(word) for word in words]
    return " and ".join((", ".join(texts[:-1]), texts[-1])) if len(texts) > 1 else "".join(texts)


def because(reason: str | None) -> str:
    """A person's reason, quoted; nothing if there is none."""
    return f' The reason given: "{reason}".' if reason else ""


def spaced(word: str) -> str:
    return word.replace("_", " ")


def by(method: str) -> str:
    """`by email`; where the method is `rules`: `as the personal rules say`."""
    return "as the personal rules say" if method == BY_RULES else f"by {spaced(method)}"
