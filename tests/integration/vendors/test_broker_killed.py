"""The broker dies between a provider's accept and the record of it: told, counted, never lost."""

import time
from pathlib import Path

import pytest

from shared.contracts.configuration import canonical, hash_of
from shared.contracts.event import Event
from shared.contracts.notification import NotificationEnded
from shared.contracts.people import PeopleDocument, Person, RetrySchedule
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import CONFIG, PEOPLE_LOG
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower, read_to_end
from switchyard.brokers.apache import ApacheKafka, missing
from tests.support.fleet import Fleet, fresh_topics, until
from tests.support.ledger import page
from tests.support.vendors.server import Vendor, playing, slow

pytestmark = pytest.mark.kafka
LEASE_S = 3  # over before the broker is back


def environment(folder: Path) -> dict[str, str]:
    settings = {
        "LINK_KEY": "a key for the links of this test",
        "WEBHOOK_SECRET": "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
        "WEBHOOK_PRIVATE_NETWORKS": "127.0.0.0/8",
        "WEBHOOK_TIMEOUT_S": "60",
        "STATE_DIR": str(folder),
        "LIFELINE_AFTER_S": "600",
    }
    return {f"SWITCHYARD_NOTIFIER_{name}": value for name, value in settings.items()}


async def ask(kafka: Connection, vendor: Vendor) -> str:
    """A page to a room; its id."""
    room = Person(id="room", webhook=f"{vendor.url}/hook")
    document = PeopleDocument(people=(room,), retries=RetrySchedule(waits_s=(1,), lease_s=LEASE_S))
    content, now_ms = canonical(document), time.time_ns() // 1_000_000
    appender = KafkaAppender(kafka)
    await appender.start()
    await appender.send(CONFIG, 0, f"document/{hash_of(content)}".encode(), content, [])
    change = ConfigChanged(
        event_id="c", pool="*", at_ms=now_ms, by="operator", actor="o", hash=hash_of(content),
        version=1,
    )  # fmt: skip
    await appender.append(PEOPLE_LOG, "*", change, partition=0)
    asked = page("room", method="webhook", at_ms=now_ms)
    await appender.append(PEOPLE_LOG, asked.person, asked)
    await appender.stop()
    return asked.page_id


async def facts(kafka: Connection) -> list[Event]:
    records = await read_to_end(KafkaFollower(kafka, PEOPLE_LOG))
    return [record.event() for record in records if record.source]


async def ended(kafka: Connection, page_id: str) -> list[NotificationEnded]:
    found = [it for it in await facts(kafka) if isinstance(it, NotificationEnded)]
    return [it for it in found if it.notification_id == page_id]


async def test_a_broker_killed_between_send_and_record_costs_counted_repeats_at_most(
    tmp_path: Path,
) -> None:
    if missing() is not None:
        pytest.skip("skipped: needs a native broker that the test may kill")
    broker = ApacheKafka().start()
    try:
        kafka = Connection.to(broker.bootstrap)
        await fresh_topics(kafka, partitions=1)
        async with playing(slow()) as vendor:
            fleet = Fleet(kafka, module="services.notifier", environment=environment(tmp_path))
            async with fleet:
                fleet.start()
                page_id = await ask(kafka, vendor)
                await until(lambda: bool(vendor.requests), timeout_s=40, what="it is sent")
                # when: nobody can be told that the provider has taken it
                broker.kill()
                vendor.release()
                broker.start()
                ends = await _until_ended(kafka, page_id)
                heard = list(vendor.requests)
    finally:
        broker.close()
    # then: it ended once, and each message more is under the same id, and counted
    (end,) = ends
    assert end.end == "accepted"
    assert len({it.headers["webhook-id"] for it in heard}) == 1
    assert len(heard) <= 1 + end.possible_repeats


async def _until_ended(kafka: Connection, page_id: str) -> list[NotificationEnded]:
    limit = time.monotonic() + 90
    while not (found := await ended(kafka, page_id)):
        assert time.monotonic() < limit, "the page did not come to its end"
    return found
