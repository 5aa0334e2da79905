"""Signed tokens for links that must be short, since a phone network counts characters.

A token holds the id of a page once, the minute until which it is good, and a tag: all one number,
written with letters and digits only, so that no chat or phone takes a part of it for markup or for
the end of a sentence. A number has one spelling, so a token has one too.

The tag is HMAC-SHA256 cut to its first 12 bytes. NIST SP 800-107 rev. 1 (section 5.3) lets a tag be
cut as long as guessing does not pay: a guess passes with a chance of 2**-96, and only the gateway
can tell whether it did, which limits how many wrong ones it takes. Even 10,000 a second for a
hundred years would succeed with a chance below 2**-51. RFC 2104 asks for 80 bits at least; that it
asks for half of the digest too is against birthday attacks, which need as many tokens of ours.
"""

import hashlib
import hmac
from collections.abc import Sequence
from string import ascii_letters, digits

from shared.packing import Packer, Unpacker
from shared.page_ids import PageId
from shared.tokens import MalformedTokenError, UnknownKeyError

LONGEST_SHORT_TOKEN = 1_000
MINUTE_MS = 60_000
_PURPOSE = b"switchyard short page acknowledgement v1:"  # another layout takes another purpose
_TAG_BYTES = 12
_TAGS = 1 << (8 * _TAG_BYTES)
_DIGITS = digits + ascii_letters
_VALUES = {char: value for value, char in enumerate(_DIGITS)}
_MINUTES = 1 << 27  # since 1970: until the year 2225
# Numbers that links hold. Append, never change: links of before are still read.
METRICS = ("first_reply", "resolution")
METHODS = (
    "email", "webhook", "sms", "voice", "slack", "teams", "zoom", "pagerduty", "opsgenie",
    "statuspage", "apprise", "rules",
)  # fmt: skip
_METRICS, _METHODS = 4, 32  # with room for more


class ShortTokens:
    """Signs with the first key and opens with all, so that keys can be rotated."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """With the keys of the long tokens, under a purpose of its own."""
        self._keys = tuple(keys)

    def sign(self, page: PageId, expires_at_ms: int) -> str | None:
        """The same page, time and key give the same token.

        None if it does not fit: a metric or method without a number, or an id that is too long.
        """
        try:
            body = _packed(page, -(-expires_at_ms // MINUTE_MS))
        except ValueError:
            return None
        token = _spelled(body * _TAGS + _tag(self._keys[0], body))
        return token if len(token) <= LONGEST_SHORT_TOKEN else None

    def open(self, token: str) -> tuple[PageId, int]:
        """The page, and until when the token is good (ms): never less than was signed.

        Raises:
            MalformedTokenError, UnknownKeyError: both of them TokenError.
        """
        body, tag = divmod(_number(token), _TAGS)
        found = tag.to_bytes(_TAG_BYTES)
        if not any(
            hmac.compare_digest(_tag(key, body).to_bytes(_TAG_BYTES), found) for key in self._keys
        ):
            raise UnknownKeyError("not signed by a key in use")
        try:
            return _unpacked(body)
        except (ValueError, IndexError) as error:
            raise MalformedTokenError("a token of another version") from error


def _packed(page: PageId, expires_minute: int) -> int:
    """Raises ValueError: it does not fit."""
    packer = Packer()
    packer.put_text(page.person)
    pieces = page.interaction_id.split(":")  # each in its own alphabet: pool, number
    for piece in reversed(pieces):
        packer.put_text(piece)
    packer.put_number(len(pieces) - 1)
    for number in (page.number, page.cycle, page.round, page.level):
        packer.put_number(number)
    packer.put(METHODS.index(page.method), _METHODS)
    packer.put(METRICS.index(page.metric), _METRICS)
    packer.put(expires_minute, _MINUTES)
    return packer.number


def _unpacked(body: int) -> tuple[PageId, int]:
    unpacker = Unpacker(body)
    expires_minute = unpacker.take(_MINUTES)
    metric = METRICS[unpacker.take(_METRICS)]
    method = METHODS[unpacker.take(_METHODS)]
    level, round_, cycle, number = (unpacker.take_number() for _ in range(4))
    pieces = [unpacker.take_text() for _ in range(unpacker.take_number() + 1)]
    page = PageId(
        interaction_id=":".join(pieces),
        metric=metric,
        number=number,
        cycle=cycle,
        round=round_,
        level=level,
        person=unpacker.take_text(),
        method=method,
    )
    return page, expires_minute * MINUTE_MS


def _tag(key: bytes, body: int) -> int:
    said = body.to_bytes((body.bit_length() + 7) // 8)
    tag = hmac.new(key, _PURPOSE + said, hashlib.sha256).digest()
    return int.from_bytes(tag[:_TAG_BYTES])


def _spelled(number: int) -> str:
    spelled = ""
    while number:
        number, value = divmod(number, len(_DIGITS))
        spelled = _DIGITS[value] + spelled
    return spelled


def _number(token: str) -> int:
    """Raises MalformedTokenError: not a number in the one spelling that it has."""
    if not token or len(token) > LONGEST_SHORT_TOKEN or token.startswith("0"):
        raise MalformedTokenError("not a whole token")
    number = 0
    for char in token:
        value = _VALUES.get(char)
        if value is None:
            raise MalformedTokenError("not a whole token")
        number = number * len(_DIGITS) + value
    return number
