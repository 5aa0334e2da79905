"""Operators hear that the broker is away from a notifier that can reach nothing else."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.contracts.configuration import canonical, hash_of
from shared.contracts.people import PeopleDocument, Person, Recipient, RetrySchedule
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import CONFIG, PEOPLE_LOG
from shared.contracts.troubles import TroubleReported
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower, read_to_end
from switchyard.brokers.apache import ApacheKafka, missing
from tests.support.fleet import Fleet, Member, fresh_topics, until
from tests.support.smtp_server import SmtpServer

pytestmark = pytest.mark.kafka
PEOPLE = PeopleDocument(
    people=(
        Person(id="dana", locale="nl", email="dana@example.com"),
        Person(id="clerk", email="clerk@example.com"),
    ),
    operators=(Recipient(person="dana"),),
    retries=RetrySchedule(waits_s=(1,), lease_s=10),
)


@pytest.fixture(scope="module")
def broker() -> Iterator[ApacheKafka]:
    if missing() is not None:
        pytest.skip("skipped: needs a native broker that the test may stop")
    broker = ApacheKafka().start()
    yield broker
    broker.close()


def environment(server: SmtpServer, folder: Path) -> dict[str, str]:
    return {
        "SWITCHYARD_NOTIFIER_SMTP_PORT": str(server.port),
        "SWITCHYARD_NOTIFIER_LINK_KEY": "a key for the links of this test",
        "SWITCHYARD_NOTIFIER_STATE_DIR": str(folder),
        "SWITCHYARD_NOTIFIER_LIFELINE_AFTER_S": "3",
    }


async def configure(connection: Connection) -> None:
    appender = KafkaAppender(connection)
    await appender.start()
    content = canonical(PEOPLE)
    await appender.send(CONFIG, 0, f"document/{hash_of(content)}".encode(), content, [])
    change = ConfigChanged(
        event_id="c", pool="*", at_ms=time.time_ns() // 1_000_000, by="operator", actor="o",
        hash=hash_of(content), version=1,
    )  # fmt: skip
    await appender.append(PEOPLE_LOG, "*", change, partition=0)
    await appender.stop()


async def reported(connection: Connection) -> list[TroubleReported]:
    records = await read_to_end(KafkaFollower(connection, PEOPLE_LOG))
    events = [record.event() for record in records if record.kind == "trouble_reported"]
    return [event for event in events if isinstance(event, TroubleReported)]


async def ready(fleet: Fleet, folder: Path) -> Member:
    member = fleet.start()
    copy = folder / "operators.json"
    await until(copy.exists, timeout_s=40, what="it knows the operators")
    return member


def about(server: SmtpServer) -> list[str]:
    """What each mail was about, to whom."""
    return [f"{mail['To']}: {mail['X-Switchyard-Trouble'].split(':')[1]}" for mail in server.mails]


async def test_a_broker_that_hangs_is_told_and_so_is_that_it_works_again(
    broker: ApacheKafka, tmp_path: Path
) -> None:
    connection = Connection.to(broker.bootstrap)
    await fresh_topics(connection, partitions=1)
    assert broker.process is not None
    async with (
        SmtpServer() as server,
        Fleet(
            connection, module="services.notifier", environment=environment(server, tmp_path)
        ) as fleet,
    ):
        await configure(connection)
        await ready(fleet, tmp_path)
        # When: the broker takes connections, and answers nothing
        broker.process.send_signal(signal.SIGSTOP)
        try:
            await until(lambda: len(server.mails) == 1, timeout_s=40, what="the operator hears")
        finally:
            broker.process.send_signal(signal.SIGCONT)
        # Then: the operator hears of the end through the ledger
        await until(lambda: len(server.mails) == 2, timeout_s=60, what="and hears of the end")
        assert about(server) == [
            "dana@example.com: platform",
            "dana@example.com: platform_works",
        ]
        assert [mail["Subject"] for mail in server.mails] == [
            "Switchyard zelf werkt niet",
            "Switchyard werkt weer",
        ]
        (told,) = await reported(connection)
        assert (told.person, told.method, told.trouble_with) == ("dana", "email", "platform_works")


async def test_notifiers_that_are_killed_and_started_while_the_broker_is_dead_tell_once(
    broker: ApacheKafka, tmp_path: Path
) -> None:
    connection = Connection.to(broker.bootstrap)
    await fresh_topics(connection, partitions=1)
    async with (
        SmtpServer(answers=False) as server,
        Fleet(
            connection, module="services.notifier", environment=environment(server, tmp_path)
        ) as fleet,
    ):
        await configure(connection)
        first = await ready(fleet, tmp_path)
        # Given: a broker that is gone, and a notifier killed while it told the operator
        broker.kill()
        await until(lambda: len(server.mails) == 1, timeout_s=40, what="the operator hears")
        first.process.kill()
        first.process.wait()
        server.answers = True
        # When: two others are started while the broker is away
        heirs = [fleet.start(), fleet.start()]
        await until(lambda: len(server.mails) == 2, timeout_s=60, what="one of them goes on")
        for heir in heirs:
            await until(
                lambda heir=heir: bool(heir.events("broker_away")),  # type: ignore[misc]
                timeout_s=30,
                what="both have noticed",
            )
        # Then: the doubtful one went again under the same id, and says that it may be a repeat
        assert server.mails[0]["Message-ID"] == server.mails[1]["Message-ID"]
        assert [mail["X-Switchyard-Attempt"] for mail in server.mails] == ["1", "2"]
        assert len(server.mails) == 2
        # And: when it is back they end, to be started anew; the ledger hears it once
        broker.start()
        for heir in heirs:
            await until(
                lambda heir=heir: heir.process.poll() is not None,  # type: ignore[misc]
                timeout_s=60,
                what="those that started without a broker end",
            )
        fleet.start()
        await until(lambda: len(server.mails) == 3, timeout_s=60, what="and hears of the end")
        assert about(server)[-1] == "dana@example.com: platform_works"
        assert len(await reported(connection)) == 1
        assert not (tmp_path / "outage.json").exists()
