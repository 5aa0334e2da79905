"""The driver against a gateway that runs in this process: everybody comes, works, and goes."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn

from shared.clock import SteeredClock
from switchyard.demo.counters import Counters
from switchyard.demo.day import plan_day
from switchyard.demo.doors import Doors, GaveUpError
from switchyard.demo.driver import Driver, new_scene
from switchyard.demo.outage import LENGTH_MS
from switchyard.demo.outside import Outside
from switchyard.demo.progress import Show
from switchyard.demo.staff import staff
from switchyard.demo.webhooks import Receiver, new_secret
from tests.unit.demo.fake_gateway import FakeGateway

PLAN = plan_day(seed=5, scale=0.006)
SPEED = 20_000.0  # the day in some five seconds


@dataclass
class FakeInstallation:
    gateway_url: str
    clock: SteeredClock
    keys: dict[str, str] = field(
        default_factory=lambda: dict.fromkeys(("system", "agent", "supervisor"), "k")
    )
    killed: list[str] = field(default_factory=list)

    def kill(self, service: str) -> None:
        self.killed.append(service)


class Telephone(Outside):
    """Notes for how long it was down."""

    def __init__(self, clock: SteeredClock) -> None:
        super().__init__(Receiver(new_secret()))
        self._clock = clock
        self.lasted_ms = 0

    def fail(self) -> None:
        super().fail()
        self.lasted_ms -= self._clock.now_ms()

    def recover(self) -> None:
        super().recover()
        self.lasted_ms += self._clock.now_ms()


@asynccontextmanager
async def served(gateway: FakeGateway) -> AsyncIterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        gateway.app(), log_level="error", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await task
        listener.close()


async def test_everybody_is_received_answered_and_closed_and_all_go_home(tmp_path: Path) -> None:
    gateway, counters = FakeGateway(fail_first=5), Counters()
    clock = SteeredClock.create(tmp_path / "clock", start_ms=PLAN.starts_ms, speed=SPEED)
    async with served(gateway) as url:
        installation = FakeInstallation(url, clock)
        scene = new_scene(installation, PLAN, seed=5, counters=counters)
        people = staff(seed=5, scale=0.05)
        telephone = Telephone(clock)
        driver = Driver(
            installation, PLAN, people, scene, telephone=telephone, mode=SPEED, kill="router"
        )
        with Show(PLAN.starts_ms, PLAN.ends_ms, quiet=True) as show:
            await driver.run(show)
        await scene.doors.close()
    # then each contact came once, though some were told to come again
    assert sorted(gateway.seen["received"]) == sorted(it.interaction_id for it in PLAN.contacts)
    assert counters.received == len(PLAN.contacts)
    assert counters.retried >= 5
    # and whoever was taken was closed
    taken = {offer.rpartition(":")[0] for offer in gateway.accepted}
    assert taken
    assert {key.rpartition(":")[0] for key in gateway.seen["close"]} == taken
    assert counters.answered == counters.closed == len(taken)
    # and nobody is at work any more, and one heartbeat spoke for many
    assert {gateway.presence[it.id] for it in people} == {"offline"}
    assert len(gateway.seen["beat"]) < len(people)
    assert installation.killed == ["router"]
    # and the telephone was down at the busiest hour, and works again
    assert telephone.telephone_works
    assert telephone.lasted_ms == pytest.approx(LENGTH_MS, abs=0.05 * SPEED * 1000)


async def test_an_address_where_nobody_answers_is_given_up_with_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("switchyard.demo.doors.TRIES", 2)
    doors = Doors("http://127.0.0.1:9", {"system": "k"}, Counters())
    with pytest.raises(GaveUpError, match="no answer after 2 tries"):
        await doors.command("/v1/interactions", role="system", key="a")
    await doors.close()
