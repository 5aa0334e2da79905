"""Processes of a service under test: started, stopped, killed, frozen, by pid."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx

from shared.contracts.interactions import AgentReplied, CustomerMessaged
from shared.contracts.topics import POOL_LOG, TOPICS, state_topic
from shared.kafka.admin import create_topics
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower
from shared.log import LogRecord
from switchyard.brokers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


async def until(condition: Callable[[], bool], *, timeout_s: float, what: str) -> None:
    """Wait for a condition, and say what was waited for when it does not come."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"not within {timeout_s} s: {what}"
        await asyncio.sleep(0.02)


async def fresh_topics(connection: Connection, partitions: int = 3) -> None:
    """Empty topics: delete what another test left, create anew. An embedded broker is fresh."""
    from aiokafka.admin import AIOKafkaAdminClient

    if not connection.transactions:
        await create_topics(connection, partitions=partitions)
        return
    admin = AIOKafkaAdminClient(**connection.client())
    await admin.start()
    try:
        names = {topic.name for topic in TOPICS}
        there = names & set(await admin.list_topics())
        if there:
            await admin.delete_topics(sorted(there))
            end = time.monotonic() + 20
            while names & set(await admin.list_topics()) and time.monotonic() < end:
                await asyncio.sleep(0.05)
    finally:
        await admin.close()
    await create_topics(connection, partitions=partitions)


@dataclass(slots=True)
class Member:
    """One process of the tally service."""

    name: str
    process: subprocess.Popen[bytes]
    log_file: Path
    health_port: int

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def events(self, name: str) -> list[dict[str, object]]:
        """Its log lines with this event name."""
        lines = self.log_file.read_text(errors="replace").splitlines()
        parsed = [json.loads(line) for line in lines if line.startswith("{")]
        return [line for line in parsed if line.get("event") == name]

    async def ready(self) -> tuple[int, list[str]]:
        """Status and reasons of /readyz; 0 while nobody listens."""
        async with httpx.AsyncClient(timeout=2) as client:
            try:
                answer = await client.get(f"http://127.0.0.1:{self.health_port}/readyz")
            except httpx.HTTPError:
                return 0, []
        return answer.status_code, answer.json()["reasons"]

    async def metric(self, name: str) -> float:
        async with httpx.AsyncClient(timeout=2) as client:
            text = (await client.get(f"http://127.0.0.1:{self.health_port}/metrics")).text
        lines = (line for line in text.splitlines() if line.startswith(f"switchyard_{name}{{"))
        return float(next(lines).rpartition(" ")[2])


@dataclass(slots=True)
class Fleet:
    """Members of one consumer group, and the log they work on."""

    connection: Connection
    session_timeout_ms: int = 6_000
    module: str = "tests.support.tally"
    environment: dict[str, str] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    appended: int = 0
    facts: list[LogRecord] = field(default_factory=list)
    _appender: KafkaAppender | None = None
    _following: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._appender = KafkaAppender(self.connection)
        await self._appender.start()
        self._following = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self._following is not None
        assert self._appender is not None
        for member in self.members:
            if member.process.poll() is None:
                member.signal(signal.SIGCONT)
                member.process.kill()
            member.process.wait()
            if error[0] is None:  # after a failure the log is worth reading
                shutil.rmtree(member.log_file.parent)
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)
        await self._appender.stop()

    def start(self) -> Member:
        name = f"member-{len(self.members)}"
        log_file = Path(tempfile.mkdtemp(prefix="switchyard-test-")) / f"{name}.log"
        port = free_port()
        settings = self.connection.settings
        environment = {
            **os.environ,
            "SWITCHYARD_KAFKA_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
            "SWITCHYARD_KAFKA_PROFILE": settings.profile,
            "SWITCHYARD_KAFKA_SESSION_TIMEOUT_MS": str(self.session_timeout_ms),
            "SWITCHYARD_KAFKA_HEARTBEAT_INTERVAL_MS": "300",
            "SWITCHYARD_HEALTH_PORT": str(port),
            **self.environment,
        }
        with log_file.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=output,
            )
        member = Member(name, process, log_file, port)
        self.members.append(member)
        return member

    async def append(self, numbers: Sequence[int], *, pools: int = 8, mark: str = "") -> None:
        """One customer message per number, spread over pools; each is an event of its own."""
        await asyncio.gather(*(self._append_one(number, pools, mark) for number in numbers))
        self.appended += len(numbers)

    async def _append_one(self, number: int, pools: int, mark: str) -> None:
        pool = f"p{number % pools}"
        event = CustomerMessaged(
            event_id=f"e{number}",
            pool=pool,
            at_ms=time.time_ns() // 1_000_000,
            by="gateway",
            actor="customer",
            interaction_id=f"{pool}:{mark}{number % 97}",
        )
        assert self._appender is not None
        await self._appender.append(POOL_LOG, pool, event)

    async def ask_for_alarm(self, number: int, *, pools: int = 8) -> None:
        """A reply starts the alarm of that interaction: a decision that time alone leads to."""
        pool = f"p{number % pools}"
        event = AgentReplied(
            event_id=f"r{number}",
            pool=pool,
            at_ms=time.time_ns() // 1_000_000,
            by="gateway",
            actor="agent",
            interaction_id=f"{pool}:{number % 97}",
            agent_id="a",
        )
        assert self._appender is not None
        await self._appender.append(POOL_LOG, pool, event)

    async def _follow(self) -> None:
        async for batch in KafkaFollower(self.connection, POOL_LOG).batches():
            self.facts += [record for record in batch if record.source]

    def counted(self) -> Counter[str]:
        """How often each event was decided, by the id of the event."""
        counted = (r.event().cause for r in self.facts if r.kind == "message_recorded")
        return Counter(cause for cause in counted if cause is not None)

    async def until_counted(self, *, timeout_s: float) -> None:
        await until(
            lambda: len([r for r in self.facts if r.kind == "message_recorded"]) >= self.appended,
            timeout_s=timeout_s,
            what=f"{self.appended} facts (have {len(self.facts)})",
        )

    def assert_nothing_lost_nothing_twice(self) -> None:
        counted = self.counted()
        twice = {event: times for event, times in counted.items() if times != 1}
        assert not twice, f"decided twice: {sorted(twice.items())[:5]}"
        assert len(counted) == self.appended, f"lost: {self.appended - len(counted)}"
        # Numbers of one interaction must run 1, 2, 3: state was neither lost nor applied twice.
        numbers: dict[str, list[int]] = {}
        for record in self.facts:
            if record.kind == "message_recorded":
                fact = record.event()
                numbers.setdefault(fact.interaction_id, []).append(fact.number)  # type: ignore[attr-defined]
        for interaction_id, found in numbers.items():
            assert found == list(range(1, len(found) + 1)), interaction_id


STATE = state_topic("router")
