"""Signed links by which a person acknowledges a page: made by the notifier, read by the gateway.

A link has one of two forms: `/a/<token>` with a token of `shared/short_tokens.py`, which is what
messages hold, and `/v1/pages/<page id>/ack?token=…` with one of `shared/tokens.py`, for a page that
does not fit into the short one. Opening a link must change nothing (mail scanners open links); only
a POST acknowledges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from shared import tokens
from shared.page_ids import PageId
from shared.short_tokens import ShortTokens
from shared.tokens import MalformedTokenError, Tokens, UnknownKeyError

SHORTEST_KEY = tokens.SHORTEST_KEY  # bytes
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
        self._tokens = Tokens(keys, _PURPOSE)
        self._short = ShortTokens(keys)

    @property
    def keys(self) -> tuple[bytes, ...]:
        """For what else is signed with them, under a purpose of its own."""
        return self._tokens.keys

    @classmethod
    def from_file(cls, path: Path) -> "AckLinks":
        """Keys of a file, one a line, the newest first.

        Raises:
            ValueError: no key in it, or one that is too short. OSError: it cannot be read.
        """
        return cls(keys_of(path))

    def sign(self, claim: AckClaim) -> str:
        """A token of URL-safe characters. The same claim and key give the same token."""
        values: list[str | int] = [
            claim.page_id,
            claim.escalation_id,
            claim.cycle,
            claim.person,
            claim.expires_at_ms,
        ]
        return self._tokens.sign(values)

    def sign_short(self, claim: AckClaim) -> str | None:
        """The short form, good until the end of the minute; None if the claim does not fit.

        It holds the page's id alone, so all else of the claim has to stand in that id.
        """
        page = PageId.read(claim.page_id)
        if page is None or _claim(page, claim.expires_at_ms) != claim:
            return None
        return self._short.sign(page, claim.expires_at_ms)

    def verify(self, token: str, now_ms: int) -> AckClaim:
        """What a token of either form claims, if it is ours and still good.

        Raises:
            MalformedLinkError, BadSignatureError, ExpiredLinkError: all of them LinkError.
        """
        try:
            if "." in token:
                claim = _read(self._tokens.open(token))
            else:
                claim = _claim(*self._short.open(token))
        except MalformedTokenError as error:
            raise MalformedLinkError(
                "This link is not complete; copy it from the message again."
            ) from error
        except UnknownKeyError as error:
            raise BadSignatureError(
                "This link was altered, or its key is no longer in use."
            ) from error
        if now_ms >= claim.expires_at_ms:
            raise ExpiredLinkError("This link has expired.")
        return claim


def keys_of(path: Path) -> tuple[bytes, ...]:
    """Keys of a file, one a line; there may be none. Raises OSError: it cannot be read."""
    lines = (line.strip() for line in path.read_text().splitlines())
    return tuple(line.encode() for line in lines if line)


def ack_url(public_url: str, page_id: str, token: str) -> str:
    """The address of a page's acknowledgement: GET shows it, POST acknowledges."""
    path = f"/v1/pages/{quote(page_id, safe=':')}/ack"
    return f"{public_url.rstrip('/')}{path}?{urlencode({'token': token})}"


def short_ack_url(public_url: str, token: str) -> str:
    """The same, short: the token holds the page's id."""
    return f"{public_url.rstrip('/')}/a/{token}"


def _claim(page: PageId, expires_at_ms: int) -> AckClaim:
    return AckClaim(
        page_id=str(page),
        escalation_id=page.escalation_id,
        cycle=page.cycle,
        person=page.person,
        expires_at_ms=expires_at_ms,
    )


def _read(values: list[Any]) -> AckClaim:
    """Only called on what one of our keys has signed: another shape is another version."""
    try:
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
