"""Every finding of the check: its place, its problem and its remedy, word for word."""

from pathlib import Path

import pytest
import yaml

from shared.configuration import Finding, load
from tests.unit.configuration.sound import FILES, write

GOLDEN = Path(__file__).with_name("findings.golden.yaml")
CASES = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
EACH_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: case["finding"][:60])


def test_a_sound_configuration_has_no_findings(tmp_path: Path) -> None:
    assert load(write(tmp_path), locales=frozenset({"en", "he"})).findings == ()


def found(folder: Path, case: dict[str, str]) -> tuple[Finding, ...]:
    file = FILES[case["file"]]
    assert case["old"] in file
    write(folder, **{case["file"]: file.replace(case["old"], case["new"], 1)})
    return load(folder, locales=frozenset({"en", "he"})).findings


@EACH_CASE
def test_each_problem_is_told_at_its_place_with_its_remedy(
    tmp_path: Path, case: dict[str, str]
) -> None:
    expected = case["finding"].replace("{folder}", str(tmp_path))
    if not expected.startswith(str(tmp_path)):
        expected = f"{tmp_path / case['file']}:{expected}"
    assert expected in [str(each) for each in found(tmp_path, case)]


@EACH_CASE
def test_no_problem_is_told_twice_or_drags_others_along(
    tmp_path: Path, case: dict[str, str]
) -> None:
    findings = found(tmp_path, case)
    assert len({each.problem for each in findings if each.severity == "error"}) <= 1
    assert len(findings) <= 2


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    text = FILES["people.yaml"].replace("id: dana", "id: dana\n    smtp_password: hunter2")
    text += "page_expires: smtp://me:hunter2@mail.example.com\n"
    findings = load(write(tmp_path, **{"people.yaml": text})).findings
    assert [each.line for each in findings] == [4, 7]
    assert "hunter2" not in str(findings)


def test_who_is_told_of_outages_can_be_reached(tmp_path: Path) -> None:
    people = FILES["people.yaml"] + "  - {id: silent}\n"
    outage = FILES["outage.yaml"].replace("it: [noor]", "it: [noor, silent]")
    pool = FILES["pools/support/pool.yaml"].replace("staff: [noor]", "staff: silent")
    changes = {"people.yaml": people, "outage.yaml": outage, "pools/support/pool.yaml": pool}
    findings = load(write(tmp_path, **changes)).findings
    assert [(Path(each.file).name, each.line, each.column) for each in findings] == [
        ("outage.yaml", 1, 12),
        ("pool.yaml", 24, 8),
    ]
    assert {each.problem for each in findings} == {
        "`silent` is told of outages and has no contact method"
    }


def test_a_webhook_to_this_machine_needs_no_tls(tmp_path: Path) -> None:
    for host in ("127.0.0.1:8080", "localhost", "[::1]:9"):
        webhook = f"email: dana@example.com\n    webhook: http://{host}/hook"
        people = FILES["people.yaml"].replace("email: dana@example.com", webhook)
        assert load(write(tmp_path, **{"people.yaml": people})).findings == ()


def test_channels_that_nothing_watches_need_no_audience(tmp_path: Path) -> None:
    pool = FILES["pools/support/pool.yaml"].replace("managers: [noor]\n", "")
    pool = pool.replace("backups: [voice]", "backups: []")
    assert (
        load(write(tmp_path, **{"pools/support/pool.yaml": pool, "outage.yaml": ""})).errors == ()
    )
    (tmp_path / "outage.yaml").unlink()
    assert load(tmp_path).findings == ()


def test_a_misspelt_file_is_told(tmp_path: Path) -> None:
    findings = load(
        write(tmp_path, **{"calender.yaml": "", "pools/support/agent.yml": ""})
    ).findings
    assert [each.remedy for each in findings] == [
        "did you mean `calendars.yaml`?",
        "did you mean `agents.yaml`?",
    ]


def test_an_agent_of_two_pools_is_told(tmp_path: Path) -> None:
    other = {f"pools/vip/{name}": FILES[f"pools/support/{name}"] for name in ("pool.yaml",)}
    other["pools/vip/agents.yaml"] = (
        "agents:\n  - {id: ana, skills: [billing:4], languages: en, channels: chat}\n"
    )
    [finding] = load(write(tmp_path, **other)).findings
    assert "first in pool `support`" in finding.problem
    assert finding.line == 2


def test_a_language_that_only_some_queue_can_serve_is_a_warning(tmp_path: Path) -> None:
    agents = FILES["pools/support/agents.yaml"] + "  - {id: cas, languages: nl, channels: chat}\n"
    findings = load(write(tmp_path, **{"pools/support/agents.yaml": agents})).findings
    assert [each.problem for each in findings] == [
        "`cas` alone speaks `nl`",
        "no agent can serve queue `money` in `nl`",
    ]
    assert {each.severity for each in findings} == {"warning"}


def test_a_level_that_suffices_for_no_channel_serves_nobody(tmp_path: Path) -> None:
    agents = FILES["pools/support/agents.yaml"].replace("{en: 5, pt: 4, he: 4}", "{en: 2/0}")
    agents = agents.replace("[en, he:2/5, pt:0/4]", "[en:2/0]")
    findings = load(write(tmp_path, **{"pools/support/agents.yaml": agents})).findings
    assert [each.problem for each in findings if each.severity == "error"] == [
        "no agent can serve queue `general`",
        "no agent can serve queue `money`",
    ]


def test_a_folder_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    [finding] = load(tmp_path / "nowhere").findings
    assert finding.problem == "there is no such folder"


def test_a_folder_without_pools_is_a_finding(tmp_path: Path) -> None:
    [finding] = load(tmp_path).findings
    assert finding.problem == "there is no pool"


def test_a_queue_that_cannot_be_served_in_the_default_language_is_an_error(tmp_path: Path) -> None:
    agents = FILES["pools/support/agents.yaml"].replace(
        "languages: {en: 5, pt: 4, he: 4}", "languages: pt"
    )
    agents = agents.replace("[billing:2]", "[]")
    [finding] = load(write(tmp_path, **{"pools/support/agents.yaml": agents})).errors
    assert finding.problem == "no agent can serve queue `money` in `en`"
