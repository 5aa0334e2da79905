"""What stands around the services: mailbox, telephone platform, chat room, configuration."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from shared.configuration import Loaded
from shared.configuration.load import load
from switchyard.demo.centre import write_folder
from switchyard.demo.outside import Outside
from switchyard.demo.people import IT, World, on_duty
from switchyard.demo.staff import Colleague
from switchyard.demo.webhooks import Receiver, new_secret
from switchyard.supervisor.mailbox import Mailbox

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where mailbox and the rest listen (port 0: a free one), and how the services reach them.

    `outside_url` None: at the address where it listens. `webhook_url` None: as `outside_url`.
    `webhook_secret` None: one is made here, for a notifier that is started here.
    """

    mailbox: tuple[str, int] = ("127.0.0.1", 0)
    outside: tuple[str, int] = ("127.0.0.1", 0)
    outside_url: str | None = None
    webhook_url: str | None = None
    webhook_secret: str | None = None
    webhooks: bool = True  # False: nobody is told by one, for the secret is not known


@dataclass(frozen=True, slots=True)
class Scenery:
    """Open, and described by a configuration that the services can be given."""

    mailbox: Mailbox
    smtp_port: int
    outside: Outside
    world: World
    loaded: Loaded
    home: Path  # for files of this run; gone at its end
    secrets_file: Path  # of webhooks, for the notifier


@asynccontextmanager
async def scenery(people: Sequence[Colleague], places: Places) -> AsyncIterator[Scenery]:
    """Open mailbox and outside, and write the centre's configuration for them.

    Raises:
        OSError: an address is taken, or not this machine's.
    """
    secret = places.webhook_secret or new_secret()
    mailbox, outside = Mailbox(), Outside(Receiver(secret), Receiver(secret))
    with tempfile.TemporaryDirectory(prefix="switchyard-demo-") as name:
        home = Path(name)
        try:
            smtp_port = await mailbox.open(*places.mailbox)
            port = await outside.open(*places.outside)
            world = _world(places, port)
            write_folder(home / "config", people, world)
            loaded = load(home / "config")
            secrets_file = _write_secrets(home, secret, world)
            yield Scenery(mailbox, smtp_port, outside, world, loaded, home, secrets_file)
        finally:
            await outside.close()
            await mailbox.close()


def _world(places: Places, port: int) -> World:
    url = (places.outside_url or f"http://{places.outside[0]}:{port}").rstrip("/")
    webhook_url = (places.webhook_url or url).rstrip("/")
    told = places.webhooks and _may_carry_webhooks(webhook_url)
    # Whoever gives a secret gives that of the chat room alone.
    phones = told and places.webhook_secret is None
    return World(url, webhook_url if told else None, phones)


def _may_carry_webhooks(url: str) -> bool:
    """The configuration's own rule: what is told must not be read on its way."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in _LOOPBACK


def _write_secrets(home: Path, secret: str, world: World) -> Path:
    path = home / "webhook-secrets"
    path.touch(mode=0o600)
    people = (IT[1], *(on_duty() if world.phones else ()))
    path.write_text("".join(f"{person} {secret}\n" for person in people))
    return path
