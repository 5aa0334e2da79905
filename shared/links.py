"""Signed links by which a person acknowledges a page: made by the notifier, read by the gateway.

A token is `<claim>.<tag>`: the claim as base64url JSON, and the HMAC-SHA256 of that text, also
base64url, both without padding. The tag covers the text itself, so a token has one spelling only.
Opening a link must change nothing (mail scanners open links); only a POST acknowledges.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

LONGEST_TOKEN = 4096
SHORTEST_KEY = 16  # bytes
_PURPOSE = b"switchyard page acknowledgement v1:"  # no other token of ours passes for this one


@dataclass(frozen=True, slots=True, kw_only=True)
class AckClaim:
    """Who may acknowledge what, and until when."""

    page_id: str
    escalation_id: str
    cycle: int
    person: str
    expires_at_ms: int


class LinkError(ValueError):
    """A token that acknowledges nothing; its message may be shown to the person."""


class MalformedLinkError(LinkError):
    """Not a token of ours: cut, altered, or of another version."""


class BadSignatureError(LinkError):
    """The tag is not by any of the keys in use."""


class ExpiredLinkError(LinkError):
    """It was good once."""


class AckLinks:
    """Signs with the first key and verifies with all, so that keys can be rotated.

    A new key is put first and the old one kept until its links have expired.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Raises ValueError: no key, or one shorter than 16 bytes."""
        if not keys:
            raise ValueError("at least one key is needed to sign links")
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise ValueError(f"a key for links needs at least {SHORTEST_KEY} bytes")
        self._keys = tuple(keys)

    @classmethod
    def from_file(cls, path: Path) -> "AckLinks":
        """Keys of a file, one a line, the newest first.

        Raises:
            ValueError: no key in it, or one that is too short. OSError: it cannot be read.
        """
        lines = (line.strip() for line in path.read_text().splitlines())
        return cls([line.encode() for line in lines if line])

    def sign(self, claim: AckClaim) -> str:
        """A token of URL-safe characters. The same claim and key give the same token."""
        values = [
            claim.page_id,
            claim.escalation_id,
            claim.cycle,
            claim.person,
            claim.expires_at_ms,
        ]
        text = _encode(json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode())
        return f"{text}.{_tag(self._keys[0], text)}"

    def verify(self, token: str, now_ms: int) -> AckClaim:
        """What the token claims, if it is ours and still good.

        Raises:
            MalformedLinkError, BadSignatureError, ExpiredLinkError: all of them LinkError.
        """
        text, dot, tag = token.partition(".")
        if not dot or not token.isascii() or len(token) > LONGEST_TOKEN:
            raise MalformedLinkError("This link is not complete; copy it from the message again.")
        if not any(hmac.compare_digest(_tag(key, text), tag) for key in self._keys):
            raise BadSignatureError("This link was altered, or its key is no longer in use.")
        claim = _read(text)
        if now_ms >= claim.expires_at_ms:
            raise ExpiredLinkError("This link has expired.")
        return claim


def ack_url(public_url: str, page_id: str, token: str) -> str:
    """The address of a page's acknowledgement: GET shows it, POST acknowledges."""
    path = f"/v1/pages/{quote(page_id, safe=':')}/ack"
    return f"{public_url.rstrip('/')}{path}?{urlencode({'token': token})}"


def _tag(key: bytes, text: str) -> str:
    return _encode(hmac.new(key, _PURPOSE + text.encode(), hashlib.sha256).digest())


def _encode(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _read(text: str) -> AckClaim:
    """Only called on what one of our keys has signed: another shape is another version."""
    try:
        values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        page_id, escalation_id, cycle, person, expires_at_ms = values
    except ValueError as error:
        raise MalformedLinkError("This link is of another version.") from error
    return AckClaim(
        page_id=page_id,
        escalation_id=escalation_id,
        cycle=cycle,
        person=person,
        expires_at_ms=expires_at_ms,
    )
