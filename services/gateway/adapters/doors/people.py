"""People who can be told: their contact methods, and codes by which they confirm addresses."""

import math
from typing import Any

from starlette.responses import Response

from services.gateway.adapters.doors import notification_bodies as bodies
from services.gateway.adapters.doors.commands import submit
from services.gateway.adapters.doors.door import Call, told
from services.gateway.adapters.doors.interactions import head
from services.gateway.adapters.doors.shown_people import shown
from services.gateway.adapters.problems import Problem
from services.gateway.adapters.view.people import address_of
from shared.contacts import address_hash, matches
from shared.contracts.configuration import INSTALLATION
from shared.contracts.contacts import ContactConfirmed, VerificationRequested
from shared.contracts.people import PeopleDocument, Person
from shared.contracts.topics import PEOPLE_LOG
from shared.contracts.words import CONTACT_METHODS, ContactMethod

CODE_VALID_MS = 900_000


async def people(call: Call) -> Response:
    query = call.asked(bodies.PeopleQuery)
    document = _document(call)
    everybody = [] if document is None else sorted(document.people, key=lambda it: it.id)
    if query.person is not None:
        everybody = [it for it in everybody if it.id == query.person]
    end = query.cursor + query.limit
    now_ms = call.desk.clock.now_ms()
    return told(
        200,
        {
            "now_ms": now_ms,
            "people": [
                shown(it, call.desk.view.people, now_ms) for it in everybody[query.cursor : end]
            ],
            "require_verified": document is not None and document.require_verified,
            "next_cursor": end if end < len(everybody) else None,
        },
    )


async def send_code(call: Call) -> Response:
    """The notifier sends it by this method alone; it is good for a quarter of an hour."""
    person, method, address = _contact(call)
    now_ms = call.desk.clock.now_ms()
    common = head(call, INSTALLATION, None)
    if not _asked_before(call, common["event_id"]):
        _not_too_often(call, person.id, method, now_ms)
    event = VerificationRequested(
        **common,
        verification_id=f"verification:{person.id}:{method}:{common['event_id']}",
        person=person.id,
        method=method,
        address_hash=address_hash(address),
        expires_at_ms=now_ms + CODE_VALID_MS,
    )

    def about() -> dict[str, Any]:
        asked = call.desk.view.people.last_asked(person.id, method)
        until_ms = asked.expires_at_ms if asked is not None else event.expires_at_ms
        return {"person": person.id, "method": method, "expires_at_ms": until_ms}

    return await submit(call, event, topic=PEOPLE_LOG, key=person.id, about=about)


async def confirm(call: Call) -> Response:
    """Whoever has the code that was sent last has the address."""
    body = call.body
    assert isinstance(body, bodies.Code)
    person, method, address = _contact(call)
    asked = _asked_last(call, person, method, address)
    _must_match(call, asked, body.code)
    known = call.desk.view.people

    def about() -> dict[str, Any]:
        state = "verified" if known.is_verified(person, method) else "unverified"
        return {"person": person.id, "method": method, "state": state}

    if known.is_verified(person, method):
        return told(200, {"event_id": None} | about() | {"facts": []})
    event = ContactConfirmed(
        **head(call, INSTALLATION, None),
        verification_id=asked.verification_id,
        person=person.id,
        method=method,
        address_hash=asked.address_hash,
    )
    return await submit(call, event, topic=PEOPLE_LOG, key=person.id, about=about)


def _document(call: Call) -> PeopleDocument | None:
    """None: nothing was applied. Raises Problem: 503, it was, and has not come yet."""
    known = call.desk.view.people
    found = known.document()
    if found is None and known.version is not None:
        raise Problem(
            503,
            "not_ready",
            "The configuration of people has not been read. Try again soon.",
            headers={"Retry-After": "1"},
        )
    return found


def _contact(call: Call) -> tuple[Person, ContactMethod, str]:
    """The person, the method and the address that the path names."""
    _document(call)
    found = call.desk.view.people.person(call.path["person"])
    if found is None:
        raise Problem(
            404,
            "unknown_person",
            "Nobody is called so. Look in /v1/people, or add the person to people.yaml and apply "
            "it.",
            field="person",
        )
    method = next((it for it in CONTACT_METHODS if it == call.path["method"]), None)
    if method is None:
        raise Problem(
            404,
            "unknown_method",
            f"There is no such contact method. Use one of {', '.join(CONTACT_METHODS)}.",
            field="method",
        )
    address = address_of(found, method)
    if address is None:
        raise Problem(
            409,
            "no_address",
            f"{found.id} has no address for {method}. Add it to people.yaml and apply it.",
            field="method",
        )
    return found, method, address


def _asked_before(call: Call, event_id: str) -> bool:
    """A repeat of a request is no further request."""
    if call.idempotency_key is None:
        return False
    heard = call.desk.view.outcomes[PEOPLE_LOG].remembers(event_id)
    return heard or call.desk.answers.knows(event_id)


def _not_too_often(call: Call, person: str, method: ContactMethod, now_ms: int) -> None:
    asked = call.desk.view.people.last_asked(person, method)  # perhaps of another gateway
    left_ms = call.desk.guesses.ask_again_in_ms(
        person, method, now_ms, last_ms=None if asked is None else asked.at_ms
    )
    if left_ms:
        raise _later("too_many_codes", "A code was sent a moment ago.", left_ms)


def _asked_last(
    call: Call, person: Person, method: ContactMethod, address: str
) -> VerificationRequested:
    asked = call.desk.view.people.last_asked(person.id, method)
    if asked is None or asked.expires_at_ms <= call.desk.clock.now_ms():
        raise Problem(
            409,
            "no_code",
            "No code was sent by this method, or it has expired. Ask for a new one.",
            field="code",
        )
    if asked.address_hash != address_hash(address):
        raise Problem(
            409,
            "other_address",
            "The address is another one by now. Ask for a new code.",
            field="code",
        )
    return asked


def _must_match(call: Call, asked: VerificationRequested, code: str) -> None:
    """Raises Problem: 422 the code is wrong, 429 too many were."""
    now_ms, guesses = call.desk.clock.now_ms(), call.desk.guesses
    locked_ms = guesses.try_again_in_ms(asked.person, asked.method, now_ms)
    if locked_ms:
        raise _later("locked", "Too many wrong codes were given.", locked_ms)
    if matches(
        call.desk.links.keys,
        code,
        verification_id=asked.verification_id,
        person=asked.person,
        method=asked.method,
        address_hash=asked.address_hash,
    ):
        guesses.was_right(asked.person, asked.method)
        return
    left = guesses.was_wrong(asked.person, asked.method, now_ms)
    raise Problem(
        422,
        "wrong_code",
        f"This is not the code that was sent (tries left: {left}). Give the one in the newest "
        "message.",
        field="code",
        tries_left=left,
    )


def _later(code: str, detail: str, left_ms: int) -> Problem:
    left_s = math.ceil(left_ms / 1000)
    return Problem(
        429, code, f"{detail} Try again in {left_s} s.", headers={"Retry-After": str(left_s)}
    )
