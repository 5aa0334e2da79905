"""`python -m services.gateway`: one process of the gateway."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import uvicorn
import uvloop
from starlette.applications import Starlette

from services.gateway.adapters.keys import KeysError, load_keys
from services.gateway.app import build_app
from services.gateway.settings import GatewaySettings
from shared.clock import Clock, clock_from_environment
from shared.contracts.topics import CONFIG
from shared.kafka.appender import KafkaAppender
from shared.kafka.clock_guard import ClockGuard
from shared.kafka.connection import Connection, KafkaSettings
from shared.kafka.follower import KafkaFollower
from shared.links import AckLinks
from shared.logging import configure_logging
from shared.runner.documents import DocumentStore

GUARD_PERIOD_S = 2.0


def links_of(settings: GatewaySettings) -> AckLinks:
    """The keys that verify acknowledgement links; the same file as the notifier's.

    Raises:
        KeysError: no file was named, or it holds no good key.
    """
    path = settings.link_keys_file
    if path is None:
        raise KeysError("no keys for links: set SWITCHYARD_GATEWAY_LINK_KEYS_FILE")
    try:
        return AckLinks.from_file(path)
    except (OSError, ValueError) as error:
        raise KeysError(f"keys for links, {path}: {error}") from error


@asynccontextmanager
async def wired(settings: GatewaySettings, clock: Clock) -> AsyncIterator[Starlette]:
    """The application, with its broker behind it.

    Raises:
        KeysError: no keys file, or one that cannot be read.
    """
    connection = Connection(KafkaSettings())
    documents, guard, appender = DocumentStore(), ClockGuard(connection), KafkaAppender(connection)
    app = build_app(
        settings=settings,
        appender=appender,
        followers=partial(KafkaFollower, connection),
        clock=clock,
        documents=documents,
        keys=load_keys(settings.keys_file),
        links=links_of(settings),
        checks=(guard.problem,),
    )
    await appender.start()
    tasks = [
        asyncio.create_task(documents.follow(KafkaFollower(connection, CONFIG))),
        asyncio.create_task(guard.run()),
        asyncio.create_task(_refuse_while_wrong(appender, guard)),
    ]
    try:
        await documents.caught_up()
        yield app
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await appender.stop()


async def _refuse_while_wrong(appender: KafkaAppender, guard: ClockGuard) -> None:
    """A process whose clock is off the broker's appends nothing."""
    while True:
        appender.refusing = guard.problem()
        await asyncio.sleep(GUARD_PERIOD_S)


async def serve(settings: GatewaySettings) -> None:
    async with wired(settings, clock_from_environment()) as app:
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        await uvicorn.Server(config).serve()


def main() -> int:
    settings = GatewaySettings()
    configure_logging(service="gateway", level=settings.log_level)
    try:
        uvloop.run(serve(settings))
    except KeysError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
