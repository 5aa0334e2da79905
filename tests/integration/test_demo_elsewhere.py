"""The demo's day through services that somebody else started, before anybody knew of the demo."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from shared.configuration import Loaded
from shared.contracts.configuration import OutageDocument
from shared.contracts.people import PeopleDocument
from switchyard.brokers.ports import free_port
from switchyard.cli.demo import UNHURRIED
from switchyard.demo.elsewhere import make_clock
from switchyard.demo.webhooks import new_secret
from switchyard.supervisor.installation import Installation, Plan

pytestmark = pytest.mark.whole

SWITCHYARD = Path(sys.executable).with_name("switchyard")
NOTHING = Loaded(pools={}, people=PeopleDocument(people=()), findings=(), outage=OutageDocument())


async def test_the_demo_applies_its_configuration_steers_the_clock_and_plays_the_outage(
    tmp_path: Path,
) -> None:
    # given services without any pool, on a clock that the demo made
    smtp_port, outside_port, clock_file = free_port(), free_port(), tmp_path / "clock"
    make_clock(clock_file)
    secrets_file = tmp_path / "webhook-secrets"
    secrets_file.write_text(f"it-room {new_secret()}\n")
    plan = Plan(
        loaded=NOTHING,
        clock_file=clock_file,
        smtp_port=smtp_port,
        environment=UNHURRIED
        | {
            "SWITCHYARD_NOTIFIER_WEBHOOK_PRIVATE_NETWORKS": "127.0.0.0/8",
            "SWITCHYARD_NOTIFIER_WEBHOOK_SECRETS_FILE": str(secrets_file),
        },
    )
    async with Installation(plan) as installation:
        keys_file = tmp_path / "keys.json"
        keys_file.write_text(json.dumps({"system": installation.keys["system"]}))
        # when the demo is pointed at them
        demo = await asyncio.create_subprocess_exec(
            SWITCHYARD, "demo", "--scale", "0.005", "--speed", "max", "--json",
            *("--broker", installation.connection.settings.bootstrap_servers),
            *("--gateway", installation.gateway_url),
            *("--clock", clock_file),
            *("--keys-file", keys_file),
            *("--mailbox", f"127.0.0.1:{smtp_port}"),
            *("--outside", f"127.0.0.1:{outside_port}"),
            *("--webhook-secrets-file", secrets_file),
            env={"PATH": "/usr/bin:/bin", "SWITCHYARD_KAFKA_PROFILE": "embedded"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(240):
                output, errors = await demo.communicate()
        finally:
            if demo.returncode is None:
                demo.kill()
    # then the day is told, with the outage that they found; so small a day exercises little else
    assert output, errors.decode()[-3000:]
    told = json.loads(output)
    assert told["interactions"]["closes"]
    assert "broken" not in told["invariants"].values(), told["checks"]
    (outage,) = told["outage"]
    assert outage["sum"]["closes"]
    assert outage["sum"]["affected"] > 0
    assert told["invariants"]["O3"] == "held"
    assert outage["recovery"]["languages"] == ["en", "he", "pt", "ro"]
    # and the services still run
    assert b"signed webhooks about the outage" in errors
