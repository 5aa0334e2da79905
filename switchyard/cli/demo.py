"""`switchyard demo`: a real day through the running services, and the report of it."""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer
import uvloop

from shared.clock import SteeredClock
from shared.configuration import load
from shared.kafka.connection import Connection
from shared.logging import configure_logging
from switchyard.cli.output import FOUND, UNREACHABLE, Json, fail
from switchyard.cli.report import show
from switchyard.demo.centre import write_folder
from switchyard.demo.counters import Counters
from switchyard.demo.day import plan_day
from switchyard.demo.doors import GaveUpError
from switchyard.demo.pace import Mode
from switchyard.demo.play import Play, play
from switchyard.demo.replayed import replay_all
from switchyard.demo.staff import staff
from switchyard.report.build import Reading
from switchyard.supervisor.installation import Installation
from switchyard.supervisor.installation import Plan as Start
from switchyard.supervisor.mailbox import Mailbox
from switchyard.supervisor.processes import NotReadyError

SEED = 20_150_204
# The clock starts a little before midnight, so that the configuration is there before the day.
EVE_MS = 60_000
# In a day that passes in minutes some milliseconds are nothing, and waiting for a few records more
# halves the work of all processes together; two cores carry the day then.
UNHURRIED = {
    "SWITCHYARD_KAFKA_LINGER_MS": "4",
    "SWITCHYARD_KAFKA_FETCH_MIN_BYTES": "200000",
    "SWITCHYARD_KAFKA_FETCH_MAX_WAIT_MS": "12",
}
Service = Literal["router", "escalation", "notifier", "gateway"]


@dataclass(frozen=True, slots=True)
class Stage:
    """The started services as the demo sees them."""

    installation: Installation
    clock: SteeredClock

    @property
    def gateway_url(self) -> str:
        return self.installation.gateway_url

    @property
    def keys(self) -> Mapping[str, str]:
        return self.installation.keys

    @property
    def broker(self) -> Connection:
        return self.installation.connection

    def kill(self, service: str) -> None:
        self.installation.kill(service)


def register(app: typer.Typer) -> None:
    @app.command()
    def demo(
        *,
        speed: Annotated[
            str,
            typer.Option(
                metavar="auto|max|NUMBER",
                help="auto: the day in some two and a half minutes; max: as fast as answers come; "
                "or that many times real time.",
            ),
        ] = "auto",
        seed: Annotated[int, typer.Option(help="Same seed, same plan.")] = SEED,
        scale: Annotated[
            float, typer.Option(min=0.001, max=20, help="1 is 10,944 contacts and 420 agents.")
        ] = 1.0,
        kill: Annotated[
            Service | None, typer.Option(help="kill -9 this service at the busiest hour.")
        ] = None,
        keep: Annotated[
            bool, typer.Option("--keep", help="Leave the services running at the end.")
        ] = False,
        broker: Annotated[
            str | None,
            typer.Option(metavar="HOST:PORT", help="An empty Kafka; default: the embedded one."),
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Play 4 February 2015 of Boston's 311 through the services, and report it.

        Exit code 1: an invariant is broken or was not exercised, or the sum does not close.
        """
        configure_logging(service="demo", level="WARNING")  # to stderr: stdout is the report's
        what = Play(
            plan=plan_day(seed=seed, scale=scale),
            people=staff(seed=seed, scale=scale),
            seed=seed,
            mode=_mode(speed),
            kill=kill,
        )
        try:
            reading = uvloop.run(_demo(what, broker=broker, keep=keep, as_json=as_json))
        except (NotReadyError, GaveUpError) as error:
            fail(str(error), "see the services' logs; SWITCHYARD_KEEP_LOGS=1 keeps them")
        except KeyboardInterrupt:
            raise typer.Exit(UNREACHABLE) from None
        if not reading.report.sound:
            raise typer.Exit(FOUND)


def _mode(speed: str) -> Mode:
    if speed == "auto":
        return "auto"
    if speed == "max":
        return "max"
    try:
        factor = float(speed)
    except ValueError:
        factor = 0.0
    if not 1 <= factor <= 100_000:
        fail(f"`{speed}` is no speed", "write auto, max, or a number from 1 on", code=2)
    return factor


async def _demo(what: Play, *, broker: str | None, keep: bool, as_json: bool) -> Reading:
    mailbox = Mailbox()
    smtp_port = await mailbox.open()
    with tempfile.TemporaryDirectory(prefix="switchyard-demo-") as home:
        folder, clock_file = Path(home) / "config", Path(home) / "clock"
        write_folder(folder, what.people)
        start_ms = what.plan.starts_ms - EVE_MS
        clock = SteeredClock.create(clock_file, start_ms=start_ms, speed=1.0)
        start = Start(
            loaded=load(folder),
            broker=broker,
            clock_file=clock_file,
            smtp_port=smtp_port,
            environment=dict(UNHURRIED),
        )
        _say(_opening(what, broker))
        try:
            async with Installation(start) as installation:
                stage = Stage(installation, clock)
                _say(f"gateway at {stage.gateway_url}")
                again = partial(replay_all, partitions=start.partitions)
                reading, counters = await play(stage, mailbox, what, replay=again)
                show(reading.report, as_json=as_json)
                _say(_closing(counters))
                if keep:
                    await _linger(stage)
        finally:
            await mailbox.close()
    return reading


def _opening(what: Play, broker: str | None) -> str:
    kind = f"Apache Kafka at {broker}" if broker else "embedded broker (memory only, to try out)"
    return f"{len(what.plan.contacts)} contacts, {len(what.people)} agents, {kind}"


def _closing(counters: Counters) -> str:
    return (
        f"driver: {counters.declined} offers declined, {counters.missed} missed; "
        f"requests repeated: {_listed(counters.troubles)}; refused: {_listed(counters.refused)}"
    )


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{what} {number}" for what, number in sorted(counts.items())) or "none"


async def _linger(stage: Stage) -> None:
    """Until Ctrl-C. The clock runs at its real speed now, on the evening of the demo's day."""
    _say(f"still running: {stage.gateway_url} (Ctrl-C ends it)")
    settings = stage.broker.settings
    _say(f"  broker {settings.bootstrap_servers} (--profile {settings.profile})")
    for role, key in stage.keys.items():
        _say(f"  key of role {role}: {key}")
    with suppress(asyncio.CancelledError):  # Ctrl-C: the wanted end, after a whole demo
        await asyncio.Event().wait()


def _say(line: str) -> None:
    """Beside the report, so not on stdout."""
    print(line, file=sys.stderr, flush=True)
