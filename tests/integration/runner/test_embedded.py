"""The embedded broker: one instance, no transactions, and still nothing lost, nothing twice."""

import asyncio
import signal
from typing import Any

import pytest

from services.escalation.core import escalation_core
from shared.contracts.topics import state_topic
from shared.kafka.admin import create_topics
from shared.kafka.connection import Connection
from shared.runner.outlets import FramedOutlet
from shared.runner.restore import read_state
from shared.runner.shard import Outcome, Shard
from tests.support.fleet import Fleet, until

pytestmark = pytest.mark.embedded


async def test_point_14_kill_9_of_the_single_instance_loses_nothing_and_state_counts_once(
    embedded: Connection,
) -> None:
    await create_topics(embedded, partitions=3)
    async with Fleet(embedded) as fleet:
        number = 0
        for _ in range(3):
            member = fleet.start()
            seen = len(fleet.facts)
            while len(fleet.facts) < seen + 400:
                await fleet.append(range(number, number + 50))
                number += 50
                await asyncio.sleep(0.02)
            member.signal(signal.SIGKILL)
        fleet.start()
        await until(
            lambda: len(fleet.counted()) >= fleet.appended, timeout_s=60, what="all are decided"
        )
        # Facts may be repeated by a crash between facts and state: with the same id and the same
        # source, which every reader drops. Dropped here as readers do:
        fleet.facts = list({record.source: record for record in fleet.facts}.values())
        fleet.assert_nothing_lost_nothing_twice()


async def test_what_one_event_changes_at_once_is_one_frame_however_large(
    embedded: Connection,
) -> None:
    # given: as much as 20,000 interactions that an outage moved, some 20 MB
    topic = state_topic("escalation")
    await create_topics(embedded, partitions=3)
    changed = [(f"interaction/p/{number}", b"x" * 1_000) for number in range(20_000)]
    shard: Shard[Any] = Shard(escalation_core, partition=2, partitions=3, documents={})
    outcome = Outcome(changed=list(changed), meta=b"{}")
    # when
    outlet = FramedOutlet(embedded)
    await outlet.open()
    try:
        await outlet.commit(shard, outcome)
    finally:
        await outlet.close()
    # then
    entities, meta = await read_state(embedded, topic, 2)
    assert (entities, meta) == (dict(changed), b"{}")
