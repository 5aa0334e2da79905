"""How people look in answers: addresses are masked, for whoever reads need not know them."""

from typing import Any
from urllib.parse import urlsplit

from services.gateway.adapters.view.people import People, address_of
from shared.contracts.people import Hop, Person, QuietHours
from shared.contracts.words import CONTACT_METHODS, ContactMethod
from shared.hours.quiet import quiet_until


def shown(person: Person, known: People, now_ms: int) -> dict[str, Any]:
    rules = person.rules
    return {
        "person": person.id,
        "locale": person.locale,
        "timezone": person.timezone,
        "methods": [
            {
                "method": method,
                "address": masked(method, address),
                "verified": known.is_verified(person, method),
            }
            for method in CONTACT_METHODS
            if (address := address_of(person, method)) is not None
        ],
        "rules": None if rules is None else {"high": _hops(rules.high), "low": _hops(rules.low)},
        "quiet": None if person.quiet is None else _quiet(person.quiet, person.timezone, now_ms),
    }


def masked(method: ContactMethod, address: str) -> str:
    """Enough to see which one is meant, too little to write there."""
    match method:
        case "email":
            name, _, host = address.rpartition("@")
            return f"{name[:1]}…@{host}"
        case "webhook":
            return f"{urlsplit(address).scheme}://{urlsplit(address).hostname}/…"
        case "sms" | "voice":
            return f"…{address[-2:]}"
        case _:
            return f"{address[:1]}…"


def _hops(hops: tuple[Hop, ...]) -> list[dict[str, Any]]:
    return [hop.model_dump() for hop in hops]


def _quiet(hours: QuietHours, timezone: str, now_ms: int) -> dict[str, Any]:
    until_ms = quiet_until(hours, timezone, now_ms)
    return {"now": until_ms is not None, "until_ms": until_ms, **hours.model_dump()}
