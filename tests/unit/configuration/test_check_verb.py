"""`switchyard check`: what it prints, and when it fails."""

import json
from pathlib import Path

from typer.testing import CliRunner

from switchyard.cli import build
from tests.unit.configuration.centre import CENTRE, POOL, write

WARNED = CENTRE[POOL].replace("offers_at_once: 2", "offers_at_once: 9")


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(build(), ["check", *arguments])
    return result.exit_code, result.stdout


def test_warnings_fail_only_when_strict(tmp_path: Path) -> None:
    folder = str(write(tmp_path, **{POOL: WARNED}))
    assert run(folder)[0] == 0
    assert run(folder, "--strict")[0] == 1


def test_what_is_sound_passes_strictly(tmp_path: Path) -> None:
    assert run(str(write(tmp_path)), "--strict") == (
        0,
        "1 pool, 5 agents, 2 people: 0 errors, 0 warnings\n",
    )


def test_json_says_whether_it_passed_and_where_each_finding_is(tmp_path: Path) -> None:
    folder = str(write(tmp_path, **{POOL: WARNED}))
    code, output = run(folder, "--strict", "--json")
    told = json.loads(output)
    assert (code, told["ok"], told["warnings"]) == (1, False, 1)
    [finding] = told["findings"]
    assert (Path(finding["file"]).name, finding["line"], finding["severity"]) == (
        "pool.yaml",
        31,
        "warning",
    )
    assert finding["remedy"] == "lower `offers_at_once` to 3 or less"
    assert json.loads(run(folder, "--json")[1])["ok"]
