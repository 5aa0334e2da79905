"""Running services: who was not told is asked on the command line, mended, and told after all."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from shared.configuration import load
from switchyard.cli import build
from switchyard.supervisor.installation import Installation, Plan
from tests.support.smtp_server import SmtpServer

pytestmark = pytest.mark.whole
ROOT = Path(__file__).resolve().parents[3]
SERVICES = ("router", "escalation", "outage", "notifier", "gateway")
PATIENCE_S = 60.0
LOST = "noor"


class Refusing(SmtpServer):
    """A mail server that knows everybody but one, until that one is made known."""

    mended = False

    async def _conversation(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self.mended:
            await super()._conversation(reader, writer)
            return
        writer.write(b"220 mx.test\r\n")
        while line := await reader.readline():
            match line[:4].upper().strip():
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    writer.write(b"250 taken\r\n")
                case b"RCPT" if LOST.encode() in line:
                    writer.write(b"550 5.1.1 no such mailbox\r\n")
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    return
                case _:
                    writer.write(b"250 fine\r\n")


async def test_who_was_not_told_is_found_mended_and_told() -> None:
    loaded = load(ROOT / "config")
    assert loaded.errors == ()
    async with (
        Refusing() as smtp,
        Installation(Plan(loaded=loaded, services=SERVICES, smtp_port=smtp.port)) as it,
    ):

        async def run(*arguments: str) -> Result:
            named = [*arguments, "--gateway", it.gateway_url, "--key", it.keys["manager"]]
            return await asyncio.to_thread(CliRunner().invoke, build(), named)

        async def undelivered(state: str) -> list[Any]:
            listed = await run(
                "notifications", "--undelivered", "--incident", "chat-1", "--person", LOST,
                "--state", state, "--json",
            )  # fmt: skip
            assert listed.exit_code == 0, listed.output
            found: list[Any] = json.loads(listed.stdout)["notifications"]
            return found

        # Given: an outage, and a mail server that does not know one of those who are told
        declared = await run("outage", "declare", "--channel", "chat", "--title", "Chat is down")
        assert declared.exit_code == 0, declared.output
        async with asyncio.timeout(PATIENCE_S):
            while not (found := await undelivered("not_told")):
                await asyncio.sleep(0.05)  # between two looks, not instead of one
        (lost,) = found

        # Then: the command says who, and why
        assert (lost["person"], lost["about"], lost["purpose"]) == (LOST, "notice", "opening")
        assert "550" in lost["why"]["detail"]
        shown = await run("notifications", "show", lost["notification_id"])
        assert "550" in shown.stdout, shown.output

        # When: it is mended, and sent again
        smtp.mended = True
        dry = await run("notifications", "redrive", "--person", LOST, "--dry-run", "--json")
        assert json.loads(dry.stdout)["notification_ids"] == [lost["notification_id"]]
        again = await run(
            "notifications", "redrive", "--person", LOST, "--reason", "the mailbox is there now"
        )
        assert again.exit_code == 0, again.output

        # Then: that person has it, and nobody is left
        async with asyncio.timeout(PATIENCE_S):
            while await undelivered("not_told") or await undelivered("waiting"):
                await asyncio.sleep(0.05)
        assert any(LOST in str(mail["To"]) for mail in smtp.mails)
