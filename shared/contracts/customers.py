"""What customers are told of their own interaction, once. Key of people-log: `customer:<id>`."""

from collections.abc import Mapping
from typing import Literal

from shared.contracts.event import Fact, Milliseconds
from shared.contracts.explanation import WaitEstimate
from shared.contracts.interactions import Personal
from shared.contracts.words import Channel, ContactMethod, CustomerNoticePurpose

CARRIED: Mapping[Channel, ContactMethod] = {"email": "email", "sms": "sms"}  # ways to a customer
_CUSTOMER = "customer:"  # no person of a document is called so


def customer_of(interaction_id: str) -> str:
    """The key under which the customer of an interaction is told."""
    return f"{_CUSTOMER}{interaction_id}"


def is_customer(person: str) -> bool:
    """Whether this key is of a customer, whom no document names, rather than of staff."""
    return person.startswith(_CUSTOMER)


class CustomerNoticeRequested(Fact):
    """One decision of the router to tell a customer something, once. In pool-log and people-log.

    A receipt says that the contact arrived and, where there is ground for it, how long it is
    likely to wait; `longer_wait` says that this doubled. It goes out by the contact's own channel,
    where the notifier has a way there. `notice_id` is `<interaction_id>:<purpose>`.
    """

    kind: Literal["customer_notice_requested"] = "customer_notice_requested"
    notice_id: str
    person: str  # `customer:<interaction_id>`, the key
    interaction_id: str
    purpose: CustomerNoticePurpose
    channel: Channel
    language: str
    wait: WaitEstimate | None = None  # None: nobody can tell
    told_before_s: int | None = None  # the wait that the receipt told
    expires_at_ms: Milliseconds
    personal: Personal = Personal()  # of the receipt; the longer wait follows it by its address
