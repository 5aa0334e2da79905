"""The addresses at which the gateway hears from Twilio what became of a message."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.twilio.spoken import Voice
from services.notifier.core import Content, Digest
from shared.contracts.escalation import PageRequested
from shared.contracts.notification import AttemptLeased
from shared.receipts import DAY_MS, ReceiptClaim, ReceiptTokens, receipt_url

# Twilio tries once unless the fragment asks for more; it is no part of what is signed.
_AGAIN = "#rc=3&rp=all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    receipts: ReceiptTokens
    links: PageLinks

    @property
    def reachable(self) -> bool:
        """Whether Twilio could call us at all. It refuses a message with an address that it cannot
        reach, and a message without a receipt is better than none."""
        host = urlsplit(self.links.public_url).hostname or ""
        try:
            return not (address := ip_address(host)).is_loopback and not address.is_private
        except ValueError:
            return "." in host and host != "localhost"

    def status(self, lease: AttemptLeased, content: Content) -> str:
        """The same on every try: receipts are about the row, whichever try got through."""
        claim = ReceiptClaim(
            notification_id=lease.notification_id,
            person=lease.person,
            expires_at_ms=expires_at_ms(content) + DAY_MS,
        )
        token = self.receipts.sign(claim)
        return receipt_url(self.links.public_url, "twilio", token) + _AGAIN

    def key_press(self, page: PageRequested, language: str, voice: Voice) -> str:
        """Acknowledges as the page's link does, so it holds that link's own token."""
        url = receipt_url(self.links.public_url, "twilio-voice", self.links.token(page))
        said = {"lang": language, "tag": voice.tag, "voice": voice.name}
        return f"{url}?{urlencode(said)}"


def expires_at_ms(content: Content) -> int:
    """When it is of no use any more; of several in one, the last."""
    if isinstance(content, Digest):
        return max((cause.expires_at_ms for cause in content.causes), default=0)
    return content.expires_at_ms
