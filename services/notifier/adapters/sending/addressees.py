"""A customer in the shape of a person, so that the writers need not know the difference.

Only the sender reads his address: no decision may depend on what an erasure takes away.
"""

import re

from services.notifier.core import Content
from shared.contracts.customers import CARRIED, CustomerNoticeRequested
from shared.contracts.people import Person

# Customers' addresses come from outside: one plain address, or none. What looks like a list, a
# display name or a header must not get near the wire.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
_LONGEST = 254  # of an address of mail (RFC 5321, 4.5.3.1.3, less its brackets)


def addressed(person: Person | None, content: Content | None) -> Person | None:
    """The reader with the one address by which this goes out, if he is a customer; or with none."""
    if person is None or not isinstance(content, CustomerNoticeRequested):
        return person
    address = (content.personal.address or "").strip()
    method = CARRIED.get(content.channel)
    is_mail = method == "email" and len(address) <= _LONGEST and _EMAIL.fullmatch(address)
    is_phone = method == "sms" and _PHONE.fullmatch(address)
    return person.model_copy(
        update={"email": address if is_mail else None, "phone": address if is_phone else None}
    )
