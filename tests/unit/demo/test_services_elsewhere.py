"""The demo's day through services that somebody else started: clock, options, configuration."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.clock import SteeredClock
from switchyard.cli import build
from switchyard.demo.doors import GaveUpError
from switchyard.demo.elsewhere import IDLE_MS, make_clock, to_the_eve
from switchyard.demo.extract import DAY, TIMEZONE
from switchyard.demo.scenery import Places, scenery
from switchyard.demo.staff import staff
from switchyard.demo.webhooks import new_secret
from switchyard.report.build import local_day

MIDNIGHT = local_day(DAY, TIMEZONE).starts_ms


def test_the_clock_is_made_a_day_early_and_one_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    assert make_clock(path)
    before = SteeredClock(path).now_ms()
    assert MIDNIGHT - IDLE_MS <= before < MIDNIGHT - IDLE_MS + 60_000
    assert SteeredClock(path).speed() == 1.0
    assert not make_clock(path)
    assert SteeredClock(path).now_ms() >= before


async def test_the_clock_runs_to_the_eve_and_then_at_its_real_speed(tmp_path: Path) -> None:
    # given a clock that is a day early
    path = tmp_path / "clock"
    make_clock(path)
    clock = SteeredClock(path)
    # when the demo takes it to the eve
    await to_the_eve(clock, MIDNIGHT - 60_000)
    # then it is there, not much later, and slow again
    assert MIDNIGHT - 60_000 <= clock.now_ms() < MIDNIGHT
    assert clock.speed() == 1.0


async def test_a_clock_that_is_past_the_day_is_refused(tmp_path: Path) -> None:
    clock = SteeredClock.create(tmp_path / "clock", start_ms=MIDNIGHT + 1, speed=1.0)
    with pytest.raises(GaveUpError, match="new topics and a new clock"):
        await to_the_eve(clock, MIDNIGHT - 60_000)


def options(home: Path) -> list[str]:
    """All that --gateway needs; nothing listens there."""
    make_clock(home / "clock")
    (home / "keys.json").write_text(json.dumps({"system": "swy_key"}))
    return [
        "demo",
        *("--gateway", "http://127.0.0.1:9"),
        *("--clock", str(home / "clock")),
        *("--keys-file", str(home / "keys.json")),
        *("--mailbox", "127.0.0.1:2525"),
        *("--outside", "127.0.0.1:8090"),
        *("--scale", "0.001"),
    ]


@pytest.mark.parametrize("left_out", ["--clock", "--keys-file", "--mailbox", "--outside"])
def test_what_is_missing_is_named(tmp_path: Path, left_out: str) -> None:
    given = options(tmp_path)
    at = given.index(left_out)
    told = CliRunner().invoke(build(), given[:at] + given[at + 2 :])
    assert told.exit_code == 2
    assert f"--gateway needs {left_out}" in told.stderr


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (["--kill", "router"], "for services that the demo starts"),
        (["--keep"], "for services that the demo starts"),
        (["--clock", "/nowhere/clock"], "there is no clock"),
        (["--mailbox", "2525"], "is no address"),
        (["--outside", "127.0.0.1:http"], "is no address"),
        (["--keys-file", "/nowhere/keys"], "FileNotFoundError"),
    ],
    ids=["kill", "keep", "no clock", "no host", "no port", "no keys"],
)
def test_what_cannot_be_is_refused_with_a_remedy(
    tmp_path: Path, changed: list[str], problem: str
) -> None:
    told = CliRunner().invoke(build(), options(tmp_path) + changed)
    assert told.exit_code == 2
    assert problem in told.stderr
    assert "remedy" in told.stderr


@pytest.mark.parametrize("content", ["", "it-room secret-word", "secret-word", "it-room"])
def test_a_file_without_the_chat_room_s_secret_is_refused_and_its_content_not_shown(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "secrets"
    path.write_text(content)
    told = CliRunner().invoke(build(), [*options(tmp_path), "--webhook-secrets-file", str(path)])
    assert told.exit_code == 2
    assert "secret-word" not in told.output


async def test_the_configuration_names_what_the_services_can_reach() -> None:
    secret = new_secret()
    people = staff(seed=1, scale=0.01)
    seen = Places(
        outside_url="http://demo:8090", webhook_url="http://127.0.0.1:8090", webhook_secret=secret
    )
    async with scenery(people, seen) as around:
        assert around.loaded.errors == ()
        probes = around.loaded.outage.channels["voice"].probes
        assert [it.target for it in probes] == ["http://demo:8090/telephone/health"]
        room = next(it for it in around.loaded.people.people if it.id == "it-room")
        assert room.webhook == "http://127.0.0.1:8090/rooms/it"
        assert around.secrets_file.read_text() == f"it-room {secret}\n"
        # only the chat room's secret is known there, so no manager's telephone takes webhooks
        assert [it.id for it in around.loaded.people.people if it.webhook] == ["it-room"]
    assert not around.home.exists()


async def test_services_that_are_started_here_can_reach_the_managers_telephones() -> None:
    async with scenery(staff(seed=1, scale=0.01), Places()) as around:
        assert around.loaded.errors == ()
        reached = {it.id for it in around.loaded.people.people if it.webhook}
        assert {"it-room", "irene", "victor"} <= reached
        secrets = {line.split()[0] for line in around.secrets_file.read_text().splitlines()}
        assert secrets == reached


@pytest.mark.parametrize(
    "places", [Places(outside_url="http://demo:8090"), Places(webhooks=False)], ids=["http", "off"]
)
async def test_where_a_webhook_would_be_read_on_its_way_nobody_is_told_by_one(
    places: Places,
) -> None:
    async with scenery(staff(seed=1, scale=0.01), places) as around:
        assert around.world.webhook_url is None
        assert around.loaded.errors == ()
