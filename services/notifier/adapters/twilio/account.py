"""The account at Twilio, and requests to it: forms, with a key of the account's own."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from services.notifier.adapters.connectors import Connectors
from services.notifier.adapters.delivery import UnconfiguredError, UnsendableError
from services.notifier.adapters.http.carrier import Request
from shared.contracts.people import Person

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_ACCOUNT = re.compile(r"AC[0-9a-zA-Z]{32}")
Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Callbacks are signed with the account's token, which is not here; the gateway has it."""

    sid: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    sender: str  # a number, or for messages a messaging service
    url: str

    def post(self, resource: str, fields: Fields) -> Request:
        """A request that makes a message or a call. A name may come several times."""
        login = b64encode(f"{self.key}:{self.secret}".encode()).decode()
        return Request(
            url=f"{self.url.rstrip('/')}/2010-04-01/Accounts/{self.sid}/{resource}.json",
            headers={
                "authorization": f"Basic {login}",
                "content-type": "application/x-www-form-urlencoded",
                "user-agent": "Switchyard",
            },
            body=urlencode(fields).encode(),
        )

    @property
    def from_whom(self) -> tuple[str, str]:
        """The field that names the sender of a message, and what it says."""
        service = _SERVICE.fullmatch(self.sender)
        return ("MessagingServiceSid" if service else "From", self.sender)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Where the account stands among the connectors.

    `sms.<name> <account> <key> <secret> <number or messaging service>`, and, if calls come from
    another number, `voice.<name>` with the same; `<name>` is a setting.
    """

    connectors: Connectors
    name: str
    url: str
    sender: str | None = None  # in place of what stands there

    def for_messages(self) -> Account:
        """Raises UnconfiguredError: there is no account, or it is none."""
        return self._read(self.connectors.of("sms", self.name))

    def for_calls(self) -> Account:
        """Raises UnconfiguredError: there is no account, or no number to call from."""
        entry = self.connectors.of("voice", self.name) or self.connectors.of("sms", self.name)
        account = self._read(entry)
        if not _NUMBER.fullmatch(account.sender):
            raise UnconfiguredError("twilio: calls need a number to call from")
        return account

    def _read(self, entry: tuple[str, ...]) -> Account:
        match entry:
            case (sid, key, secret, *rest) if _ACCOUNT.fullmatch(sid) and (self.sender or rest):
                sender = self.sender or rest[0]
                return Account(sid=sid, key=key, secret=secret, sender=sender, url=self.url)
            case ():
                raise UnconfiguredError("no_connector: no account at Twilio is known")
            case _:
                raise UnconfiguredError(
                    "twilio: an account is its id, a key, its secret, and a number"
                )


def number_of(person: Person) -> str:
    """Raises UnsendableError: he has none, or it is no number."""
    if person.phone is None:
        raise UnsendableError("no_phone: the person has no number")
    if not _NUMBER.fullmatch(person.phone):
        raise UnsendableError("phone: not a plus sign and 7 to 15 figures (E.164)")
    return person.phone
