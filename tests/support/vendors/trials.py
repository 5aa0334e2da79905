"""One attempt at a local vendor, as the sender makes it, and what must never be shown of it."""

from typing import Any

from structlog.testing import capture_logs

from services.notifier.adapters.delivery import Delivery, Permission
from services.notifier.adapters.methods import Method
from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.pager_methods import pager_methods
from services.notifier.core import Content
from services.notifier.settings import NotifierSettings
from shared.clock import Clock
from shared.contracts.people import Person
from shared.contracts.words import ContactMethod
from tests.support.vendors.stage import LOOPBACK, Calm, always, connectors, teller
from tests.support.words import LINKS, lease_of


async def attempt(
    method: Method[Any],
    content: Content,
    person: Person,
    *,
    may_send: Permission = always,
    **changes: Any,
) -> Delivery:
    """One try; `changes` are of its lease."""
    return await method.attempt(lease_of(person.id, **changes), content, person, may_send)


async def shown_by(method: Method[Any], content: Content, person: Person, **changes: Any) -> str:
    """All that an attempt leaves behind where others may read it: its outcome and log lines."""
    with capture_logs() as lines:
        delivery = await attempt(method, content, person, **changes)
    return f"{delivery!r} {lines!r}"


def settings(url: str = "", **changes: Any) -> NotifierSettings:
    """Settings by which every vendor is a server on this machine."""
    said: dict[str, Any] = {
        "link_key": "a key of 16 or more",
        "webhook_private_networks": LOOPBACK,
        "pager_timeout_s": 2.0,
        **{f"{vendor}_url": url for vendor in ("twilio", "pagerduty", "opsgenie", "statuspage")},
    }
    return NotifierSettings(**(said | changes))


def methods(
    url: str, *lines: str, links: PageLinks = LINKS, clock: Clock | None = None, **changes: Any
) -> dict[ContactMethod, Method[Any]]:
    """The contact methods as they are wired, with these lines in the connectors' file."""
    return pager_methods(
        settings(url, **changes),
        tell=teller,
        connectors=connectors(*lines),
        links=links,
        clock=clock or Calm(),
    )
