"""Whether people have confirmed their addresses: each holds as long as the address is the same."""

from services.notifier.core.state import NotifierState, person_of
from shared.contacts import address_hash
from shared.contracts.people import ADDRESS_OF

_FIELDS: dict[str, str] = dict(ADDRESS_OF.items())


def is_verified(state: NotifierState, person: str, method: str) -> bool:
    """Whether this person has confirmed the address that this method uses now."""
    known = state.verified.get(key_of(person, method))
    return known is not None and known.address_hash == hash_now(state, person, method)


def hash_now(state: NotifierState, person: str, method: str) -> str | None:
    """The hash of the address that a method uses for a person now; None: he has none."""
    found, field = person_of(state, person), _FIELDS.get(method)
    address = getattr(found, field) if found is not None and field else None
    return address_hash(address) if address else None


def key_of(person: str, method: str) -> str:
    return f"{person}/{method}"  # ids of people hold no `/`
