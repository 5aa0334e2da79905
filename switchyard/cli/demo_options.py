"""`switchyard demo --gateway`: what must be known of services that somebody else started."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from shared.kafka.connection import Connection
from switchyard.cli.broker import connect
from switchyard.cli.output import WRONG_USE, fail
from switchyard.demo.doors import ON_BEHALF
from switchyard.demo.people import IT
from switchyard.demo.scenery import Places
from switchyard.demo.webhooks import is_secret

T = TypeVar("T")
ELSEWHERE = "leave out --gateway, or leave them out"
_PANEL = "Through services that somebody else started"
_ENVIRONMENT = "SWITCHYARD_DEMO_"


class Given:
    """The options, as typer reads them."""

    Gateway = Annotated[
        str | None,
        typer.Option(
            "--gateway",
            metavar="URL",
            envvar=f"{_ENVIRONMENT}GATEWAY",
            help="Their gateway; nothing is started here. Needs --broker, --clock, --keys-file, "
            "--mailbox and --outside.",
            rich_help_panel=_PANEL,
        ),
    ]
    Clock = Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            envvar="SWITCHYARD_CLOCK",
            help="Their clock, made with --make-clock; the demo steers it.",
            rich_help_panel=_PANEL,
        ),
    ]
    KeysFile = Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            envvar=f"{_ENVIRONMENT}KEYS_FILE",
            help='JSON with an API key of role system: {"system": "…"}.',
            rich_help_panel=_PANEL,
        ),
    ]
    Mailbox = Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            envvar=f"{_ENVIRONMENT}MAILBOX",
            help="Where the demo takes their mail by SMTP.",
            rich_help_panel=_PANEL,
        ),
    ]
    Outside = Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            envvar=f"{_ENVIRONMENT}OUTSIDE",
            help="Where the demo plays the telephone platform and takes webhooks, by HTTP.",
            rich_help_panel=_PANEL,
        ),
    ]
    OutsideUrl = Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar=f"{_ENVIRONMENT}OUTSIDE_URL",
            help="The same as they reach it; default: http://HOST:PORT of --outside.",
            rich_help_panel=_PANEL,
        ),
    ]
    WebhookUrl = Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar=f"{_ENVIRONMENT}WEBHOOK_URL",
            help="The same as their notifier reaches it, https or a loopback address; "
            "default: that of --outside-url.",
            rich_help_panel=_PANEL,
        ),
    ]
    WebhookSecretsFile = Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            envvar=f"{_ENVIRONMENT}WEBHOOK_SECRETS_FILE",
            help="The notifier's file of webhook secrets; without it nobody is told by webhook.",
            rich_help_panel=_PANEL,
        ),
    ]
    MakeClock = Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Make the clock that they are started with, on the day before, and leave.",
            rich_help_panel=_PANEL,
        ),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """Checked and read."""

    gateway_url: str
    broker: Connection
    clock_file: Path
    keys: Mapping[str, str]
    places: Places


def there(
    *,
    broker: str | None,
    gateway: str,
    clock: Path | None,
    keys_file: Path | None,
    mailbox: str | None,
    outside: str | None,
    outside_url: str | None,
    webhook_url: str | None,
    webhook_secrets_file: Path | None,
) -> There:
    """What the options say; leaves with a remedy where one is missing or cannot be read."""
    clock_file = _needed(clock, "--clock")
    if not clock_file.is_file():
        remedy = "make it before the services start: `switchyard demo --make-clock FILE`"
        fail(f"there is no clock {clock_file}", remedy, code=WRONG_USE)
    keys = _object(_needed(keys_file, "--keys-file"))
    if ON_BEHALF not in keys:
        fail(f"{keys_file} has no key of role {ON_BEHALF}", "see `switchyard keys new`", code=2)
    secret = None if webhook_secrets_file is None else _secret(webhook_secrets_file)
    places = Places(
        mailbox=_place(_needed(mailbox, "--mailbox"), "--mailbox"),
        outside=_place(_needed(outside, "--outside"), "--outside"),
        outside_url=outside_url,
        webhook_url=webhook_url,
        webhook_secret=secret,
        webhooks=secret is not None,
    )
    return There(
        gateway_url=gateway.rstrip("/"),
        broker=connect(broker, None),
        clock_file=clock_file,
        keys=keys,
        places=places,
    )


def _needed(value: T | None, option: str) -> T:
    if value is None:
        fail(f"--gateway needs {option}", "see `switchyard demo --help`", code=WRONG_USE)
    return value


def _place(text: str, option: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        fail(f"{option} {text} is no address", "write it like 127.0.0.1:2525", code=WRONG_USE)
    return host.strip("[]"), int(port)


def _secret(path: Path) -> str:
    """That of the chat room, in the notifier's own file: an id and its secrets on each line."""
    try:
        lines = [line.split() for line in path.read_text().splitlines()]
    except (OSError, ValueError) as error:
        fail(f"{path}: {type(error).__name__}", "give a readable text file", code=WRONG_USE)
    of_room = [word for line in lines if line[:1] == [IT[1]] for word in line[1:]]
    if not of_room or not is_secret(of_room[0]):
        remedy = "write a line with this id and its secret `whsec_…`, as for the notifier"
        fail(f"{path} has no webhook secret of {IT[1]}", remedy, code=WRONG_USE)
    return of_room[0]


def _object(path: Path) -> dict[str, str]:
    """A JSON object of texts. What stands in it is never shown: it is secret."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        fail(f"{path}: {type(error).__name__}", "give a readable JSON file", code=WRONG_USE)
    if not isinstance(found, dict) or not all(isinstance(it, str) for it in found.values()):
        fail(f"{path} is no object of texts", 'write it like {"name": "value"}', code=WRONG_USE)
    return found
