"""A rendered message as an Internet message (RFC 5322), ready for the wire."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import blake2b
from typing import Literal

from services.notifier.adapters.delivery import UnsendableError
from services.notifier.adapters.words.wording import Message
from shared.contracts.words import AttemptOutcome

AutoSubmitted = Literal["auto-generated", "auto-replied"]  # RFC 3834, section 5
_POLICY = SMTP.clone(cte_type="7bit")  # a server without 8BITMIME can take it


class InvalidAddressError(UnsendableError):
    """An address that no message can be sent to; its text is not repeated here."""

    outcome: AttemptOutcome = "bad_recipient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """From whom and to whom, on the wire."""

    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sender:
    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2] or "localhost"


def compose(
    message: Message,
    *,
    sender: Sender,
    recipient: str,
    message_id: str,
    thread: str,
    sent_at_ms: int,
    extra: Mapping[str, str],
    urgent: bool = False,
    auto_submitted: AutoSubmitted = "auto-generated",
) -> Envelope:
    """Build the message. The same `message_id` makes a repeat recognisable as one.

    No List-Unsubscribe on any of them: one click in a mail program would switch off pages, or the
    end of an outage whose beginning was told. It would be due on lists that staff may leave, and
    there are none here; a customer's receipt goes to him once, and belongs to his own request.

    Args:
        thread: what it belongs to, as `kind/id`; empty: to nothing.
        urgent: whether it asks for attention before others.
        auto_submitted: `auto-replied` for the answer to a mail, whose Message-ID is not known
            here; so it names the thread, but no mail that it would be the reply to.

    Raises:
        InvalidAddressError: `recipient` is no plain ASCII address.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = _address(recipient)
    mail["Subject"] = message.subject
    mail["Date"] = datetime.fromtimestamp(sent_at_ms / 1000, tz=UTC)
    mail["Message-ID"] = f"<{message_id}@{sender.domain}>"
    if thread:
        # All mails of a thread refer to one root that is never sent, so none of them being lost
        # splits it.
        mail["References"] = _root(thread, sender.domain)
        if auto_submitted != "auto-replied":
            mail["In-Reply-To"] = _root(thread, sender.domain)
    mail["Auto-Submitted"] = auto_submitted  # RFC 3834: holiday replies stay away
    mail["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    if urgent:
        mail["Importance"] = "high"
    for name, value in extra.items():
        mail[name] = value
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    mail["Content-Language"] = message.language  # last: else it would move to the first part
    return Envelope(sender=sender.address, recipient=recipient, content=mail.as_bytes())


def _address(recipient: str) -> Address:
    try:
        address = Address(addr_spec=recipient)
    except (MessageError, ValueError, IndexError) as error:  # the last: the parser's own defect
        raise InvalidAddressError("address: not an address") from error
    if not recipient.isascii() or not address.domain:
        raise InvalidAddressError("address: not a plain ASCII address")
    return address


def _root(thread: str, domain: str) -> str:
    kind, _, about = thread.partition("/")
    return f"<{kind}.{_digest(about)}@{domain}>"


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()
