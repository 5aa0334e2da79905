"""docs/operations.md says what every alarm means: none that the code has is left out, and none is
explained that the code does not have."""

import re
from pathlib import Path
from typing import get_args

import pytest
import typer
from prometheus_client import CollectorRegistry
from typer.core import TyperGroup

from services.gateway.adapters.doors.metrics import Metrics
from services.notifier.adapters.sending.registry import FIGURES
from shared.contracts.topics import TOPICS
from shared.runner.dead_letter import Reason
from shared.runner.owner import Counters, Standing
from switchyard.cli import build
from tests.unit.deploy import signals_in_code
from tests.unit.deploy.compose_files import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text()
OF_A_SHARD = "shard … is … …"  # name, standing, and what holds it


def section(title: str) -> str:
    found = re.search(rf"(?ms)^## {re.escape(title)}$(.*?)(?=^## |\Z)", PAGE)
    assert found is not None, f"the page has no section `{title}`"
    return found.group(1)


def first_cells(text: str) -> list[str]:
    """What stands in code in the first cell of each row of the tables."""
    return re.findall(r"(?m)^\| `([^`]+)`[^|]*\|", text)


def test_every_loud_log_event_is_explained_and_no_other() -> None:
    events = signals_in_code.loud_events(signals_in_code.sources())
    told = first_cells(section("What the log says"))
    assert sorted(told) == sorted(events), "docs/operations.md, `What the log says`"


def test_each_event_stands_at_its_level() -> None:
    events = signals_in_code.loud_events(signals_in_code.sources())
    rows = re.findall(r"(?m)^\| `([^`]+)` \| (\w+) \|", section("What the log says"))
    assert dict(rows) == events


def test_every_reason_for_not_being_ready_is_explained_and_no_other() -> None:
    reasons = signals_in_code.reasons_not_ready(signals_in_code.sources())
    assert OF_A_SHARD in reasons
    reasons.remove(OF_A_SHARD)
    reasons |= {f"shard … is {each.value}" for each in Standing if each is not Standing.LIVE}
    told = first_cells(section("What a readiness failure means"))
    assert sorted(told) == sorted(reasons), "docs/operations.md, `What a readiness failure means`"


def test_every_metric_is_explained_and_no_other() -> None:
    registry = CollectorRegistry()
    Metrics(registry)
    of_gateway = {
        f"{it.name}_total" if it.type == "counter" else it.name for it in registry.collect()
    }
    of_runner = {*Counters.__slots__, *FIGURES}
    wanted = of_gateway | {f"switchyard_{name}" for name in of_runner}
    assert set(first_cells(section("Metrics"))) == wanted


def test_every_reason_of_a_dead_letter_is_explained() -> None:
    assert set(first_cells(section("Dead letters"))) == set(get_args(Reason))


def test_every_topic_is_spoken_of_where_backups_are() -> None:
    told = section("Backups, and how long things are kept")
    missing = [
        topic.name
        for topic in TOPICS
        if f"`{topic.name}`" not in told and not topic.name.endswith("-state")
    ]
    assert not missing
    assert "`…-state`" in told


def test_every_command_on_the_page_exists() -> None:
    program = typer.main.get_command(build())
    assert isinstance(program, TyperGroup)
    found = re.findall(r"switchyard ([a-z][a-z-]+)(?: ([a-z][a-z-]*))?", _commands())
    assert found
    for verb, rest in found:
        assert verb in program.commands, f"switchyard {verb}"
        group = program.commands[verb]
        if isinstance(group, TyperGroup) and rest:
            assert rest in group.commands, f"switchyard {verb} {rest}"


def test_links_of_the_page_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target


def test_what_is_read_from_the_code_is_read_whole() -> None:
    doctored = {
        Path("a.py"): (
            "def not_ready(self):\n"
            "    '''Why it is so.'''\n"
            "    return [f'shard {self.name} is lost'] + ['no map was found', 'x']\n"
            "async def f():\n"
            "    _log.warning('thing_failed', why='a b')\n"
            "    log.exception('thing_broke')\n"
            "    log.info('thing_done')\n"
        )
    }
    assert signals_in_code.loud_events(doctored) == {
        "thing_failed": "warning",
        "thing_broke": "error",
    }
    assert signals_in_code.reasons_not_ready(doctored) == {"shard … is lost", "no map was found"}


def test_an_event_whose_name_is_made_up_at_run_time_is_refused() -> None:
    with pytest.raises(AssertionError, match="not a constant"):
        signals_in_code.loud_events({Path("a.py"): "log.error(f'{x}_failed')"})


def _commands() -> str:
    """All that stands in code on the page, inline or in blocks."""
    blocks = re.findall(r"(?s)```sh\n(.*?)```", PAGE)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", PAGE)])
