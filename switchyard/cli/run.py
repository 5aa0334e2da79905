"""`switchyard run`: every service on this machine, one process each."""

import asyncio
import signal
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated, Any

import typer

from shared.logging import configure_logging
from switchyard.brokers.embedded import EmbeddedBrokerError
from switchyard.cli.loading import load_folder
from switchyard.cli.output import UNREACHABLE, fail
from switchyard.supervisor.installation import SERVICES, Installation, Plan
from switchyard.supervisor.mailbox import Mailbox, link_in
from switchyard.supervisor.processes import NotReadyError


def register(app: typer.Typer) -> None:
    app.command("run")(run)


def run(
    *,
    config: Annotated[Path, typer.Option(help="Folder of YAML.")] = Path("config"),
    broker: Annotated[
        str, typer.Option(help="`embedded` (memory only, for trying out) or HOST:PORT of Kafka.")
    ] = "embedded",
    services: Annotated[str, typer.Option(help="Which to start, separated by commas.")] = ",".join(
        SERVICES
    ),
    port: Annotated[int, typer.Option(help="Of the gateway.")] = 8080,
    keys: Annotated[
        Path | None, typer.Option(help="Keys file; without one, keys are made and printed.")
    ] = None,
    smtp_port: Annotated[
        int | None,
        typer.Option(help="Mail server on this machine; without one, mail is printed, not sent."),
    ] = None,
    partitions: Annotated[int, typer.Option(help="Of new topics on a Kafka of yours.")] = 12,
) -> None:
    """Start Switchyard here, and stop it with Ctrl-C."""
    configure_logging(service="run", level="WARNING")
    loaded = load_folder(config)
    if loaded.errors:
        fail(f"{config} has {len(loaded.errors)} errors", f"see `switchyard check {config}`")
    wanted = [name.strip() for name in services.split(",") if name.strip()]
    if unknown := sorted(set(wanted) - set(SERVICES)):
        fail(f"no such service: {', '.join(unknown)}", f"choose of {', '.join(SERVICES)}", code=2)
    embedded = broker == "embedded"
    if not embedded and keys is None:
        fail("a keys file is needed on a broker of yours", "make keys: `switchyard keys new`")
    plan = Plan(loaded=loaded, services=wanted, port=port, keys_file=keys, smtp_port=smtp_port)
    if not embedded:
        plan.broker, plan.partitions = broker, partitions
    try:
        asyncio.run(_serve(plan))
    except (NotReadyError, EmbeddedBrokerError) as error:
        fail(str(error), "mend what the message names, and start again", code=UNREACHABLE)


async def _serve(plan: Plan) -> None:
    mailbox: Mailbox | None = None
    if plan.smtp_port is None and plan.broker is None:
        mailbox = Mailbox()
        mailbox.deliver = _print_mail
        plan.smtp_port = await mailbox.open()
    try:
        await _until_stopped(plan)
    finally:
        if mailbox is not None:
            await mailbox.close()


def _print_mail(mail: EmailMessage, recipients: list[str]) -> None:
    """To whom, and what; of a page the link that acknowledges it, of any other the whole text."""
    lines = [f"mail to {', '.join(recipients)}: {mail['Subject']}"]
    body: Any = mail.get_body(("plain",))
    if (link := link_in(mail)) is not None:
        lines.append(link)
    elif body is not None:
        lines += str(body.get_content()).strip().splitlines()
    print("\n  ".join(lines), flush=True)


async def _until_stopped(plan: Plan) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with Installation(plan) as installation:
        print("\n".join(announced(installation)), flush=True)
        await stop.wait()
        print("stopping", flush=True)


def announced(installation: Installation) -> Iterator[str]:
    """What a person needs to use it: addresses, keys, where the logs are."""
    settings = installation.connection.settings
    if installation.plan.broker is None:
        yield "embedded broker: memory only, for trying out; never for production"
    yield f"gateway {installation.gateway_url}"
    where = f"--broker {settings.bootstrap_servers} --profile {settings.profile}"
    yield f"broker for `config`, `record`, `topics` and `dead-letters`: {where}"
    for role, key in installation.keys.items():
        yield f"key of role {role}: {key}"
    for name, service in installation.services.items():
        yield f"{name} tells whether it is ready: {service.ready_url}"
    yield f"logs in {installation.home}; stop with Ctrl-C"
