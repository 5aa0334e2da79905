"""Static analysis of the routing: what follows from each change of a sound centre, and no more."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.configuration import Finding, load
from tests.unit.configuration.centre import AGENTS, CENTRE, POOL, write

GOLDEN = Path(__file__).with_name("analysis.golden.yaml")
CASES = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))


def told(finding: Finding) -> str:
    place = f"{Path(finding.file).name}:{finding.line}:{finding.column}"
    return f"{place}: {finding.severity}: {finding.problem}"


def test_the_centre_has_no_findings(tmp_path: Path) -> None:
    assert load(write(tmp_path)).findings == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["findings"][0][:70])
def test_all_that_follows_from_a_change_is_told_and_nothing_else(
    tmp_path: Path, case: dict[str, Any]
) -> None:
    file = CENTRE[case["file"]]
    assert case["old"] in file
    findings = load(write(tmp_path, **{case["file"]: file.replace(case["old"], case["new"], 1)}))
    assert [told(each) for each in findings.findings] == case["findings"]
    assert all(each.remedy for each in findings.findings)


def problems(folder: Path, **changes: str) -> list[str]:
    return [told(each).partition(": ")[2] for each in load(write(folder, **changes)).findings]


def changed(file: str, *pairs: tuple[str, str]) -> dict[str, str]:
    text = CENTRE[file]
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return {file: text}


def test_open_hours_without_anybody_are_told_where_all_agents_have_hours(tmp_path: Path) -> None:
    # given agents who all work late, in the zone of Lisbon: 12:00 to 18:00 in Amsterdam
    late = changed(AGENTS, ("email]}", "email], hours: late}"), ("hours: early", "hours: late"))
    calendars = changed("calendars.yaml", ("  - {name: early", "  # {name: early"))
    assert [it for it in problems(tmp_path, **late, **calendars) if "is open" in it] == [
        "warning: queue `money` is open mon 08:30-12:00 and nobody serves it then"
    ]


def test_a_queue_without_hours_is_open_at_night_as_well(tmp_path: Path) -> None:
    # given agents of whom everyone has hours, and queues of which only one has
    agents = changed(AGENTS, ("email]}", "email], hours: early}"), ("hours: late", "hours: early"))
    calendars = changed("calendars.yaml", ("  - {name: late", "  # {name: late"))
    told_ = [
        f"warning: queue `{queue}` has no `hours`, so it is always open, and nobody serves it "
        "mon 00:00-08:00"
        for queue in ("general", "technical")
    ]
    assert [it for it in problems(tmp_path, **agents, **calendars) if "always open" in it] == told_


def test_a_holiday_of_the_agents_on_which_the_queue_is_open_is_told(tmp_path: Path) -> None:
    agents = changed(AGENTS, ("email]}", "email], hours: early}"), ("hours: late", "hours: early"))
    calendars = """\
calendars:
  - {name: office, timezone: Europe/Amsterdam, week: {mon-fri: "08:30-12:30"}}
  - name: early
    timezone: Europe/Amsterdam
    week: {mon-fri: "08:00-13:00"}
    holidays: [2027-04-27]
"""
    found = problems(tmp_path, **agents, **{"calendars.yaml": calendars})
    assert [it for it in found if "is open" in it] == [
        "warning: queue `money` is open 2027-04-27 08:30-12:30 and nobody serves it then"
    ]


def test_a_zone_that_is_none_is_told_once_and_stops_nothing(tmp_path: Path) -> None:
    calendars = changed("calendars.yaml", ("Europe/Lisbon", "Europe/Lisboa"))
    assert problems(tmp_path, **calendars) == ["error: unknown time zone `Europe/Lisboa`"]


def test_contacts_that_expire_within_a_head_start_can_starve(tmp_path: Path) -> None:
    # given a queue whose agents all serve another one, into which a rule sends urgent contacts
    pool = changed(
        POOL,
        ("rules:\n", "  - {name: rest, skills: [technical:3], expires_after: 10min}\nrules:\n"),
        ("priority: emergency", "priority: urgent"),
    )
    [problem] = problems(tmp_path, **pool)
    assert problem == (
        "warning: queue `rest` can starve: all its agents also serve `technical`, "
        "whose `urgent` go first for 15min"
    )


def test_a_preferred_agent_without_one_of_the_languages_is_told(tmp_path: Path) -> None:
    pool = changed(POOL, ("language: en}", "language: [en, nl]}"))
    agents = changed(AGENTS, ("{en: 5, nl: 4}, hours", "{en: 5}, hours"))
    assert problems(tmp_path, **pool, **agents) == [
        "warning: rule `big-money` prefers `ana`, who does not speak `nl`"
    ]


def test_a_language_that_one_channel_cannot_serve_is_told_with_the_channel(tmp_path: Path) -> None:
    # given Dutch calls that only an agent without billing can take
    agents = changed(
        AGENTS,
        ("nl: 4}, hours", "nl: 2/4}, hours"),
        ("{en: 5, nl: 5}", "{en: 5, nl: 2/5}"),
        ("{en: 4, nl: 3}, rings", "{en: 4, nl: 2/3}, rings"),
        ("{en: 3, nl: 3}", "{en: 3, nl: 2/3}"),
    )
    pool = changed(POOL, ("interpreters_after: 3min", "interpreters_after: 2min"))
    assert problems(tmp_path, **agents, **pool) == [
        "warning: no agent can serve queue `money` by voice in `nl`",
    ]


def test_a_pool_with_one_agent_is_told_once(tmp_path: Path) -> None:
    agents = "agents:\n  - {id: ana, skills: [billing:4, technical:4], languages: [en, nl]}\n"
    pool = changed(
        POOL,
        ("    interpreters_after: 3min\n", ""),
        ("    language_level: 4 for 45s\n", ""),
        ("    rings: {helpers: 2min}\n", ""),
        ("{billing: [4 for 30s, 2]}", "billing:2"),
        ("overflow: {to: general, after: 10min}", "overflow: general"),
        ("offers_at_once: 2", "offers_at_once: 1"),
        ("billing:3 for 60s", "billing:3"),
    )
    calendars = changed(
        "calendars.yaml", ("  - {name: early", "  # {"), ("  - {name: late", "  # {")
    )
    assert problems(tmp_path, **{AGENTS: agents}, **pool, **calendars) == [
        "warning: `ana` is the only agent of pool `support`"
    ]
