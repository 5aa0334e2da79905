"""Time zones: which instant a local wall-clock time is, also where clocks are put forward or back.

Zone data comes from the pinned `tzdata` package, never from the machine, so that the same log
gives the same due times everywhere; its version is part of the core's version.
"""

import re
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]  # it ships no types, we read one string

ZONE_DATA: str = tzdata.IANA_VERSION
_NAME = re.compile(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*")


class UnknownZoneError(ValueError):
    """The zone data has no such zone."""


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The zone with this IANA name.

    Raises:
        UnknownZoneError: no such name.
    """
    if not _NAME.fullmatch(name):  # keeps `..` and absolute paths out
        raise UnknownZoneError(f"{name!r} is not an IANA time zone name")
    path = files("tzdata").joinpath("zoneinfo", *name.split("/"))
    if not path.is_file():
        raise UnknownZoneError(f"zone data {ZONE_DATA} has no time zone {name!r}")
    with path.open("rb") as data:
        try:
            return ZoneInfo.from_file(data, key=name)
        except ValueError as error:  # a table of the package, not a zone
            raise UnknownZoneError(f"{name!r} is not an IANA time zone name") from error


def wall_clock(at_s: int, zone: ZoneInfo) -> datetime:
    """What the zone's clocks show at an instant (seconds since 1970, UTC); naive."""
    return datetime.fromtimestamp(at_s, zone).replace(tzinfo=None, fold=0)


def first_reading(local: datetime, zone: ZoneInfo) -> int:
    """The first instant (s) at which the zone's clocks show `local` or later: an opening.

    A time that clocks skip is reached when they jump; of a time shown twice it is the first.
    """
    at = _instant(local, zone, fold=0)
    return at if wall_clock(at, zone) == local else _jump(local, zone)


def last_reading(local: datetime, zone: ZoneInfo) -> int:
    """The first instant (s) after which clocks never show an earlier time again: a closing.

    Of a time shown twice it is the second, so an interval is never shorter than asked. A time
    at which the repeated hour just begins is already passed for good the first time.
    """
    late = _instant(local, zone, fold=1)
    if wall_clock(late, zone) != local:
        return _jump(local, zone)
    early = _instant(local, zone, fold=0)
    if early == late or wall_clock(late - 1, zone) < local:
        return late
    return early


def _instant(local: datetime, zone: ZoneInfo, fold: int) -> int:
    return int(local.replace(tzinfo=zone, fold=fold).timestamp())


def _jump(local: datetime, zone: ZoneInfo) -> int:
    """The instant at which clocks jump over `local`, by bisection between its two readings."""
    before, after = _instant(local, zone, fold=1), _instant(local, zone, fold=0)
    while after - before > 1:
        middle = (before + after) // 2
        if wall_clock(middle, zone) > local:
            after = middle
        else:
            before = middle
    return after
