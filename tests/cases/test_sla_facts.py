"""Calendar arithmetic against facts that other systems, and a city, have published."""

import csv
import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.escalation.core import OpenHours, due
from shared.contracts.configuration import Calendar, SlaTarget, Span

HERE = Path(__file__).parent / "sla"
FACTS = json.loads((HERE / "calendar_facts.json").read_text())
DIFFERS = FACTS["differs_by_decision"]
RULES = json.loads((HERE / "boston_311_2015_rules.json").read_text())


def _span(clock: list[str]) -> Span:
    opens, closes = (int(it[:2]) * 60 + int(it[3:]) for it in clock)
    return Span(opens_min=opens, closes_min=closes)


def _hours(given: dict[str, Any]) -> OpenHours:
    def spans(days: dict[str, list[list[str]]]) -> dict[str, list[Span]]:
        return {day: [_span(clock) for clock in clocks] for day, clocks in days.items()}

    return OpenHours(
        Calendar.model_validate(
            {
                "name": "c",
                "timezone": given["tz"],
                "week": spans(given["week"]),
                "holidays": given.get("holidays", ()),
                "dated": spans(given.get("dated_hours", {})),
            }
        )
    )


def _ms(iso: str) -> int:
    return int(datetime.fromisoformat(iso).timestamp() * 1000)


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _ours_and_theirs(case: dict[str, Any]) -> tuple[object, object]:
    calendar = case["calendar"]
    hours = _hours(FACTS["calendars"][calendar] if isinstance(calendar, str) else calendar)
    match case["kind"]:
        case "open_time":
            got = hours.after_open_time(_ms(case["start"]), case["seconds"] * 1000)
            return _iso(got), case["due"]
        case "business_days":
            return _iso(hours.after_open_days(_ms(case["start"]), case["days"])), case["due"]
        case "open_periods":
            start, wanted = _ms(case["from"]), case["periods"]
            found = hours.intervals(start, start + 40 * 86_400_000, most=len(wanted))
            return [[_iso(a), _iso(b)] for a, b in found], wanted
        case "next_open":
            at = case["at_unix"] * 1000
            found_open = (hours.is_open(at), hours.next_open(at) // 1000)
            return found_open, (case["open"], case["next_open_unix"])
        case "is_open":
            return [hours.is_open(_ms(at)) for at in case["at"]], case["open"]
        case "elapsed":
            found_ms = hours.open_time(_ms(case["from"]), _ms(case["to"]))
            return found_ms, case["seconds"] * 1000
        case "always_open":
            probes = range(case["count"])
            from_s, step_s = case["from_unix"], case["step_s"]
            return {hours.is_open((from_s + n * step_s) * 1000) for n in probes}, {True}
        case kind:
            raise AssertionError(f"no such kind of case: {kind}")


@pytest.mark.parametrize("case", FACTS["cases"], ids=lambda case: case["id"])
def test_we_agree_with_what_others_state_but_where_we_decided_otherwise(
    case: dict[str, Any],
) -> None:
    ours, theirs = _ours_and_theirs(case)
    assert (ours == theirs) == (case["id"] not in DIFFERS)


def _boston() -> list[dict[str, str]]:
    with (HERE / "boston_311_2015.csv").open() as rows:
        return list(csv.DictReader(rows))


def _local(iso: str) -> int:
    local = datetime.fromisoformat(iso).replace(tzinfo=ZoneInfo(RULES["timezone"]))
    return int(local.timestamp() * 1000)


def test_the_city_s_deadlines_come_out_within_a_minute_for_every_type() -> None:
    clock = [RULES["opens"], RULES["closes"]]
    hours = _hours(
        {
            "tz": RULES["timezone"],
            "week": {day: [clock] for day in RULES["days"]},
            "holidays": RULES["holidays"],
        }
    )
    agree: dict[str, list[bool]] = defaultdict(list)
    for row in _boston():
        rule = RULES["types"][row["type"]]
        target = SlaTarget.model_validate(
            {
                "metric": "resolution",
                "met_by": "close",
                "calendar": "c",
                f"{rule['kind']}_days": rule["days"],
            }
        )
        off_ms = due(target, hours, _local(row["open"])).at_ms - _local(row["target"])
        agree[row["type"]].append(abs(off_ms) <= 60_000)
    everything = [it for results in agree.values() for it in results]
    assert (len(agree), len(everything)) == (41, 401)
    assert sum(everything) >= 0.99 * len(everything)
    assert {kind: it for kind, it in agree.items() if sum(it) < 0.9 * len(it)} == {}


def test_the_city_calls_overdue_exactly_what_closed_after_its_target() -> None:
    closed = [row for row in _boston() if row["closed"]]
    verdicts = [_local(row["closed"]) > _local(row["target"]) for row in closed]
    assert len(closed) > 250
    assert verdicts == [row["on_time"] == "OVERDUE" for row in closed]
