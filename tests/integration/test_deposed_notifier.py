"""A notifier that was stopped past its session and lease sends nothing when it wakes up."""

import asyncio
import signal
import time
from dataclasses import dataclass, field

import pytest

from shared.contracts.configuration import canonical, hash_of
from shared.contracts.escalation import PageRequested
from shared.contracts.people import PeopleDocument, Person, RetrySchedule
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import CONFIG, PEOPLE_LOG
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from tests.support.fleet import Fleet, fresh_topics, until

pytestmark = pytest.mark.kafka
LEASE_S = 3


@dataclass
class ShyServer:
    """An SMTP server that greets whoever comes only when it is told to. Counts what it took."""

    greets: bool = False
    messages: list[str] = field(default_factory=list)
    waiting: list[asyncio.StreamWriter] = field(default_factory=list)
    ended: int = 0  # conversations that ended without a message

    async def open(self) -> int:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        self._server.close()
        for writer in self.waiting:
            writer.close()

    async def greet_those_who_wait(self) -> None:
        for writer in self.waiting:
            writer.write(b"220 at last\r\n")

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.greets:
            writer.write(b"220 hello\r\n")
        else:
            self.waiting.append(writer)
        took = False
        try:
            while line := await reader.readline():
                match line[:4].upper().strip():
                    case b"DATA":
                        writer.write(b"354 go on\r\n")
                        text = await reader.readuntil(b"\r\n.\r\n")
                        self.messages.append(text.decode())
                        took = True
                        writer.write(b"250 taken\r\n")
                    case b"QUIT":
                        writer.write(b"221 bye\r\n")
                        break
                    case _:
                        writer.write(b"250 fine\r\n")
        except ConnectionError:
            pass
        self.ended += not took
        writer.close()


async def test_a_deposed_notifier_that_wakes_up_sends_nothing(kafka: Connection) -> None:
    await fresh_topics(kafka, partitions=1)
    server = ShyServer()
    environment = {
        "SWITCHYARD_NOTIFIER_SMTP_PORT": str(await server.open()),
        "SWITCHYARD_NOTIFIER_SMTP_TIMEOUT_S": "60",
        "SWITCHYARD_NOTIFIER_LINK_KEY": "a key for the links of this test",
    }
    people = PeopleDocument(
        people=(Person(id="dana", locale="he", email="dana@example.com"),),
        retries=RetrySchedule(waits_s=(1,), lease_s=LEASE_S),
    )
    async with Fleet(kafka, module="services.notifier", environment=environment) as fleet:
        appender = KafkaAppender(kafka)
        await appender.start()
        content = canonical(people)
        await appender.send(CONFIG, 0, f"document/{hash_of(content)}".encode(), content, [])
        now_ms = time.time_ns() // 1_000_000
        change = ConfigChanged(
            event_id="c", pool="*", at_ms=now_ms, by="operator", actor="o",
            hash=hash_of(content), version=1,
        )  # fmt: skip
        await appender.append(PEOPLE_LOG, "*", change, partition=0)
        # Given: a notifier that has the lease, is connected, and waits for the greeting
        zombie = fleet.start()
        await until(lambda: bool(zombie.events("shard_taken")), timeout_s=30, what="it is there")
        await appender.append(PEOPLE_LOG, "dana", _page(now_ms))
        await until(lambda: len(server.waiting) == 1, timeout_s=20, what="it wants to send")
        # When: it is stopped past session and lease, and another one sends the page instead
        zombie.signal(signal.SIGSTOP)
        server.greets = True
        fleet.start()
        await until(lambda: len(server.messages) == 1, timeout_s=60, what="the heir sends")
        # Then: woken and greeted, it ends the conversation without a message
        ended = server.ended
        zombie.signal(signal.SIGCONT)
        await server.greet_those_who_wait()
        await until(lambda: server.ended > ended, timeout_s=30, what="the zombie gives up")
        assert len(server.messages) == 1
        await appender.stop()
    await server.close()


def _page(now_ms: int) -> PageRequested:
    return PageRequested(
        event_id="page-1", pool="boston", at_ms=now_ms, by="escalation",
        page_id="boston:1#first_reply/1:c1:r1:l1:dana:email",
        escalation_id="boston:1#first_reply/1", interaction_id="boston:1", metric="first_reply",
        cycle=1, round=1, level=1, person="dana", method="email", queue="general",
        channel="voice", language="he", due_at_ms=now_ms, expires_at_ms=now_ms + 3_600_000,
    )  # fmt: skip
