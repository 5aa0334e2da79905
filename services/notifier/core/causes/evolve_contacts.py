"""How what is known of addresses changes: which are confirmed, and where a customer is reached."""

from services.notifier.core import storage
from services.notifier.core.causes.verifications import key_of
from services.notifier.core.ledger import indexes
from services.notifier.core.ledger.evolve_memory import next_hour
from services.notifier.core.model import HORIZON_MS, Customer, Verified
from services.notifier.core.state import NotifierState
from shared.contracts.contacts import ContactVerified
from shared.contracts.customers import CustomerNoticeRequested


def verified(state: NotifierState, fact: ContactVerified) -> None:
    key = key_of(fact.person, fact.method)
    state.verified[key] = Verified(fact.address_hash)
    state.changed.add(storage.VERIFIED + key)


def told(state: NotifierState, notice: CustomerNoticeRequested, now: int) -> None:
    """A customer's row opened. A receipt that told a wait may be followed by that it is longer.

    Its address is remembered until a day after that; nothing follows a receipt without a wait.
    """
    if notice.purpose != "receipt" or notice.wait is None:
        return
    doubled_ms = now + 2 * notice.wait.p50_s * 1000
    customer = Customer(
        person=notice.person,
        personal=notice.personal,
        forget_at_ms=next_hour(doubled_ms + HORIZON_MS),
    )
    state.customers[notice.interaction_id] = customer
    state.changed.add(storage.CUSTOMER + notice.interaction_id)
    indexes.enter_customer(state, notice.interaction_id, customer)
