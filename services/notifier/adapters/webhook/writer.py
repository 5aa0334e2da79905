"""From a lease to a signed POST."""

from dataclasses import dataclass

from services.notifier.adapters.delivery import UnconfiguredError, UnsendableError
from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.webhook.bodies import body_of
from services.notifier.adapters.webhook.keys import Keyring, signature
from services.notifier.adapters.words.occasions import CodeOf, no_codes
from services.notifier.core import Content
from shared.clock import Clock
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWriter:
    """Implements `Writer` for webhooks."""

    keyring: Keyring
    links: PageLinks
    clock: Clock
    code_of: CodeOf = no_codes

    def __call__(self, lease: AttemptLeased, content: Content, person: Person) -> Request:
        if person.webhook is None:
            raise UnsendableError("no_webhook: the person has no webhook")
        secrets = self.keyring.of(person.id)
        if not secrets:
            raise UnconfiguredError("no_secret: there is none to sign with for this person")
        # A full stop in the id would make the signed text ambiguous.
        message_id = lease.message_id.replace(".", "_")
        timestamp_s = self.clock.now_ms() // 1000
        body = body_of(
            content, person, links=self.links, code_of=self.code_of, shorter=lease.shorter
        )
        return Request(
            url=person.webhook,
            headers={
                "content-type": "application/json",
                "user-agent": "Switchyard",
                "webhook-id": message_id,
                "webhook-timestamp": str(timestamp_s),
                "webhook-signature": signature(secrets, message_id, timestamp_s, body),
            },
            body=body,
        )
