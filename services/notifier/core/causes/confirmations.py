"""Codes go to addresses that people are to confirm, and what they confirmed is remembered.

The gateway checks the code, for only it and the sender can derive it. Here it is asked whether the
address that was meant is still the person's: a code that comes late proves nothing of a new one.
"""

from collections.abc import Iterator

from services.notifier.core.causes.verifications import hash_now, is_verified
from services.notifier.core.chains.opening import open_chain
from services.notifier.core.facts import Saying
from services.notifier.core.state import NotifierState
from shared.contracts.contacts import ContactConfirmed, ContactVerified, VerificationRequested
from shared.contracts.event import Event


def requested(state: NotifierState, say: Saying, asked: VerificationRequested) -> Iterator[Event]:
    """One row by the method that is being confirmed; see `worthless` for a changed address."""
    yield from open_chain(state, say, asked)


def confirmed(state: NotifierState, say: Saying, told: ContactConfirmed) -> Iterator[Event]:
    now = hash_now(state, told.person, told.method)
    if now is None:
        message = f"{told.person} has no address for {told.method}; add it to people.yaml"
        yield say.rejected(code="no_address", field="method", message=message, pool=told.person)
    elif now != told.address_hash:
        message = f"the address of {told.person} for {told.method} is another one by now; ask anew"
        yield say.rejected(code="other_address", field="person", message=message, pool=told.person)
    elif not is_verified(state, told.person, told.method):
        yield ContactVerified(
            event_id=f"{told.person}#verified/{told.method}/{told.address_hash}",
            person=told.person,
            method=told.method,
            address_hash=told.address_hash,
            **say.said(told.pool),
        )
