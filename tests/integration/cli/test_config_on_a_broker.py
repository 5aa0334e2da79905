"""`topics`, `config` and `dead-letters` against a broker, as an operator runs them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from shared.contracts.system import ConfigChanged
from shared.contracts.topics import DEAD_LETTERS, PEOPLE_LOG, POOL_LOG, SYSTEM_LOG, TOPICS
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from shared.log import LogRecord
from switchyard.cli import build
from switchyard.rollout.visits import read_all
from tests.unit.cli.test_dead_letters import letter
from tests.unit.configuration.sound import FILES, write

pytestmark = pytest.mark.embedded


def run(connection: Connection, *arguments: str) -> Any:
    """A verb with --json against this broker: its exit code and what it told."""
    broker = ("--broker", connection.settings.bootstrap_servers, "--profile", "embedded")
    result = CliRunner().invoke(build(), [*arguments, *broker, "--json"])
    assert result.exit_code in (0, 1), result.stderr
    return result.exit_code, json.loads(result.stdout)


def records(connection: Connection, topic: str) -> list[LogRecord]:
    return asyncio.run(read_all(connection, topic))


def test_a_configuration_is_applied_compared_and_kept(embedded: Connection, tmp_path: Path) -> None:
    code, created = run(embedded, "topics", "create", "--partitions", "3")
    assert (code, len(created["created"])) == (0, len(TOPICS))
    assert run(embedded, "topics", "create") == (0, {"created": []})
    assert run(embedded, "topics", "check") == (0, [])

    folder = write(tmp_path)
    code, planned = run(embedded, "config", "apply", str(folder), "--dry-run")
    assert (code, planned["changed"]) == (0, ["*", "support", "@installation"])
    assert records(embedded, POOL_LOG) == []

    run(embedded, "config", "apply", str(folder), "--actor", "noor", "--reason", "first")
    [told] = [record.event() for record in records(embedded, POOL_LOG)]
    assert isinstance(told, ConfigChanged)
    assert (told.pool, told.version, told.actor) == ("support", 1, "operator:noor")
    assert sorted(record.partition for record in records(embedded, PEOPLE_LOG)) == [0, 1, 2]
    assert [record.key for record in records(embedded, SYSTEM_LOG)] == ["@installation"]

    unchanged: dict[str, list[str]] = {"*": [], "support": [], "@installation": []}
    assert run(embedded, "config", "diff", str(folder)) == (0, unchanged)
    write(tmp_path, **{"people.yaml": FILES["people.yaml"].replace("noor@", "n@")})
    code, differs = run(embedded, "config", "diff", str(folder))
    assert code == 1
    assert [it["path"] for it in differs["*"]] == ["people.noor.email"]
    _, applied = run(embedded, "config", "apply", str(folder), "--reason", "new address")
    assert applied["changed"] == ["*"]

    _, history = run(embedded, "config", "history")
    assert [(it["pool"], it["version"], it["reason"]) for it in history] == [
        ("*", 2, "new address"),
        ("support", 1, "first"),
        ("@installation", 1, "first"),
        ("*", 1, "first"),
    ]
    _, of_outages = run(embedded, "config", "history", "--pool", "outages")
    assert [it["pool"] for it in of_outages] == ["@installation"]


def test_people_and_outages_are_told_by_their_titles(embedded: Connection, tmp_path: Path) -> None:
    run(embedded, "topics", "create", "--partitions", "3")
    run(embedded, "config", "apply", str(write(tmp_path)))
    outage = FILES["outage.yaml"].replace("every: 30s, timeout: 5s", "every: 20s, timeout: 5s")
    folder = write(tmp_path, **{"outage.yaml": outage})
    broker = ("--broker", embedded.settings.bootstrap_servers, "--profile", "embedded")
    compared = CliRunner().invoke(build(), ["config", "diff", str(folder), *broker])
    assert compared.stdout.splitlines() == [
        "people: unchanged",
        "pool support: unchanged",
        "outages: 1 change",
        "  ~ channels.chat.probes.door.every_s: 30 -> 20",
    ]
    listed = CliRunner().invoke(build(), ["config", "history", *broker])
    assert {line.split()[0] for line in listed.stdout.splitlines()[1:]} >= {"people", "outages"}


def test_dead_letters_are_listed_without_content_and_driven_again(embedded: Connection) -> None:
    run(embedded, "topics", "create", "--partitions", "3")
    dead = letter()
    dead.partition = 0

    async def bury() -> None:
        appender = KafkaAppender(embedded)
        await appender.start()
        await appender.send(DEAD_LETTERS, 0, b"pool-log", dead.encode(), [])
        await appender.stop()

    asyncio.run(bury())
    _, [listed] = run(embedded, "dead-letters", "list")
    assert listed["id"] == "pool-log/0/7"
    assert "value_base64" not in listed

    before = len(records(embedded, POOL_LOG))
    code, told = run(embedded, "dead-letters", "redrive", "pool-log/0/7", "--dry-run")
    assert (code, len(records(embedded, POOL_LOG))) == (0, before)
    assert told["appended"] == ["customer_abandoned from pool-log/0/7"]
    run(embedded, "dead-letters", "redrive", "--all")
    again = [it for it in records(embedded, POOL_LOG) if it.kind == "customer_abandoned"]
    assert [it.event().event_id for it in again] == ["e1"]


def test_a_pool_that_the_folder_lacks_is_named_and_warnings_are_counted(
    embedded: Connection, tmp_path: Path
) -> None:
    broker = ("--broker", embedded.settings.bootstrap_servers, "--profile", "embedded")
    other = {
        "pools/other/pool.yaml": FILES["pools/support/pool.yaml"],
        "pools/other/agents.yaml": FILES["pools/support/agents.yaml"].replace("id: ", "id: other-"),
    }
    run(embedded, "topics", "create", "--partitions", "3")
    run(embedded, "config", "apply", str(write(tmp_path / "two", **other)))

    lone = FILES["pools/support/agents.yaml"] + "  - {id: yves, languages: {fr: 5}}\n"
    folder = str(write(tmp_path / "one", **{"pools/support/agents.yaml": lone}))
    compared = CliRunner().invoke(build(), ["config", "diff", folder, *broker])
    applied = CliRunner().invoke(build(), ["config", "apply", folder, "--dry-run", *broker])

    assert compared.exit_code == 1
    for told in (compared.stdout, applied.stdout):
        assert "pool other is not in the folder: it goes on under its last version" in told
    assert "2 warnings: see `switchyard check" in applied.stdout
