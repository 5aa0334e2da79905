"""Members of a group come, leave and are killed while events flow: nothing lost, nothing twice."""

import asyncio
import signal

import pytest

from shared.kafka.connection import Connection
from tests.support.fleet import Fleet, fresh_topics, until

pytestmark = pytest.mark.kafka


async def _flow(fleet: Fleet, stop: asyncio.Event, number: int = 0) -> None:
    """A few hundred events a second until told to stop; `number`: of the first one."""
    while not stop.is_set():
        await fleet.append(range(number, number + 40))
        number += 40
        await asyncio.sleep(0.05)


async def test_three_members_join_leave_and_are_killed_and_nothing_is_lost_or_decided_twice(
    kafka: Connection,
) -> None:
    await fresh_topics(kafka, partitions=6)
    async with Fleet(kafka) as fleet:
        stop = asyncio.Event()
        flow = asyncio.create_task(_flow(fleet, stop))
        first = fleet.start()
        await until(lambda: len(fleet.facts) > 100, timeout_s=30, what="the first member decides")
        second = fleet.start()
        third = fleet.start()
        await until(
            lambda: bool(second.events("shard_taken")) and bool(third.events("shard_taken")),
            timeout_s=40,
            what="the members share the shards",
        )
        first.signal(signal.SIGKILL)  # dies with whatever it had in hand
        seen = len(fleet.facts)
        await until(lambda: len(fleet.facts) > seen + 500, timeout_s=40, what="takeover")
        second.signal(signal.SIGTERM)  # leaves as it should
        fourth = fleet.start()
        await until(
            lambda: bool(fourth.events("shard_taken")), timeout_s=40, what="the new one takes part"
        )
        third.signal(signal.SIGKILL)
        seen = len(fleet.facts)
        await until(lambda: len(fleet.facts) > seen + 500, timeout_s=40, what="takeover again")
        stop.set()
        await flow
        await fleet.until_counted(timeout_s=60)
        fleet.assert_nothing_lost_nothing_twice()


async def test_a_process_stopped_past_its_session_and_continued_publishes_nothing(
    kafka: Connection,
) -> None:
    await fresh_topics(kafka, partitions=2)
    async with Fleet(kafka) as fleet:
        zombie = fleet.start()
        await fleet.append(range(200))
        await fleet.until_counted(timeout_s=30)
        heir = fleet.start()
        await until(lambda: bool(heir.events("shard_taken")), timeout_s=30, what="a second member")
        # When: the first is frozen in the middle of its work, and events go on
        zombie.signal(signal.SIGSTOP)
        await fleet.append(range(200, 1_200))
        await fleet.until_counted(timeout_s=60)  # the heir took its shards over
        # Then: woken, it finds itself deposed, and everything is still decided once
        taken = len(zombie.events("shard_taken"))
        zombie.signal(signal.SIGCONT)
        await fleet.append(range(1_200, 2_200))
        await fleet.until_counted(timeout_s=60)
        fleet.assert_nothing_lost_nothing_twice()
        # By the fence at its next commit, or by the group, and then it takes a shard anew.
        stop = asyncio.Event()
        flow = asyncio.create_task(_flow(fleet, stop, 2_200))
        await until(
            lambda: (
                bool(zombie.events("shard_fenced") or zombie.events("shard_dropped"))
                or len(zombie.events("shard_taken")) > taken
            ),
            timeout_s=60,
            what="the woken one finds itself deposed",
        )
        stop.set()
        await flow
        await fleet.until_counted(timeout_s=60)
        fleet.assert_nothing_lost_nothing_twice()


async def test_the_time_alone_decides_once_although_members_change(kafka: Connection) -> None:
    await fresh_topics(kafka, partitions=3)
    async with Fleet(kafka) as fleet:
        first = fleet.start()
        await fleet.append(range(90))
        await fleet.until_counted(timeout_s=30)
        for number in range(90):
            await fleet.ask_for_alarm(number)
        first.signal(signal.SIGKILL)
        fleet.start()
        await until(
            lambda: (
                len({r.event().event_id for r in fleet.facts if r.kind == "interaction_expired"})
                >= 90
            ),
            timeout_s=40,
            what="every alarm rings",
        )
        alarms = [r.event().event_id for r in fleet.facts if r.kind == "interaction_expired"]
        assert len(alarms) == len(set(alarms))
