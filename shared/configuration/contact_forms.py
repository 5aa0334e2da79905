"""Short forms of people.yaml: telephone numbers, names of connectors, quiet hours, limits.

They raise FormError with the remedy, and never repeat a number, a URL or a key.
"""

import re
from typing import Any

from shared.configuration.forms import DAYS, FormError, days

PHONE = r"\+[1-9][0-9]{6,14}"  # E.164: the country code, then at most 15 digits in all
NAME = r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}"
CONNECTORS = "SWITCHYARD_NOTIFIER_CONNECTORS_FILE"
_BETWEEN_DIGITS = re.compile(r"[\s().-]+")
_KEY = re.compile(r"(?i)[0-9a-f]{32,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|xox[a-z]-.*")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


def several(value: Any) -> Any:
    """A list, or in its place the one thing that it would hold."""
    return [value] if isinstance(value, str | dict) else value


def phone(value: Any) -> Any:
    """A number without what people write between its digits."""
    return _BETWEEN_DIGITS.sub("", value) if isinstance(value, str) else value


def connector(value: Any, method: str) -> Any:
    """A name; what it stands for is a secret, and has its line in a file of secrets."""
    if not isinstance(value, str):
        return value
    to_name = f"write a name, and `{method}.<name> <secret>` in the file of {CONNECTORS}"
    if "/" in value or ":" in value:
        raise FormError("a URL stands where a name belongs", to_name)
    if _KEY.fullmatch(value):
        raise FormError("a key stands where a name belongs", to_name)
    if method == "slack" and value.startswith(("#", "@")):
        remedy = "write its id, such as C0123ABCD, which Slack shows under its details"
        raise FormError("Slack does not find a channel or person by this", remedy)
    if re.fullmatch(NAME, value) is None:
        raise FormError("this is not a name", "use letters, digits, `.`, `-`, `_` and `~`")
    return value


def quiet(value: Any) -> Any:
    """`22:00-07:00`, every day, or `{mon-fri: "22:00-07:00"}`; the days are those of the start."""
    if value is None:
        return None
    if not isinstance(value, dict):
        return _span(value) | {"days": list(range(len(DAYS)))}
    spans: dict[str, dict[str, int]] = {}
    for key, of_day in value.items():
        for day in days(key):
            if day in spans:
                raise FormError(f"`{day}` stands twice in the quiet hours", "give each day once")
            spans[day] = _span(of_day)
    if not spans:
        raise FormError("the quiet hours have no days", 'write "22:00-07:00"')
    first = next(iter(spans.values()))
    if any(span != first for span in spans.values()):
        remedy = "give all days the same hours, and leave out the others"
        raise FormError("the quiet hours differ from day to day", remedy)
    return first | {"days": sorted(DAYS.index(day) for day in spans)}


def _span(value: Any) -> dict[str, int]:
    match = _CLOCK.fullmatch(str(value).strip())
    if match is None:
        raise FormError(f"`{str(value)[:40]}` are not quiet hours", 'write "22:00-07:00"')
    hour, minute, end_hour, end_minute = (int(part) for part in match.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if max(minute, end_minute) > 59 or start >= 1440 or end > 1440:
        raise FormError(f"`{str(value)[:40]}` are not hours of a day", "00:00 to 24:00")
    return {"start_minute": start, "end_minute": end % 1440}


def rung(value: Any) -> Any:
    """`5 per 15min`, or the mapping that it stands for."""
    if isinstance(value, dict):
        return value
    most, per, within = str(value).strip().partition(" per ")
    if not per or not re.fullmatch("[0-9]{1,6}", most.strip()):
        remedy = 'write "5 per 15min"'
        raise FormError(f"`{str(value)[:40]}` is no number of messages in a time", remedy)
    return {"most": most.strip(), "within": within.strip()}
