"""The files of `data/`: one day of Boston's 311, its deadlines, and texts in many languages."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import msgspec

DAY = "2015-02-04"
TIMEZONE = "America/New_York"
_ZONE = ZoneInfo(TIMEZONE)
_DATA = files("switchyard.demo") / "data"


@dataclass(frozen=True, slots=True)
class Case:
    """One request of that day. `target_ms`: the deadline that the city's system set."""

    case: str
    open_ms: int
    target_ms: int | None
    source: str
    department: str
    type: str
    neighborhood: str


class Rule(msgspec.Struct, frozen=True):
    kind: str  # `business` or `calendar` days
    days: int


class Resolution(msgspec.Struct, frozen=True):
    """When the city is open, and how many days it gives itself per request type."""

    timezone: str
    opens: str
    closes: str
    week: list[str]
    holidays: list[str]
    types: dict[str, Rule]


def cases() -> list[Case]:
    """All 608, by opening time."""
    with (_DATA / "boston-2015-02-04.csv").open(encoding="utf-8") as stream:
        return [
            Case(
                case=row["case"],
                open_ms=_ms(row["open"]),
                target_ms=_ms(row["target"]) if row["target"] else None,
                source=row["source"],
                department=row["department"],
                type=row["type"],
                neighborhood=row["neighborhood"],
            )
            for row in csv.DictReader(stream)
        ]


def resolution() -> Resolution:
    return msgspec.json.decode((_DATA / "boston-resolution.json").read_bytes(), type=Resolution)


def texts() -> dict[str, list[str]]:
    """Texts by language; they do not belong to the cases (see data/NOTICE.md)."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in (_DATA / "texts.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        language, _, text = line.split("\t")
        found[language].append(text)
    return dict(found)


def _ms(local: str) -> int:
    return int(datetime.fromisoformat(local).replace(tzinfo=_ZONE).timestamp() * 1000)
