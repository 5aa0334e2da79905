"""The text and the JSON of the report of a small fixed log, compared with files beside this one.

After a wanted change write them anew: `UPDATE_GOLDEN=1 pytest tests/golden`.
"""

import json
import os
from pathlib import Path

import pytest

from switchyard.report.as_json import as_json
from switchyard.report.build import build_report
from switchyard.report.checker import replay_verdict
from switchyard.report.morning import LINES, Report, render
from tests.unit.report.small_log import queued, received
from tests.unit.report.small_outage import OVER, outage_log

HERE = Path(__file__).parent


def report() -> Report:
    log = outage_log()
    # one who still waits, so that there is something to do
    at = OVER + 20 * 60_000
    on = log.append("pool-log", received("e", at, language="ro"))
    log.route(on, queued("e", at))
    notes = ("A small log, made up for this test.",)
    found = build_report(log.topics(), day="2015-02-04", notes=notes).report
    return found.with_replay(replay_verdict("held", 20))


@pytest.mark.parametrize("name", ["morning_report.txt", "morning_report.json"])
def test_the_report_of_a_fixed_log_is_word_for_word_as_before(name: str) -> None:
    golden = HERE / name
    text = (
        render(report())
        if name.endswith("txt")
        else json.dumps(as_json(report()), indent=1, ensure_ascii=False) + "\n"
    )
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()


def test_the_report_fits_one_screen() -> None:
    lines = render(report()).splitlines()
    assert len(lines) <= LINES
    assert max(len(line) for line in lines) <= 110
