"""The other end of a signed webhook: a chat room that takes what is signed with its secret.

Standard Webhooks: `webhook-signature` holds `v1,` and the base64 of HMAC-SHA256 over
`<webhook-id>.<webhook-timestamp>.<body>`; the secret is the base64 after `whsec_`.
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping

PREFIX = "whsec_"
_SECRET_BYTES = 32  # the standard asks for 24 to 64


def new_secret() -> str:
    return PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def is_secret(text: str) -> bool:
    """Whether it can be one: the prefix, and base64 of some length after it."""
    try:
        return text.startswith(PREFIX) and bool(_key_of(text))
    except ValueError:
        return False


def _key_of(secret: str) -> bytes:
    return b64decode(secret.removeprefix(PREFIX), validate=True)


class Receiver:
    """Counts messages that are signed as they must be, each once, and those that are not."""

    def __init__(self, secret: str) -> None:
        self._key = _key_of(secret)
        self._seen: set[str] = set()
        self.taken = 0
        self.repeats = 0
        self.refused = 0

    def take(self, headers: Mapping[str, str], body: bytes) -> bool:
        """True where the message is from who it says; `headers` with names in lower case."""
        message_id = headers.get("webhook-id", "")
        if not message_id or not self._signed(headers, message_id, body):
            self.refused += 1
            return False
        if message_id in self._seen:
            self.repeats += 1
        else:
            self._seen.add(message_id)
            self.taken += 1
        return True

    def _signed(self, headers: Mapping[str, str], message_id: str, body: bytes) -> bool:
        content = f"{message_id}.{headers.get('webhook-timestamp', '')}.".encode() + body
        wanted = "v1," + b64encode(hmac.digest(self._key, content, "sha256")).decode()
        # Several signatures stand there while a secret is being changed.
        given = headers.get("webhook-signature", "").split(" ")
        return any(hmac.compare_digest(wanted, one) for one in given)
