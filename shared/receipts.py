"""Where providers tell what became of a message: made by the notifier, read by the gateway.

The address that a provider is given holds a signed token, so a receipt says which row of whose
ledger it is about and needs no table. The token is no proof of who calls: that is the provider's
own signature, which the gateway checks as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.tokens import TokenError, Tokens

_PURPOSE = b"switchyard delivery receipt v1:"  # no other token of ours passes for this one
DAY_MS = 86_400_000  # a receipt may come so long after the message was of use


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptClaim:
    """Which row the receipts are about, and until when they are taken."""

    notification_id: str
    person: str
    expires_at_ms: int


class ReceiptError(ValueError):
    """A token by which no receipt is taken; the message repeats nothing of it."""


class ReceiptTokens:
    """Signs with the first key and verifies with all: those of the acknowledgement links."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Raises ValueError: no key, or one shorter than 16 bytes."""
        self._tokens = Tokens(keys, _PURPOSE)

    def sign(self, claim: ReceiptClaim) -> str:
        """A token of URL-safe characters. The same claim and key give the same token."""
        return self._tokens.sign((claim.notification_id, claim.person, claim.expires_at_ms))

    def verify(self, token: str, now_ms: int) -> ReceiptClaim:
        """What the token claims. Raises ReceiptError: it is not ours, or too old."""
        try:
            notification_id, person, expires_at_ms = self._tokens.open(token)
        except TokenError as error:
            raise ReceiptError("This address was altered, or its key is not in use.") from error
        except ValueError as error:
            raise ReceiptError("This address is of another version.") from error
        if now_ms >= expires_at_ms:
            raise ReceiptError("This address has expired.")
        return ReceiptClaim(
            notification_id=notification_id, person=person, expires_at_ms=expires_at_ms
        )


def receipt_url(public_url: str, provider: str, token: str) -> str:
    """Where a provider tells what became of a message."""
    return f"{public_url.rstrip('/')}/v1/receipts/{provider}/{token}"
