"""API keys: who may enter, as what, and for which pools. Only hashes are kept.

Keys are random, 256 bits: a plain SHA-256 of such a key cannot be guessed, and is quick to look up.
"""

import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Role = Literal["agent", "supervisor", "manager", "system"]
EVERY_POOL = "*"
_PREFIX = "swk_"  # so that scanners find keys that were pasted where they do not belong


class KeysError(Exception):
    """The keys file is missing or wrong; the message names the file and the remedy."""


class ApiKey(BaseModel):
    """One entry of the keys file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    role: Role
    pools: tuple[str, ...] = Field(min_length=1)  # `*`: every pool
    agents: tuple[str, ...] = ()  # of role agent: whom it may act for
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    requests_per_s: float | None = Field(default=None, gt=0)  # None: as the settings say

    @model_validator(mode="after")
    def _agents_go_with_the_role(self) -> "ApiKey":
        if (self.role == "agent") != bool(self.agents):
            raise ValueError("`agents` is needed for role agent, and allowed for no other")
        return self

    @property
    def actor(self) -> str:
        """How the log names who did something with this key."""
        return f"{self.role}:{self.name}"

    def may_enter(self, pool: str) -> bool:
        return pool in self.pools or EVERY_POOL in self.pools


class Keys:
    """Looks keys up by their hash, so that the time taken tells nothing of a key."""

    def __init__(self, keys: Iterable[ApiKey]) -> None:
        self._by_hash: dict[str, ApiKey] = {}
        names: set[str] = set()
        for key in keys:
            if key.name in names or key.sha256 in self._by_hash:
                raise KeysError(f"key `{key.name}` is there twice: names and hashes are unique")
            names.add(key.name)
            self._by_hash[key.sha256] = key
        if not self._by_hash:
            raise KeysError("there is no key: nobody could enter; add one (see the README)")

    def find(self, secret: str) -> ApiKey | None:
        presented = hash_key(secret)
        found = self._by_hash.get(presented)
        if found is None or not hmac.compare_digest(found.sha256, presented):
            return None
        return found


class _KeysFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    keys: tuple[ApiKey, ...]


def new_key() -> str:
    """A new secret, shown once to whom it is given."""
    return _PREFIX + secrets.token_urlsafe(32)


def hash_key(secret: str) -> str:
    """What the keys file holds of a key: SHA-256, hexadecimal."""
    return sha256(secret.encode()).hexdigest()


def load_keys(path: Path | None) -> Keys:
    """Read a keys file: YAML or JSON, `keys: [{name, role, pools, agents, sha256}]`.

    Raises:
        KeysError: none was named, it cannot be read, or an entry is wrong.
    """
    if path is None:
        raise KeysError("no keys file: set SWITCHYARD_GATEWAY_KEYS_FILE to one (see the README)")
    try:
        return Keys(_KeysFile.model_validate(yaml.safe_load(path.read_text("utf-8"))).keys)
    except OSError as error:
        raise KeysError(f"keys file {path} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise KeysError(f"keys file {path} is neither YAML nor JSON") from error
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "keys"
        raise KeysError(f"keys file {path}, `{where}`: {first['msg']}") from error
    except KeysError as error:
        raise KeysError(f"keys file {path}: {error}") from error
