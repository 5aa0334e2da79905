"""Contact methods of people: that an address is really his, and that it works."""

from typing import Literal

from shared.contracts.event import Command, Fact, Milliseconds
from shared.contracts.words import ContactMethod


class VerificationRequested(Command):
    """Send a code to this person by this method. `address_hash` says which address was meant.

    The code itself is in no log: sender and gateway derive it from a key that both have.
    """

    kind: Literal["verification_requested"] = "verification_requested"
    verification_id: str
    person: str
    method: ContactMethod
    address_hash: str
    expires_at_ms: Milliseconds


class ContactConfirmed(Command):
    """The person had the code, so the address is his; the gateway checked it."""

    kind: Literal["contact_confirmed"] = "contact_confirmed"
    verification_id: str
    person: str
    method: ContactMethod
    address_hash: str


class ContactVerified(Fact):
    """Holds for as long as the address stays the same."""

    kind: Literal["contact_verified"] = "contact_verified"
    person: str
    method: ContactMethod
    address_hash: str
