"""Signing secrets of webhooks, and signatures (Standard Webhooks 1.0, "Signature scheme")."""

import hmac
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping, Sequence
from hashlib import sha256

PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64  # bytes; the specification's bounds
Secrets = tuple[bytes, ...]  # of one person: while they are being changed, more than one


class Keyring:
    """Who is signed to with which secrets; a person without his own gets the default."""

    def __init__(self, own: Mapping[str, Secrets], default: Secrets = ()) -> None:
        self._own, self._default = own, default

    def of(self, person: str) -> Secrets:
        """Empty where there is none: then nothing may be sent."""
        return self._own.get(person, self._default)


def read_secrets(words: Sequence[str], where: str) -> Secrets:
    """Decode `whsec_…` secrets.

    Args:
        where: told in errors in place of the secret.

    Raises:
        ValueError: one of them is not such a secret, or too short or too long.
    """
    return tuple(_secret(word, where) for word in words)


def read_keyring(text: str, where: str) -> dict[str, Secrets]:
    """Decode a file: on each line a person's id, then one or more secrets, all set apart by spaces.

    Empty lines, and such that begin with `#`, say nothing.

    Raises:
        ValueError: a line without a secret, a person named twice, or what is no secret.
    """
    own: dict[str, Secrets] = {}
    for number, line in enumerate(text.splitlines(), 1):
        here = f"{where}, line {number}"
        person, *words = line.split() or ["#"]
        if person.startswith("#"):
            continue
        if not words:
            raise ValueError(f"{here}: a person's id, then one secret or more, set apart by spaces")
        if person in own:
            raise ValueError(f"{here}: {person!r} has a line already; put all secrets on one line")
        own[person] = read_secrets(words, here)
    return own


def signature(secrets: Secrets, message_id: str, timestamp_s: int, body: bytes) -> str:
    """The value of `webhook-signature`: one signature for each secret, set apart by spaces."""
    signed = f"{message_id}.{timestamp_s}.".encode() + body
    digests = (hmac.new(secret, signed, sha256).digest() for secret in secrets)
    return " ".join(f"v1,{b64encode(digest).decode()}" for digest in digests)


def _secret(word: str, where: str) -> bytes:
    if not word.startswith(PREFIX):
        raise ValueError(f"{where}: a secret begins with {PREFIX!r}")
    try:
        secret = b64decode(word.removeprefix(PREFIX), validate=True)
    except Error as error:
        raise ValueError(f"{where}: after {PREFIX!r} a secret is base64") from error
    if not _SHORTEST <= len(secret) <= _LONGEST:
        raise ValueError(
            f"{where}: a secret has {_SHORTEST} to {_LONGEST} bytes, this one {len(secret)}; "
            f"make one with: echo {PREFIX}$(openssl rand -base64 32)"
        )
    return secret
