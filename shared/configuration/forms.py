"""Short forms that people write in YAML: `2min`, `08:30-17:00`, `mon-fri`, `he: 3`, `billing:4`.

Each function takes what stands in the file (text, list, mapping) and gives plain values, or raises
FormError with the remedy.
"""

import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DURATION = r"(\d+\s*(s|sec|m|min|h|d)\s*)+"
MILLISECONDS = r"\d{1,10}\s*ms"
HOURS = r"\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}"
_UNITS_S = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400}
_LONGEST_S = 10 * 366 * 86_400
_LENGTH = re.compile(r"(\d+)\s*(open|business|calendar)\s*(days?)")


class FormError(ValueError):
    """A value that cannot be read, and what to write instead."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}: {remedy}")
        self.problem = problem
        self.remedy = remedy


def duration_s(value: Any) -> int:
    """`30s`, `2min`, `4h`, `1d`, `1h 30min`, or whole seconds."""
    text = str(value).strip().lower()
    if re.fullmatch(r"[0-9]{1,10}", text):
        seconds = int(text)
    elif re.fullmatch(DURATION, text):
        parts = re.findall(r"(\d{1,10})\s*(sec|min|s|m|h|d)", text)
        seconds = sum(int(number) * _UNITS_S[unit] for number, unit in parts)
    else:
        raise FormError(f"`{_short(value)}` is not a duration", "write 30s, 2min, 4h or 1d")
    if seconds > _LONGEST_S:
        raise FormError(f"`{_short(value)}` is longer than ten years", "write a shorter one")
    return seconds


def patience_s(value: Any) -> float:
    """A duration, or milliseconds: `500ms`."""
    text = str(value).strip().lower()
    if re.fullmatch(MILLISECONDS, text):
        return int(text.removesuffix("ms")) / 1000
    return duration_s(value)


def permille(value: Any) -> int:
    """`60%` or `62.5%`, or the same as a part of 1: `0.625`."""
    text = str(value).strip()
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,3})?)\s*(%?)", text)
    share = 0 if match is None else float(match[1]) * (10 if match[2] else 1000)
    if match is None or share > 1000:
        raise FormError(f"`{_short(value)}` is not a share", "write 60% or 0.6")
    return round(share)


def pace(value: Any) -> Any:
    """`6 per 10min`, or the mapping that it stands for."""
    if isinstance(value, dict):
        return value
    offers, per, time = str(value).strip().partition(" per ")
    if not per or not offers.strip().isdigit():
        raise FormError(f"`{_short(value)}` is not a pace", "write 6 per 10min")
    return {"offers": offers.strip(), "per": time.strip()}


def under(key: str) -> Callable[[Any], Any]:
    """A word alone stands for a mapping with only this key."""
    return lambda value: {key: value} if isinstance(value, str) else value


def length(value: Any) -> dict[str, int]:
    """The length of a promise: open time (`4h`), `3 business days` or `30 calendar days`."""
    if match := _LENGTH.fullmatch(str(value).strip().lower()):
        kind = "calendar_days" if match[2] == "calendar" else "business_days"
        number = int(match[1])
        if not 1 <= number <= 3650:
            raise FormError(f"`{_short(value)}` is out of range", "1 to 3650 days")
        return {kind: number}
    try:
        seconds = duration_s(value)
    except FormError as error:
        remedy = "write 4h, 3 business days or 30 calendar days"
        raise FormError(f"`{_short(value)}` is not a length", remedy) from error
    if seconds == 0:
        raise FormError("a promise of no time cannot be kept", "write a length above 0")
    return {"open_s": seconds}


def hours(value: Any) -> list[dict[str, int]]:
    """Open hours of one day: `08:30-17:00`, several with commas or as a list, or `closed`."""
    if value is None or value == "closed":
        return []
    items = value if isinstance(value, list) else str(value).split(",")
    spans = sorted((_span(item) for item in items), key=lambda span: span["opens_min"])
    for earlier, later in pairwise(spans):
        if later["opens_min"] < earlier["closes_min"]:
            raise FormError(f"the hours `{_short(value)}` overlap", "join them")
    return spans


def _span(item: Any) -> dict[str, int]:
    if not re.fullmatch(HOURS, str(item).strip()):
        raise FormError(f"`{_short(item)}` are not hours", 'write "08:30-17:00" or "closed"')
    opens, closes = (_minute(part, str(item)) for part in str(item).split("-"))
    if opens >= closes:
        remedy = 'over midnight is two days: "22:00-24:00", and "00:00-06:00" on the next'
        raise FormError(f"`{_short(item)}` closes before it opens", remedy)
    return {"opens_min": opens, "closes_min": closes}


def _minute(text: str, whole: str) -> int:
    hour, minute = (int(part) for part in text.strip().split(":"))
    if minute > 59 or hour * 60 + minute > 1440:
        raise FormError(f"`{_short(whole)}` are not hours of a day", "00:00 to 24:00")
    return hour * 60 + minute


def week(value: Any) -> Any:
    """Days and ranges of days as keys (`mon-fri`, `sat, sun`) to one key per day."""
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for key, of_day in value.items():
        for day in days(key):
            if day in result:
                raise FormError(f"`{day}` stands twice in the week", "give each day once")
            result[day] = of_day
    return result


def days(key: str) -> list[str]:
    """The days that a key of the week stands for: `mon`, `mon-fri`, `sat, sun`."""
    found: list[str] = []
    for part in key.lower().split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        if first not in DAYS or (dash and last not in DAYS):
            raise FormError(f"`{_short(key)}` is no day", f"write {', '.join(DAYS)} or mon-fri")
        begin, end = DAYS.index(first), DAYS.index(last or first)
        if end < begin:
            raise FormError(f"`{_short(key)}` runs backwards", "write two entries")
        found += DAYS[begin : end + 1]
    return found


def iso_date(value: Any) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError as error:
        raise FormError(f"`{_short(value)}` is not a date", "write 2026-12-25") from error


def skills(value: Any) -> Any:
    """`{billing: 3}`, or a list of `billing` (level 1) and `billing:3`."""
    return _named_numbers(value, default=1)


def channels(value: Any) -> Any:
    """`{chat: 3}`, or a list of `chat:3` and `chat` (None: as many as fit the capacity)."""
    return _named_numbers(value, default=None)


def _named_numbers(value: Any, default: int | None) -> Any:
    if isinstance(value, dict):
        return {name: default if number is None else number for name, number in value.items()}
    result: dict[str, Any] = {}
    for name, number in _pairs(value):
        result[name] = number or default
    return result


def languages(value: Any) -> Any:
    """`en`, `[en, he:3, nl:3/5]` or `{en: 5, he: {spoken: 3, written: 5}}`; spoken comes first."""
    pairs = value.items() if isinstance(value, dict) else _pairs(value)
    return {tag: _language_level(level) for tag, level in pairs}


def _language_level(level: Any) -> Any:
    if level is None or level == "":
        return {}
    if isinstance(level, dict):
        return level
    spoken, _, written = str(level).partition("/")
    return {"spoken": spoken.strip(), "written": (written or spoken).strip()}


def _pairs(value: Any) -> list[tuple[str, str]]:
    """`name` and `name:rest` items as pairs; each name once."""
    items = value if isinstance(value, list) else str(value or "").replace(",", " ").split()
    pairs: dict[str, str] = {}
    for item in items:
        if not isinstance(item, str):
            raise FormError("an item of this list is not a word", "write name or name:number")
        name, _, rest = (part.strip() for part in item.partition(":"))
        if name in pairs:
            raise FormError(f"`{_short(name)}` stands twice", "remove one of them")
        pairs[name] = rest
    return list(pairs.items())


def words(value: Any) -> Any:
    """One word, or a list of words."""
    return [value] if isinstance(value, str) else value


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."
