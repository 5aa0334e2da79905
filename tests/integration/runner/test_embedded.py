"""The embedded broker: one instance, no transactions, and still nothing lost, nothing twice."""

import asyncio
import signal

import pytest

from shared.kafka.admin import create_topics
from shared.kafka.connection import Connection
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
