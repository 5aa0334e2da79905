"""Every complaint of `docs/complaints.md` has its row, and a test that pytest finds."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "complaints.md"
KNOWN: dict[str, tuple[str, ...]] = {  # heading of the section: where it was read
    "Races, double assignment, counters": (
        "Rocket.Chat #19352",
        "Rocket.Chat #35722",
        "Rocket.Chat #22611",
        "Asterisk #176",
        "Asterisk #1557",
        "Asterisk #1736",
        "Asterisk #1741",
        "FreeSWITCH #2540",
        "FreeSWITCH #1973",
        "FreeSWITCH #2511",
        "FreeSWITCH #1216",
        "FreeSWITCH #1221",
        "FreeSWITCH #800",
        "OpenACD #5",
        "OpenACD #6",
        "Zammad #1581",
        "Zammad #1574",
        "Chatwoot `assignment_service.rb`",
        "Chatwoot #13577",
    ),
    "Offline agents keep work; waiting work is not picked up": (
        "Chatwoot #7204",
        "Chatwoot #4158",
        "Chatwoot #9587",
        "Chatwoot #10583",
        "Chatwoot #10376",
        "Chatwoot #10685",
        "Chatwoot #5672",
        "Chatwoot #6427",
        "Chatwoot #12334",
        "Intercom article 6512504",
        "Zendesk article 5308501814042",
        "Salesforce KB 004576806",
        "Salesforce `omnichannel_route_work`",
        "Salesforce KB 000380818",
        "Rocket.Chat #22105",
        "Rocket.Chat #23642",
        "Rocket.Chat #18029",
        "Rocket.Chat #23404",
        "osTicket #852",
        "Zammad #263",
    ),
    "Fairness": (
        "Zendesk article 7990315704090",
        "Chatwoot #11034",
        "Chatwoot #12776",
        "OpenSIPS #2974",
        "Salesforce feed 0D54S00000BtT3JSAV",
        "Asterisk #1637",
        "Asterisk #1640",
        "Freshdesk FAQ folder 272636",
    ),
    "Starvation, inversion, dead ends": (
        "Asterisk #1561",
        "Asterisk `compare_weight`",
        "Salesforce KB 000382420",
        "Dynamics 365, 100 declines",
        "Dynamics 365, first 100",
        "Amazon Connect `chat-with-connect-contacts`",
        "Genesys `rate-limiting-for-agent-evaluations`",
        "Salesforce `routing-engine` guide",
    ),
    "Opacity": (
        "Genesys `skill-proficiency`",
        'Genesys "Conversation Priority and Score"',
        "Genesys `estimated-wait-time-algorithm`",
        "Amazon Connect re:Post QUQjcONseUTLKUdzsjQK3Z4A",
        "Dynamics 365, order while it runs",
    ),
    "Delivery": (
        "Uptime Kuma #4858",
        "Alertmanager #2111",
        "Alertmanager PR #2128",
        "SigNoz #12891",
        "msteams-docs #1810",
        "notify-microsoft-teams #98",
        "Grafana #68162",
        "IncidentRelay #34",
        "Standard Webhooks, 410",
        "gatus #679",
        "bcgov/entity #2253",
        "Molecule #1947",
        "Alertmanager #4008",
        "copilot-adoption-bot #28",
        "GoAlert `sending`",
        "devlane #374",
        "Novu #2569",
        "Grafana #66203",
        "Uptime Kuma #1089",
        "GoAlert #4188",
        "OnCall #4087",
        "Cachet #1927",
        "Novu #6092",
        "Apprise #306",
        "Alertmanager mute time intervals",
        "MCONF #317",
        "Novu PR #5222",
        "Ghost PR #27357",
        "lingtai-kernel #199",
        "trigger.dev #4172",
        "SecuScan #656",
        "apprise-api #230",
        "zammad-ai #310",
    ),
}

_TEST = re.compile(r"`(tests/[\w/]+\.py::\w+)`")


def rows_of(page: str) -> dict[str, list[list[str]]]:
    """Cells of each row, by the heading of its section."""
    found: dict[str, list[list[str]]] = {}
    section = ""
    for line in page.splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif line.startswith("| ") and not line.startswith("| where |"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            found.setdefault(section, []).append(cells)
    return found


def named_in(cells: list[str]) -> list[str]:
    return _TEST.findall(cells[-1])


@cache
def page() -> dict[str, list[list[str]]]:
    return rows_of(PAGE.read_text(encoding="utf-8"))


@cache
def collected(files: tuple[str, ...]) -> frozenset[str]:
    """Ids of all tests that pytest finds in these files, without their parameters."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return frozenset(line.partition("[")[0] for line in done.stdout.splitlines() if "::" in line)


@pytest.mark.parametrize("section", KNOWN)
def test_every_known_complaint_has_its_row_and_only_one(section: str) -> None:
    assert tuple(cells[0] for cells in page()[section]) == KNOWN[section]


def test_there_are_no_other_sections() -> None:
    assert list(page()) == list(KNOWN)


def test_every_row_says_what_happens_there_what_happens_here_and_names_a_test() -> None:
    for rows in page().values():
        for cells in rows:
            assert len(cells) == 4, cells
            assert all(cells), cells
            assert named_in(cells), cells[0]


def test_every_test_that_is_named_is_collected() -> None:
    named = {it for rows in page().values() for cells in rows for it in named_in(cells)}
    files = tuple(sorted({it.partition("::")[0] for it in named}))
    assert sorted(named - collected(files)) == []


def test_every_story_of_a_complaint_is_named() -> None:
    named = {it for rows in page().values() for cells in rows for it in named_in(cells)}
    files = tuple(sorted({it.partition("::")[0] for it in named}))
    stories = {it for it in collected(files) if it.startswith("tests/complaints/")}
    assert sorted(stories - named) == []


def test_a_test_that_is_not_there_would_be_missed() -> None:
    here = Path(__file__).relative_to(ROOT).as_posix()
    line = f"| Some #1 | it breaks | it holds | `{here}::test_never_written` |"
    ((cells,),) = rows_of(f"## One\n{line}").values()
    assert set(named_in(cells)) - collected((here,)) == {f"{here}::test_never_written"}
    assert f"{here}::test_there_are_no_other_sections" in collected((here,))
