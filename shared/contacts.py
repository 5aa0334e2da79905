"""Codes by which people confirm an address of theirs: told by the notifier, read by the gateway.

A code is in no log: both derive it, with HMAC-SHA256, from a key that only they have and from what
is being verified. It has six digits, so whoever checks codes must bound how often one may guess:
a verification is over after a few wrong ones, and when it expires.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence

from shared.links import SHORTEST_KEY

DIGITS = 6
_PURPOSE = b"switchyard contact verification v1:"  # no other tag of ours is a code
_HASH_PURPOSE = b"switchyard addr"  # BLAKE2b takes 16 bytes


def address_hash(address: str) -> str:
    """Says which address was meant, without saying it; 32 hexadecimal digits.

    It has no key, so it hides an address from a glance and not from somebody who guesses.
    """
    return hashlib.blake2b(address.encode(), digest_size=16, person=_HASH_PURPOSE).hexdigest()


def code_of(
    keys: Sequence[bytes], verification_id: str, person: str, method: str, address_hash: str
) -> str:
    """The code that is sent: six digits, by the first key. The same arguments give the same code.

    Args:
        keys: the newest first, as for links; the others only verify.

    Raises:
        ValueError: no key, or one shorter than 16 bytes.
    """
    _check(keys)
    return _code(keys[0], _claim(verification_id, person, method, address_hash))


def matches(
    keys: Sequence[bytes],
    given: str,
    *,
    verification_id: str,
    person: str,
    method: str,
    address_hash: str,
) -> bool:
    """Whether a person wrote the code that was sent, by any of the keys; in constant time.

    Spaces and hyphens do not count: people write codes in groups.

    Raises:
        ValueError: no key, or one shorter than 16 bytes.
    """
    _check(keys)
    wrote = given.translate(_IGNORED).encode(errors="replace")
    claim = _claim(verification_id, person, method, address_hash)
    found = [hmac.compare_digest(_code(key, claim).encode(), wrote) for key in keys]
    return any(found)  # all were compared: how long it took does not say which one it was


_IGNORED = str.maketrans("", "", " -\u00a0\t\r\n")


def _check(keys: Sequence[bytes]) -> None:
    if not keys:
        raise ValueError("at least one key is needed for codes")
    if any(len(key) < SHORTEST_KEY for key in keys):
        raise ValueError(f"a key for codes needs at least {SHORTEST_KEY} bytes")


def _claim(*values: str) -> bytes:
    """No two lists of values are the same bytes."""
    return json.dumps(values, separators=(",", ":"), ensure_ascii=True).encode()


def _code(key: bytes, claim: bytes) -> str:
    tag = hmac.new(key, _PURPOSE + claim, hashlib.sha256).digest()
    # Of 2**64 values: none of the million codes is likelier than another by more than 1 in 10**13.
    return f"{int.from_bytes(tag[:8], 'big') % 10**DIGITS:0{DIGITS}d}"
