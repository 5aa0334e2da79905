"""`switchyard topics create|check`: the declared topics on a broker."""

from typing import Annotated

import typer

from shared.kafka.admin import DEFAULT_PARTITIONS, Difference, check_topics, create_topics
from shared.kafka.connection import Connection
from switchyard.cli.broker import Broker, OfProfile, connect, visit
from switchyard.cli.output import FOUND, Json, print_json


def register(app: typer.Typer) -> None:
    topics = typer.Typer(help="Create the declared topics, or compare them with the broker's.")
    topics.command("create")(create)
    topics.command("check")(check)
    app.add_typer(topics, name="topics", no_args_is_help=True)


def create(
    *,
    partitions: Annotated[
        int, typer.Option(min=1, max=10_000, help="Of the logs and states; fixed for ever.")
    ] = DEFAULT_PARTITIONS,
    replication: Annotated[int, typer.Option(min=1, help="Copies of each partition.")] = 1,
    broker: Broker = None,
    profile: OfProfile = None,
    as_json: Json = False,
) -> None:
    """Create the topics that are missing; leave the others as they are."""

    async def visited(connection: Connection) -> list[str]:
        return await create_topics(connection, partitions=partitions, replication=replication)

    created = visit(connect(broker, profile), visited)
    if as_json:
        print_json({"created": created})
    else:
        print("created " + ", ".join(created) if created else "all topics are there already")


def check(*, broker: Broker = None, profile: OfProfile = None, as_json: Json = False) -> None:
    """Compare partitions, cleanup, retention and time stamps. Exit code 1: something differs."""

    async def visited(connection: Connection) -> list[Difference]:
        return await check_topics(connection)

    differences = visit(connect(broker, profile), visited)
    if as_json:
        fields = ("topic", "problem", "remedy")
        print_json([{name: getattr(it, name) for name in fields} for it in differences])
    else:
        for it in differences:
            print(f"{it.topic}: {it.problem}\n    remedy: {it.remedy}")
        if not differences:
            print("all topics are as declared")
    if differences:
        raise typer.Exit(FOUND)
