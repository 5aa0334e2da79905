"""`switchyard demo`: a real day through the running services, and the report of it."""

import asyncio
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer
import uvloop

from shared.clock import SteeredClock
from shared.kafka.connection import Connection
from shared.log import AppendError
from shared.logging import configure_logging
from switchyard.cli.demo_options import ELSEWHERE, Given, There, there
from switchyard.cli.output import FOUND, UNREACHABLE, Json, fail
from switchyard.cli.report import show
from switchyard.demo.counters import Counters
from switchyard.demo.day import plan_day
from switchyard.demo.doors import GaveUpError
from switchyard.demo.elsewhere import Elsewhere, to_the_eve, until_known
from switchyard.demo.elsewhere import make_clock as new_clock
from switchyard.demo.pace import Mode
from switchyard.demo.play import Play, play
from switchyard.demo.replayed import replay_all
from switchyard.demo.scenery import Places, Scenery, scenery
from switchyard.demo.staff import staff
from switchyard.demo.topics import POOLS
from switchyard.report.build import Reading
from switchyard.rollout.visits import apply
from switchyard.supervisor.installation import Installation
from switchyard.supervisor.installation import Plan as Start
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
Service = Literal["router", "escalation", "outage", "notifier", "gateway"]


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
        gateway: Given.Gateway = None,
        clock: Given.Clock = None,
        keys_file: Given.KeysFile = None,
        mailbox: Given.Mailbox = None,
        outside: Given.Outside = None,
        outside_url: Given.OutsideUrl = None,
        webhook_url: Given.WebhookUrl = None,
        webhook_secrets_file: Given.WebhookSecretsFile = None,
        make_clock: Given.MakeClock = None,
    ) -> None:
        """Play 4 February 2015 of Boston's 311 through the services, and report it.

        At the busiest hour the telephone platform fails: the services find out, move its contacts,
        tell everybody, and take the contacts back when it is over.

        Exit code 1: an invariant is broken or was not exercised, or the sum does not close.
        """
        if make_clock is not None:
            _make_clock(make_clock)
            return
        configure_logging(service="demo", level="WARNING")  # to stderr: stdout is the report's
        what = Play(
            plan=plan_day(seed=seed, scale=scale),
            people=staff(seed=seed, scale=scale),
            seed=seed,
            mode=_mode(speed),
            kill=kill,
        )
        if gateway is None:
            run = _here(what, broker=broker, keep=keep, as_json=as_json)
        else:
            if kill is not None or keep:
                fail("--kill and --keep are for services that the demo starts", ELSEWHERE, code=2)
            given = there(
                broker=broker,
                gateway=gateway,
                clock=clock,
                keys_file=keys_file,
                mailbox=mailbox,
                outside=outside,
                outside_url=outside_url,
                webhook_url=webhook_url,
                webhook_secrets_file=webhook_secrets_file,
            )
            run = _elsewhere(what, given, as_json=as_json)
        try:
            reading = uvloop.run(run)
        except (NotReadyError, GaveUpError) as error:
            fail(str(error), "see the services' logs; SWITCHYARD_KEEP_LOGS=1 keeps them")
        except AppendError as error:
            fail(str(error), "make the topics first: `switchyard topics create`")
        except OSError as error:
            fail(str(error), "name other addresses for --mailbox and --outside")
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


def _make_clock(path: Path) -> None:
    try:
        made = new_clock(path)
    except OSError as error:
        fail(f"{path}: {error.strerror}", "name a file in a folder that can be written to", code=2)
    print(f"{path}: {'made' if made else 'is there already, and stays'}")


async def _here(what: Play, *, broker: str | None, keep: bool, as_json: bool) -> Reading:
    """With services that are started here, and stopped at the end."""
    async with scenery(what.people, Places()) as around:
        clock_file = around.home / "clock"
        start_ms = what.plan.starts_ms - EVE_MS
        clock = SteeredClock.create(clock_file, start_ms=start_ms, speed=1.0)
        start = Start(
            loaded=around.loaded,
            broker=broker,
            clock_file=clock_file,
            smtp_port=around.smtp_port,
            environment=UNHURRIED | _webhooks(around),
        )
        _say(_opening(what, f"Apache Kafka at {broker}" if broker else _EMBEDDED))
        async with Installation(start) as installation:
            stage = Stage(installation, clock)
            _say(f"gateway at {stage.gateway_url}")
            again = partial(replay_all, partitions=start.partitions)
            reading, counters = await play(
                stage, around.mailbox, around.outside, what, replay=again
            )
            show(reading.report, as_json=as_json)
            _say(_closing(counters, around))
            if keep:
                await _linger(stage)
    return reading


async def _elsewhere(what: Play, given: There, *, as_json: bool) -> Reading:
    """With services that somebody else started, and that go on at the end."""
    async with scenery(what.people, given.places) as around:
        clock = SteeredClock(given.clock_file)
        stage = Elsewhere(given.gateway_url, given.keys, clock, given.broker)
        servers = given.broker.settings.bootstrap_servers
        _say(_opening(what, f"Kafka at {servers}, gateway at {stage.gateway_url}"))
        if around.world.webhook_url is None:
            _say("nobody is told by webhook: that needs a secrets file, and https or loopback")
        await to_the_eve(clock, what.plan.starts_ms - EVE_MS)
        partitions = await apply(
            stage.broker,
            around.loaded,
            actor="operator:switchyard-demo",
            reason="configuration of the demo",
            now_ms=clock.now_ms(),
        )
        await until_known(stage, POOLS)
        again = partial(replay_all, partitions=partitions)
        reading, counters = await play(stage, around.mailbox, around.outside, what, replay=again)
        show(reading.report, as_json=as_json)
        _say(_closing(counters, around))
    return reading


def _webhooks(around: Scenery) -> dict[str, str]:
    """The chat room is on this machine, where webhooks must not go unless it is said aloud."""
    return {
        "SWITCHYARD_NOTIFIER_WEBHOOK_PRIVATE_NETWORKS": "127.0.0.0/8",
        "SWITCHYARD_NOTIFIER_WEBHOOK_SECRETS_FILE": str(around.secrets_file),
    }


_EMBEDDED = "embedded broker (memory only, to try out)"


def _opening(what: Play, where: str) -> str:
    return f"{len(what.plan.contacts)} contacts, {len(what.people)} agents, {where}"


def _closing(counters: Counters, around: Scenery) -> str:
    room = around.outside.room
    return (
        f"driver: {counters.declined} offers declined, {counters.missed} missed; "
        f"{counters.notices} mails and {room.taken} signed webhooks about the outage"
        f"{f', {room.refused} webhooks refused' if room.refused else ''}; "
        f"{counters.receipts} receipts of customers, {counters.rooms} messages of rooms, "
        f"{counters.calls} pages by a second way; "
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
