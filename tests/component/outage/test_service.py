"""The service as its own process, on the embedded broker: it looks, decides, dies and goes on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shared.clock import ENVIRONMENT_VARIABLE, SteeredClock
from shared.contracts.configuration import INSTALLATION, OutageDocument, canonical, hash_of
from shared.contracts.event import Event
from shared.contracts.outage import (
    ChannelFailedOver,
    ChannelRestored,
    IncidentOpened,
    IncidentResolved,
    NoticeRequested,
    ProbeEnded,
)
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import CONFIG, PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower
from switchyard.brokers.ports import free_port
from switchyard.supervisor.processes import ServiceProcess
from tests.component.outage.door import Door
from tests.support.fleet import fresh_topics
from tests.support.outage_stage import T0, document, of, watched

pytestmark = pytest.mark.embedded
PATIENCE_S = 60.0
SPEED = 60  # an interval of 30 s is half a second


async def heard(
    connection: Connection, topic: str, until: Callable[[list[Event]], bool]
) -> list[Event]:
    """The facts of the outage service in a topic, from its beginning until `until` is true."""
    found: list[Event] = []
    async with asyncio.timeout(PATIENCE_S):
        async for batch in KafkaFollower(connection, topic).batches():
            found += [record.event() for record in batch if record.by == "outage"]
            if until(found):
                return found
    raise AssertionError("a log has no end")


async def configure(connection: Connection, clock: SteeredClock, it: OutageDocument) -> None:
    content = canonical(it)
    appender = KafkaAppender(connection)
    await appender.start()
    try:
        key = f"document/{hash_of(content)}"
        await appender.send(CONFIG, 0, key.encode(), content, [])
        change = ConfigChanged(
            event_id="config-1",
            pool=INSTALLATION,
            at_ms=clock.now_ms(),
            by="operator",
            actor="operator:test",
            hash=hash_of(content),
            version=1,
        )
        await appender.append(SYSTEM_LOG, INSTALLATION, change)
    finally:
        await appender.stop()


@asynccontextmanager
async def serving(connection: Connection, path: Path) -> AsyncIterator[ServiceProcess]:
    port = free_port()
    process = ServiceProcess(
        name="outage",
        module="services.outage",
        environment={
            "SWITCHYARD_KAFKA_BOOTSTRAP_SERVERS": connection.settings.bootstrap_servers,
            "SWITCHYARD_KAFKA_PROFILE": connection.settings.profile,
            "SWITCHYARD_HEALTH_PORT": str(port),
            ENVIRONMENT_VARIABLE: str(path / "clock"),
        },
        ready_url=f"http://127.0.0.1:{port}/readyz",
        log_file=path / "outage.log",
    )
    process.start()
    try:
        await process.until_ready()
        yield process
    finally:
        await process.stop()


async def test_an_outage_is_found_told_and_ended_also_across_a_kill(
    embedded: Connection, tmp_path: Path
) -> None:
    clock = SteeredClock.create(tmp_path / "clock", start_ms=T0, speed=SPEED)
    await fresh_topics(embedded)
    async with Door() as door:
        fast = {"recovered_in_a_row": 3, "recovered_for_s": 30, "failed_over_for_s": 60}
        watch = watched(**fast)
        probe = watch.probes[0].model_copy(update={"target": door.url})
        watch = watch.model_copy(update={"probes": (probe,)})
        door.mood = "broken"
        await configure(embedded, clock, document(channels={"voice": watch}))
        async with serving(embedded, tmp_path) as service:
            await heard(embedded, SYSTEM_LOG, lambda it: bool(of(IncidentOpened, it)))
            service.kill()
            told = await heard(embedded, PEOPLE_LOG, lambda it: len(it) >= 5)
            openings = {it.person for it in of(NoticeRequested, told)}
            assert openings == {"ivan", "mia", "rita", "sam", "sigi"}
            door.mood = "well"
            system = await heard(embedded, SYSTEM_LOG, lambda it: bool(of(IncidentResolved, it)))
            pools = await heard(embedded, POOL_LOG, lambda it: len(of(ChannelRestored, it)) >= 2)
            notices = await heard(embedded, PEOPLE_LOG, lambda it: _recovered(it) == openings)
        assert service.restarts == 1
        assert service.process is not None
        assert service.process.returncode == 0
    down = {it.event_id for it in of(ChannelFailedOver, pools)}
    assert down == {"voice-1/failed_over/boston", "voice-1/failed_over/riga"}
    assert {it.pool for it in of(ChannelRestored, pools)} == {"boston", "riga"}
    assert {it.event_id for it in of(ChannelFailedOver, system)} == down
    assert len({it.event_id for it in of(IncidentOpened, system)}) == 1
    recovery = [it for it in of(NoticeRequested, notices) if it.purpose == "recovery"]
    assert len({it.notice_id for it in recovery}) == len(openings)
    looks = of(ProbeEnded, system)
    assert len({it.event_id for it in looks}) == len(looks)  # also across the restart
    log = (tmp_path / "outage.log").read_text()
    assert f":{door.port}" not in log
    assert "shard_taken" in log


def _recovered(facts: list[Event]) -> set[str]:
    return {it.person for it in of(NoticeRequested, facts) if it.purpose == "recovery"}
