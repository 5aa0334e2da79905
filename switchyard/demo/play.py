"""One demo from the first contact to the report; whoever calls it has started the services."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.kafka.connection import Connection
from switchyard.demo.counters import Counters
from switchyard.demo.day import Plan
from switchyard.demo.driver import Driver, Installation, new_scene
from switchyard.demo.extract import DAY, TIMEZONE
from switchyard.demo.managers import Managers
from switchyard.demo.outside import Outside
from switchyard.demo.pace import Mode
from switchyard.demo.progress import Show
from switchyard.demo.staff import Colleague
from switchyard.report.build import Reading, Topics, build_report
from switchyard.report.source import read_topics
from switchyard.report.verdict import Verdict
from switchyard.supervisor.mailbox import Mailbox

_READS = 10  # of the topics at the end, until nothing is on its way any more
_READ_AGAIN_S = 1.0
Replay = Callable[[Topics], Awaitable[Verdict]]


class Running(Installation, Protocol):
    """An installation whose topics can be read, too."""

    @property
    def broker(self) -> Connection: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """What is played: `mode` see Pace, `kill` a service to kill at the busiest hour."""

    plan: Plan
    people: Sequence[Colleague]
    seed: int
    mode: Mode = "auto"
    kill: str | None = None
    quiet: bool = False


async def play(
    running: Running,
    mailbox: Mailbox,
    outside: Outside,
    what: Play,
    *,
    replay: Replay | None = None,
) -> tuple[Reading, Counters]:
    """Drive the day, and report it from the topics.

    Args:
        mailbox: open; the services send their mail to it.
        outside: open; the services look at the telephone platform there, and ring managers.
        replay: decides the recorded log again and says whether the facts are equal (R7).

    Raises:
        GaveUpError: the gateway stopped answering.
    """
    counters = Counters()
    scene = new_scene(running, what.plan, seed=what.seed, counters=counters)
    managers = Managers(scene)
    mailbox.deliver, outside.ring = managers.take, managers.ring
    driver = Driver(
        running,
        what.plan,
        what.people,
        scene,
        telephone=outside,
        mode=what.mode,
        kill=what.kill,
    )
    try:
        with Show(what.plan.starts_ms, what.plan.ends_ms, quiet=what.quiet) as show:
            await driver.run(show)
    finally:
        await scene.doors.close()
    return await report_when_quiet(running.broker, what.plan, replay), counters


async def report_when_quiet(broker: Connection, plan: Plan, replay: Replay | None) -> Reading:
    """Read the topics until every arrival is decided and every notification has ended."""
    topics, reading = await _read(broker, plan)
    for _ in range(_READS):
        if not (reading.undecided or reading.unended):
            break
        await asyncio.sleep(_READ_AGAIN_S)
        topics, reading = await _read(broker, plan)
    if replay is not None:
        verdict = await replay(topics)
        reading.report = reading.report.with_replay(verdict)
    return reading


async def _read(broker: Connection, plan: Plan) -> tuple[Topics, Reading]:
    topics = await read_topics(broker)
    return topics, build_report(topics, day=DAY, timezone=TIMEZONE, notes=plan.notes())
