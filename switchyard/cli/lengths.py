"""Lengths of time and skills, as people write them on a command line."""

import re

from switchyard.cli.output import WRONG_USE, fail

_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400}
_PART = r"(\d+)(s|min|m|h|d)"  # `min` as in the configuration; here `m` can mean nothing else
_LENGTH = re.compile(rf"{_PART}( *{_PART})*")


def seconds(text: str) -> int:
    """`90s`, `15m`, `1h30m`, `2d` in seconds; leaves with a remedy if it is no length of time."""
    if not _LENGTH.fullmatch(text):
        fail(f"`{text}` is no length of time", "write it as 90s, 15m, 1h30m or 2d", code=WRONG_USE)
    return sum(int(number) * _SECONDS[unit] for number, unit in re.findall(_PART, text))


def named_level(text: str, *, least: int = 1) -> tuple[str, int]:
    """`billing=3` as (billing, 3); a name alone has level 1."""
    name, equals, level = text.partition("=")
    if not name or (equals and not (level.isdecimal() and least <= int(level) <= 5)):
        fail(f"`{text}` is no skill", f"write it as billing=3, {least} to 5", code=WRONG_USE)
    return name, int(level) if equals else 1
