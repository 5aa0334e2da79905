"""Signed tokens: a list of JSON values, and a tag that says that one of our keys stood behind it.

A token is `<claim>.<tag>`: the claim as base64url JSON, and the HMAC-SHA256 of that text, also
base64url, both without padding. The tag covers the text itself, so a token has one spelling only,
and a purpose, so that a token made for one thing never passes for another.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

LONGEST_TOKEN = 4096
SHORTEST_KEY = 16  # bytes


class TokenError(ValueError):
    """Nothing that one of our keys has signed."""


class MalformedTokenError(TokenError):
    """Cut, altered in its shape, or of another version."""


class UnknownKeyError(TokenError):
    """The tag is not by any of the keys in use."""


class Tokens:
    """Signs with the first key and verifies with all, so that keys can be rotated."""

    def __init__(self, keys: Sequence[bytes], purpose: bytes) -> None:
        """Raises ValueError: no key, or one shorter than 16 bytes."""
        if not keys:
            raise ValueError("at least one key is needed to sign links")
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise ValueError(f"a key for links needs at least {SHORTEST_KEY} bytes")
        self.keys = tuple(keys)
        self._purpose = purpose

    def sign(self, values: Sequence[str | int]) -> str:
        """A token of URL-safe characters. The same values and key give the same token."""
        said = json.dumps(list(values), separators=(",", ":"), ensure_ascii=False)
        text = _encode(said.encode())
        return f"{text}.{self._tag(self.keys[0], text)}"

    def open(self, token: str) -> list[Any]:
        """The values that were signed.

        Raises:
            MalformedTokenError, UnknownKeyError: both of them TokenError.
        """
        text, dot, tag = token.partition(".")
        if not dot or not token.isascii() or len(token) > LONGEST_TOKEN:
            raise MalformedTokenError("not a whole token")
        if not any(hmac.compare_digest(self._tag(key, text), tag) for key in self.keys):
            raise UnknownKeyError("not signed by a key in use")
        try:
            values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except ValueError as error:
            raise MalformedTokenError("a token of another version") from error
        if not isinstance(values, list):
            raise MalformedTokenError("a token of another version")
        return values

    def _tag(self, key: bytes, text: str) -> str:
        return _encode(hmac.new(key, self._purpose + text.encode(), hashlib.sha256).digest())


def _encode(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
