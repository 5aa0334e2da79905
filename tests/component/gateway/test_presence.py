"""Agents are heard one by one and told together."""

from collections.abc import Iterable

from services.gateway.adapters.heartbeats import Heartbeats
from shared.contracts.event import Event
from shared.contracts.presence import AgentChanged
from shared.contracts.topics import POOL_LOG
from tests.component.gateway.house import T0, HandClock, House, open_house, until


def is_ready(agent_id: str, *, cause: str | None = None, number: int = 1) -> AgentChanged:
    return AgentChanged(
        event_id=f"{agent_id}/{number}",
        pool="boston",
        at_ms=T0,
        by="router",
        cause=cause,
        agent_id=agent_id,
        status="ready",
        epoch=1,
        number=number,
        reason="reported",
    )


def takes_presence(event: Event) -> Iterable[Event]:
    if event.kind == "presence_reported":  # type: ignore[attr-defined] # every event of the catalogue has a kind
        yield is_ready("ana", cause=event.event_id)


def seen(house: House, pool: str) -> list[tuple[tuple[str, ...], int]]:
    return [
        (event.agent_ids, event.gap_ms)
        for event in house.commands("agents_seen")
        if event.pool == pool
    ]


async def test_a_status_is_reported_and_answered_with_the_change() -> None:
    async with open_house(takes_presence) as house:
        answer = await house.post(
            "/v1/agents/ana/presence", {"status": "ready", "note": "back"}, key="desk"
        )
        (event,) = house.commands("presence_reported")

    assert answer.json()["facts"] == ["agent_changed"]
    assert answer.json()["state"] == "ready"
    assert (event.agent_id, event.status, event.note) == ("ana", "ready", "back")


async def test_a_status_that_is_so_already_is_not_waited_for() -> None:
    async with open_house(answer_wait_s=30) as house:
        await house.tell(is_ready("ana"))
        answer = await house.post("/v1/agents/ana/presence", {"status": "ready"}, key="desk")
        assert len(house.commands("presence_reported")) == 1, "the router decides all the same"

    assert (answer.status_code, answer.json()["state"]) == (200, "ready")


async def test_a_bare_heartbeat_writes_nothing_by_itself() -> None:
    async with open_house() as house:
        await house.tell(is_ready("ana"))
        with_body = await house.post("/v1/agents/ana/presence", {}, key="desk")
        without = await house.post("/v1/agents/ana/presence", key="desk")
        assert not any(record.by == "gateway" for record in house.log.records)

    assert (with_body.status_code, without.status_code) == (202, 202)
    assert with_body.json() == {"agent_id": "ana", "state": "ready"}


async def test_heartbeats_of_a_pool_are_one_record_and_every_pool_gets_one() -> None:
    async with open_house() as house:
        for agent_id in ("ben", "ana", "ben"):
            await house.post(f"/v1/agents/{agent_id}/presence")
        many = await house.post("/v1/pools/boston/heartbeats", {"agent_ids": ["ana", "zoe"]})
        await house.desk.heartbeats.tell()

        assert seen(house, "boston") == [(("ana", "ben"), 0)]
        assert seen(house, "salem") == [((), 0)], "silence is told too: time passed"
        assert many.json() == {"pool": "boston", "heard": 1, "unknown": ["zoe"]}


async def test_an_agent_who_goes_is_not_heard() -> None:
    async with open_house(answer_wait_s=0) as house:
        await house.post("/v1/agents/ana/presence", {"status": "offline"}, key="desk")
        await house.desk.heartbeats.tell()

        assert seen(house, "boston") == [((), 0)]


async def test_the_gap_is_logical_time_and_at_most_two_periods() -> None:
    async with open_house(heartbeat_period_s=10) as house:
        house.clock.fast = 60.0
        for step_ms in (0, 600_000, 1_199_999, 5_000_000, -1):
            house.clock.ms += step_ms
            await house.desk.heartbeats.tell()

        gaps = [gap_ms for _, gap_ms in seen(house, "boston")]

    assert gaps == [0, 600_000, 1_199_999, 1_200_000, 0]


async def test_they_are_told_every_period_without_being_asked() -> None:
    async with open_house(heartbeat_period_s=0.01) as house:
        await until(lambda: len(seen(house, "boston")) >= 3)


async def test_nobody_is_told_missing_while_the_doors_are_shut() -> None:
    shut = True
    async with open_house() as house:
        beats = Heartbeats(
            appender=house.log,
            clock=HandClock(),
            directory=house.desk.view.directory,
            stamp="other",
            period_s=0.001,
            ready=lambda: not shut,
        )
        import asyncio

        task = asyncio.create_task(beats.run())
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert not seen(house, "boston")
        shut = False
        await until(lambda: bool(seen(house, "boston")))
        task.cancel()


async def test_ids_of_records_of_heartbeats_differ() -> None:
    async with open_house() as house:
        for _ in range(3):
            await house.desk.heartbeats.tell()
        ids = [event.event_id for event in house.commands("agents_seen", POOL_LOG)]

    assert len(set(ids)) == len(ids) == 6
