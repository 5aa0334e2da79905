"""The notifier in a process of its own, from a request in the log to a local server and back.

Every twentieth message fails at its first try. What came is counted at the servers, what became of
it in the ledger, and the two are compared: nothing lost, nothing told twice.
"""

import asyncio
import json
import os
import socket
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypedDict

from shared.contracts.people import PeopleDocument
from shared.contracts.configuration import canonical, hash_of
from shared.contracts.escalation import PageRequested
from shared.contracts.notification import AttemptLeased, NotificationEnded
from shared.contracts.outage import NoticeRequested
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import CONFIG, PEOPLE_LOG
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from shared.kafka.follower import KafkaFollower
from shared.log import LogRecord
from shared.runner.documents import PREFIX
from switchyard.brokers.ports import free_port
from tests.bench.local_providers import Arrivals
from tests.bench.notify_story import openings, pages, people, people_for
from tests.bench.processes import Worker, start
from tests.support.fleet import fresh_topics

PARTITIONS = 4
PEER_NOTIFICATIONS = 3_000
STAFF = 1_000
STEADY_PER_S, STEADY_S = 20, 20
_LONGEST_S = 110.0  # of one measurement
Asked = PageRequested | NoticeRequested


class Figures(TypedDict):
    notifications: int
    first_tries_per_s: float
    cpu_ms: float  # of the notifier, a notification
    p50_s: float  # from request to first try
    p99_s: float
    last_s: float
    all_ended_s: float
    tries: int
    retries: int  # of messages that a server had put off
    not_written: int  # leases that ended before their turn, so that nothing was written
    open: int  # not over yet when the time for it was up
    lost: int
    twice: int  # taken twice though no repeat was declared
    declared: int  # possible repeats


class PeerFigures(TypedDict):
    first_tries_per_s: float
    cpu_ms: float


@dataclass
class Servers:
    """The local providers, and what they heard once they are stopped."""

    smtp_port: int
    http_port: int
    files: list[Path] = field(default_factory=list)

    def arrivals(self) -> Arrivals:
        found: Arrivals = {}
        for file in self.files:
            found |= json.loads(file.read_text())
        return found


@contextmanager
def providers(connection: Connection) -> Iterator[Servers]:
    """Their book can be read after the block."""
    folder = Path(tempfile.mkdtemp(prefix="switchyard-bench-"))
    servers = Servers(free_port(), free_port())
    workers = []
    for kind, port in (("smtp", servers.smtp_port), ("http", servers.http_port)):
        servers.files.append(folder / f"{kind}.json")
        arguments = (kind, str(port), str(servers.files[-1]))
        workers.append(start(connection, "tests.bench.local_providers", *arguments))
    try:
        for port in (servers.smtp_port, servers.http_port):
            _until_listening(port)
        yield servers
    finally:
        for worker in workers:
            worker.stop()


def _until_listening(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nobody listens on {port}")


def environment(servers: Servers) -> dict[str, str]:
    """What an operator would set; limits, schedule and places are those that ship."""
    folder = Path(tempfile.mkdtemp(prefix="switchyard-bench-"))
    (folder / "connectors").write_text("slack.bot xoxb-bench\n")
    settings = {
        "SMTP_PORT": servers.smtp_port,
        "SMTP_HOSTNAME": "bench.test",
        "LINK_KEY": "a key for the links of a benchmark",
        "WEBHOOK_SECRET": "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
        "WEBHOOK_PRIVATE_NETWORKS": "127.0.0.0/8",
        "CONNECTORS_FILE": folder / "connectors",
        "SLACK_URL": f"http://127.0.0.1:{servers.http_port}/api",
    }
    return {f"SWITCHYARD_NOTIFIER_{name}": str(value) for name, value in settings.items()}


@dataclass
class Ledger:
    """The facts that matter, as they come."""

    records: list[LogRecord] = field(default_factory=list)
    ended: int = 0

    def _of(self, kind: str) -> Iterator[LogRecord]:
        return (record for record in self.records if record.kind == kind)

    def leases(self) -> list[AttemptLeased]:
        found = (record.event() for record in self._of("attempt_leased"))
        return [it for it in found if isinstance(it, AttemptLeased)]

    def ends(self) -> list[NotificationEnded]:
        found = (record.event() for record in self._of("notification_ended"))
        return [it for it in found if isinstance(it, NotificationEnded)]

    def outcomes(self) -> Counter[str]:
        found = (json.loads(record.value) for record in self._of("attempt_ended"))
        return Counter(it["outcome"] for it in found)


_KEPT = frozenset({"attempt_leased", "attempt_ended", "notification_ended"})


@asynccontextmanager
async def following(connection: Connection) -> AsyncIterator[Ledger]:
    ledger = Ledger()

    async def follow() -> None:
        async for batch in KafkaFollower(connection, PEOPLE_LOG).batches():
            ledger.records += (it for it in batch if it.kind in _KEPT)
            ledger.ended += sum(it.kind == "notification_ended" for it in batch)

    task = asyncio.create_task(follow())
    try:
        yield ledger
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def configure(connection: Connection, document: PeopleDocument) -> KafkaAppender:
    await fresh_topics(connection, partitions=PARTITIONS)
    appender = KafkaAppender(connection)
    await appender.start()
    content = canonical(document)
    await appender.send(CONFIG, 0, f"{PREFIX}{hash_of(content)}".encode(), content, [])
    for partition in range(PARTITIONS):
        change = ConfigChanged(
            event_id=f"c#{partition}",
            pool="*",
            at_ms=now_ms(),
            by="operator",
            actor="o",
            hash=hash_of(content),
            version=1,
        )
        await appender.append(PEOPLE_LOG, "*", change, partition=partition)
    return appender


async def told(
    connection: Connection, asked: Sequence[Asked], document_of: int, *, per_s: float | None = None
) -> Figures:
    """Ask for all of it, at once or at a rate, and wait until each has come to its end."""
    with providers(connection) as servers:
        appender = await configure(connection, people(document_of, servers.http_port))
        async with following(connection) as ledger:
            worker = start(connection, "services.notifier", **environment(servers))
            try:
                worker.until_ready()
                cpu_s = worker.cpu_s()
                requested = await ask(appender, asked, per_s)
                await until_ended(ledger, len(asked), worker)
                over_ns, cpu_s = time.time_ns(), worker.cpu_s() - cpu_s
            finally:
                worker.stop()
                await appender.stop()
    return figures_of(ledger, servers.arrivals(), requested, over_ns, cpu_s)


async def ask(
    appender: KafkaAppender, asked: Sequence[Asked], per_s: float | None
) -> dict[str, int]:
    """When each was asked for, in ns, by its id."""
    requested: dict[str, int] = {}

    async def one(event: Asked) -> None:
        requested[event.event_id] = time.time_ns()
        await appender.append(PEOPLE_LOG, event.person, event)

    begun, tasks = time.perf_counter(), []
    for number, event in enumerate(asked):
        due = begun + number / per_s if per_s else 0.0
        if (wait_s := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait_s)
        tasks.append(asyncio.create_task(one(event)))
        if not per_s and number % 500 == 499:
            await asyncio.gather(*tasks)
    await asyncio.gather(*tasks)
    return requested


async def until_ended(ledger: Ledger, wanted: int, worker: Worker) -> None:
    end = time.monotonic() + _LONGEST_S
    while ledger.ended < wanted and time.monotonic() < end:  # too late: shown as open
        if worker.process.poll() is not None:
            raise RuntimeError(worker.log_file.read_text()[-3000:])
        await asyncio.sleep(0.1)


def figures_of(
    ledger: Ledger, arrivals: Arrivals, requested: dict[str, int], over_ns: int, cpu_s: float
) -> Figures:
    leases, ends = ledger.leases(), ledger.ends()
    name_of = {it.message_id: it.notification_id for it in leases}
    repeats = {it.notification_id: it.possible_repeats for it in ends}
    first_ns = {name_of[each]: entry[0] for each, entry in arrivals.items()}
    took_s = sorted((first_ns[each] - at_ns) / 1e9 for each, at_ns in requested.items()
                    if each in first_ns)  # fmt: skip
    begun_ns, outcomes = min(requested.values()), ledger.outcomes()
    taken = {name_of[each]: entry[2] for each, entry in arrivals.items()}
    whole = {it.notification_id for it in ends if it.end in ("accepted", "delivered")}
    over = {it.notification_id for it in ends}
    return Figures(
        notifications=len(requested),
        first_tries_per_s=len(took_s) / ((max(first_ns.values()) - begun_ns) / 1e9),
        cpu_ms=cpu_s / len(requested) * 1e3,
        p50_s=took_s[len(took_s) // 2],
        p99_s=took_s[int(len(took_s) * 0.99)],
        last_s=took_s[-1],
        all_ended_s=(over_ns - begun_ns) / 1e9,
        tries=sum(entry[1] for entry in arrivals.values()),
        retries=sum(entry[1] - 1 for entry in arrivals.values()),
        not_written=outcomes["not_sent"] + outcomes["blocked"],
        open=len(requested) - len(over),
        lost=sum(each not in whole or not taken.get(each) for each in over),
        twice=sum(count > 1 + repeats.get(each, 0) for each, count in taken.items()),
        declared=sum(repeats.values()),
    )


async def peer(connection: Connection, kind: str, notifications: int) -> PeerFigures:
    with providers(connection) as servers:
        arguments = (kind, str(notifications), str(servers.http_port))
        worker = start(connection, "tests.bench.notify_peer", *arguments, **environment(servers))
        code = await asyncio.to_thread(worker.process.wait, _LONGEST_S)
        said = worker.log_file.read_text()
        if code != 0:
            raise RuntimeError(said[-3000:])
    lines = [line.split() for line in said.splitlines() if line[:1].isdigit()]
    (begun_ns, before_s), (_, after_s) = lines[0], lines[-1]
    last_ns = max(entry[0] for entry in servers.arrivals().values())
    return PeerFigures(
        first_tries_per_s=notifications / ((last_ns - int(begun_ns)) / 1e9),
        cpu_ms=(float(after_s) - float(before_s)) / notifications * 1e3,
    )


def now_ms() -> int:
    return time.time_ns() // 1_000_000


async def measure(connection: Connection, notifications: int) -> None:
    """Three minutes at most, unless it is slower than it ever was."""
    peers = {
        kind: await peer(connection, kind, min(PEER_NOTIFICATIONS, notifications))
        for kind in ("plain", "like")
    }
    burst = await told(connection, pages(notifications, at_ms=now_ms()), people_for(notifications))
    show_burst(burst, peers)
    asked = pages(STEADY_PER_S * STEADY_S, at_ms=now_ms())
    show_steady(await told(connection, asked, people_for(len(asked)), per_s=STEADY_PER_S))
    show_staff(await told(connection, openings(STAFF, at_ms=now_ms()), STAFF))


def show_burst(found: Figures, peers: dict[str, PeerFigures]) -> None:
    print(f"{found['notifications']} notifications asked for at once: {_line(found)}")
    for kind, row in peers.items():
        ratio, cpu = found["first_tries_per_s"] / row["first_tries_per_s"], row["cpu_ms"]
        print(
            f"  {kind} peer: {row['first_tries_per_s']:.0f} first tries/s, {cpu:.2f} ms CPU each; "
            f"ours is {ratio:.2f} of its rate, {cpu / found['cpu_ms']:.2f} by CPU"
        )
    _show_ledger(found)


def show_steady(found: Figures) -> None:
    print(
        f"{STEADY_PER_S} a second for {STEADY_S} s: p50 {found['p50_s'] * 1e3:.0f} ms, "
        f"p99 {found['p99_s'] * 1e3:.0f} ms to the first try"
    )
    _show_ledger(found)


def show_staff(found: Figures) -> None:
    print(f"{STAFF} staff told of one outage at once: {_line(found)}")
    _show_ledger(found)


def _line(found: Figures) -> str:
    return (
        f"{found['first_tries_per_s']:.0f} first tries/s, {found['cpu_ms']:.2f} ms CPU each; "
        f"to the first try p50 {found['p50_s']:.2f} s, p99 {found['p99_s']:.2f} s, "
        f"the last {found['last_s']:.2f} s; all ended after {found['all_ended_s']:.1f} s"
    )


def _show_ledger(found: Figures) -> None:
    print(
        f"  {found['retries']} retries of what was put off, {found['not_written']} leases without "
        f"a turn; lost {found['lost']}, not over yet {found['open']}, twice {found['twice']}, "
        f"possible repeats {found['declared']}",
        flush=True,
    )
