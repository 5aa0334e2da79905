"""Which broker a command talks to, and what it says when that does not answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Annotated, Literal, TypeVar

import typer
from aiokafka.errors import KafkaError

from shared.kafka.connection import Connection, KafkaSettings
from shared.log import AppendError
from switchyard.cli.output import UNREACHABLE, fail

T = TypeVar("T")
Profile = Literal["apache", "embedded"]
Broker = Annotated[
    str | None,
    typer.Option(
        "--broker",
        metavar="HOST:PORT",
        help="Kafka to talk to; default SWITCHYARD_KAFKA_BOOTSTRAP_SERVERS or 127.0.0.1:9092.",
    ),
]
OfProfile = Annotated[
    Profile | None,
    typer.Option("--profile", help="Kind of broker; default SWITCHYARD_KAFKA_PROFILE or apache."),
]
_PATIENCE_S = 30


def connect(broker: str | None, profile: Profile | None) -> Connection:
    """The broker of the environment; options win."""
    settings = KafkaSettings()
    changes: dict[str, object] = {}
    if broker:
        changes["bootstrap_servers"] = broker
    if profile:
        changes["profile"] = profile
    return Connection(settings.model_copy(update=changes))


def visit(connection: Connection, call: Callable[[Connection], Awaitable[T]]) -> T:
    """Run one call against the broker; leave with a remedy when it does not answer."""
    servers = connection.settings.bootstrap_servers
    # aiokafka logs every retry; the person gets one sentence instead.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)

    async def bounded() -> T:
        async with asyncio.timeout(_PATIENCE_S):
            return await call(connection)

    try:
        return asyncio.run(bounded())
    except AppendError as error:
        fail(str(error), "see `switchyard topics check`", code=UNREACHABLE)
    except (KafkaError, OSError, TimeoutError) as error:
        remedy = "is it running? name it with --broker, or start one with `switchyard run`"
        fail(f"the broker at {servers}: {type(error).__name__}", remedy, code=UNREACHABLE)
