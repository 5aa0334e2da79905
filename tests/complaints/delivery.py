"""A ledger and the real contact methods, for the stories of notices that were lost or repeated.

The ledger's time is turned by hand; what it leases goes over HTTP to servers on this machine.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.targets import Resolve, system_resolver
from services.notifier.adapters.methods import Method
from services.notifier.adapters.slack.carrier import SlackCarrier
from services.notifier.adapters.slack.writer import SlackWriter
from services.notifier.adapters.teams.carrier import TeamsCarrier
from services.notifier.adapters.teams.writer import TeamsWriter
from services.notifier.adapters.webhook.carrier import WebhookCarrier
from services.notifier.adapters.webhook.keys import Keyring, read_secrets
from services.notifier.adapters.webhook.writer import PostWriter
from services.notifier.core import content, notifier_core, recipient
from shared.contracts.event import Event
from shared.contracts.notification import AttemptLeased, NotificationEnded
from shared.contracts.people import PeopleDocument
from tests.support.ledger import LedgerShard, ends, leases, outcome_of, tick
from tests.support.vendors.stage import Calm, always, connectors, http_carrier, teller
from tests.support.words import LINKS

SECRET = "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"


def webhook(*, resolve: Resolve = system_resolver, timeout_s: float = 5.0) -> Method[Any]:
    keyring = Keyring({}, read_secrets([SECRET], "the test's secret"))
    return Method(
        writer=PostWriter(keyring=keyring, links=LINKS, clock=Calm()),
        carrier=WebhookCarrier(http_carrier(resolve=resolve, timeout_s=timeout_s)),
    )


def slack(url: str) -> Method[Any]:
    known = connectors("slack.bot xoxb-token")
    return Method(
        writer=SlackWriter(tell=teller, connectors=known, api=f"{url}/api"),
        carrier=SlackCarrier(http_carrier()),
    )


def teams(url: str, name: str) -> Method[Any]:
    known = connectors(f"teams.{name} {url}/workflows/1?sig=abc")
    return Method(
        writer=TeamsWriter(tell=teller, connectors=known), carrier=TeamsCarrier(http_carrier())
    )


class Desk:
    """A shard of the ledger; each lease is sent at once, and its outcome told to it."""

    def __init__(self, document: PeopleDocument, methods: Mapping[str, Method[Any]]) -> None:
        self.shard, self.methods = LedgerShard(document), methods
        self.sent: list[tuple[AttemptLeased, Delivery]] = []
        self._begun: set[str] = set()

    async def ask(self, event: Event) -> None:
        self.shard.hear(event)
        await self._send()

    async def wait(self, milliseconds: int) -> None:
        """Let time pass, and send what becomes due on the way."""
        end = self.shard.now + milliseconds
        while (due := notifier_core.deadline(self.shard.state)) is not None and due <= end:
            self.shard.hear(tick(due), due)
            await self._send()
        self.shard.now = end

    async def _send(self) -> None:
        while new := [it for it in leases(self.shard.facts) if it.attempt_id not in self._begun]:
            for lease in new:
                self._begun.add(lease.attempt_id)
                await self._attempt(lease)

    async def _attempt(self, lease: AttemptLeased) -> None:
        about = content(self.shard.state, lease.notification_id)
        person = recipient(self.shard.state, lease.notification_id)
        assert about is not None
        assert person is not None
        delivery = await self.methods[lease.method].attempt(lease, about, person, always)
        self.sent.append((lease, delivery))
        self.shard.hear(
            outcome_of(
                lease,
                delivery.outcome,
                detail=delivery.detail,
                retry_after_ms=delivery.retry_after_ms,
                provider_id=delivery.provider_id,
            )
        )

    def ended(self, notification_id: str) -> NotificationEnded:
        (end,) = [it for it in ends(self.shard.facts) if it.notification_id == notification_id]
        return end

    def told(self) -> Sequence[str]:
        """The notifications that a provider took, in order."""
        return [it.notification_id for it, made in self.sent if made.outcome == "accepted"]

    def since(self, number: int) -> int:
        """When attempt `number` was leased, in ms after the first."""
        return self.sent[number - 1][0].at_ms - self.sent[0][0].at_ms
