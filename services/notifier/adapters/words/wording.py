"""How times, lengths of time and values are put into the sentences of a language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from string import Formatter
from zoneinfo import ZoneInfo

from services.notifier.adapters.words.phrases import Phrases

LONGEST_SUBJECT = 160  # characters, isolates included
LONGEST_VALUE = 120
LONGEST_IN_SUBJECT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    language: str  # of the templates that were used
    subject: str  # one line
    text: str
    html: str


def duration(phrases: Phrases, length_ms: int) -> str:
    """The two largest units that are not nothing: "1 d 3 h", "12 min 5 s"."""
    seconds = max(0, length_ms) // 1000
    units = phrases.units
    parts = [
        (seconds // 86_400, units.days),
        (seconds // 3_600 % 24, units.hours),
        (seconds // 60 % 60, units.minutes),
        (seconds % 60, units.seconds),
    ]
    while len(parts) > 1 and parts[0][0] == 0:
        parts.pop(0)
    told = [unit.format(n=n) for n, unit in parts[:2] if n or len(parts) == 1]
    return " ".join(told)


def local_time(phrases: Phrases, at_ms: int, timezone: str, *, seconds: bool = True) -> str:
    """Date and time where the person is; in UTC, and saying so, if the zone is not known."""
    zone, name = _zone(timezone)
    local = datetime.fromtimestamp(at_ms / 1000, tz=zone)
    return phrases.date.format(
        weekday=phrases.weekdays[local.weekday()],
        day=local.day,
        month=phrases.months[local.month - 1],
        year=local.year,
        time=f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}",
        zone=name,
    )


def _zone(timezone: str) -> tuple[tzinfo, str]:
    try:
        return ZoneInfo(timezone), timezone
    except (KeyError, ValueError, OSError):  # not found (a KeyError), no name, or a folder's name
        return UTC, "UTC"


def filled(
    template: str,
    values: Mapping[str, str],
    shown: Callable[[str], str],
    said: Callable[[str], str] = str,
) -> str:
    """A sentence with its placeholders replaced.

    Args:
        shown: keeps a value apart from the text.
        said: what is done to the words of the template itself.

    Raises:
        KeyError: the template has a placeholder without a value.
    """
    parts = []
    for words, name, _, _ in Formatter().parse(template):
        parts.append(said(words))
        if name is not None:
            parts.append(shown(values[name]))
    return "".join(parts)
