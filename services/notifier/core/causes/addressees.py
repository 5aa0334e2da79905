"""A customer in the shape of a person, so that the writers need not know the difference."""

import re

from services.notifier.core.model import NotifierState
from shared.contracts.configuration import Person
from shared.contracts.customers import CARRIED, CustomerNoticeRequested

# Customers' addresses come from outside: one plain address, or none. What looks like a list, a
# display name or a header must not get near the wire.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
_LONGEST = 254  # of an address of mail (RFC 5321, 4.5.3.1.3, less its brackets)


def customer_as_person(state: NotifierState, notice: CustomerNoticeRequested) -> Person:
    """With the one address by which this notice goes out, or with none."""
    address = notice.personal.address
    if not address and (known := state.customers.get(notice.interaction_id)) is not None:
        address = known.address
    address = (address or "").strip()
    method = CARRIED.get(notice.channel)
    is_mail = method == "email" and len(address) <= _LONGEST and _EMAIL.fullmatch(address)
    is_phone = method == "sms" and _PHONE.fullmatch(address)
    return Person(
        id=notice.person,
        locale=notice.language,
        email=address if is_mail else None,
        phone=address if is_phone else None,
    )
