"""A changed configuration is taken by running services at its place in the log, no restart."""

import asyncio
import shutil
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from shared.configuration import load
from switchyard.cli import build
from switchyard.supervisor.installation import Installation, Plan

pytestmark = pytest.mark.whole
ROOT = Path(__file__).resolve().parents[2]


async def test_config_apply_takes_effect_in_running_services_and_history_tells_it(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config", folder)
    async with Installation(Plan(loaded=load(folder))) as installation:
        system = {"X-API-Key": installation.keys["system"]}
        async with httpx.AsyncClient(base_url=installation.gateway_url, headers=system) as http:
            # Given: a queue that the pool does not know
            contact = {"pool": "vip", "channel": "chat", "queue": "concierge", "language": "nl"}
            refused = await http.post("/v1/interactions", json=contact)
            assert (refused.status_code, refused.json()["code"]) == (422, "unknown_queue")
            # When: a configuration with that queue is applied from the command line
            pool_file = folder / "pools" / "vip" / "pool.yaml"
            text = pool_file.read_text()
            pool_file.write_text(text.replace("queues:\n", "queues:\n  - name: concierge\n", 1))
            started = [service.process for service in installation.services.values()]
            broker = ["--broker", installation.connection.settings.bootstrap_servers]
            applied = await asyncio.to_thread(
                CliRunner().invoke,
                build(),
                ["config", "apply", str(folder), *broker, "--profile", "embedded",
                 "--reason", "a new desk"],
            )  # fmt: skip
            assert applied.exit_code == 0, applied.output
            # Then: the running router knows it, and nothing was started anew
            answers: list[httpx.Response] = []

            async def ask() -> None:
                answers.append(await http.post("/v1/interactions", json=contact))

            for _ in range(100):
                await ask()
                if answers[-1].status_code == 200:
                    break
            assert answers[-1].json()["state"] == "waiting"
            assert [service.process for service in installation.services.values()] == started
        history = await asyncio.to_thread(
            CliRunner().invoke,
            build(),
            ["config", "history", "--pool", "vip", *broker, "--profile", "embedded"],
        )
        assert "a new desk" in history.output
