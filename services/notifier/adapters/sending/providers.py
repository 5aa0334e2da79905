"""At whose door a message is handed in: what has places, rates and a breaker of its own."""

from typing import Any

from services.notifier.adapters.delivery import UnsendableError
from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.http.targets import host_of, read_url
from services.notifier.adapters.methods import Method
from shared.contracts.people import ADDRESS_OF, Person


def provider_of(name: str, method: Method[Any], message: Any) -> str:
    """The method, and of HTTP the host as well; what the method says goes first."""
    if method.provider is not None:
        return f"{name}:{method.provider(message)}"
    request = getattr(message, "request", message)
    if not isinstance(request, Request):
        return name
    try:
        return f"{name}:{host_of(read_url(request.url))}"
    except UnsendableError:
        return name  # its carrier refuses it


def address_of(name: str, person: Person) -> str:
    """Where the message goes, at its provider: what rates and faults of one address are kept by."""
    field = ADDRESS_OF.get(name)  # type: ignore[call-overload]
    return str(getattr(person, field, None) or person.id) if field else person.id
