"""A person confirms an address by the code that was sent there; nobody guesses it."""

from collections.abc import Iterable
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.gateway.adapters.guesses import ASKED_EVERY_MS, LOCKED_MS, TRIES
from shared.contacts import address_hash, code_of
from shared.contracts.configuration import INSTALLATION
from shared.contracts.contacts import ContactConfirmed, ContactVerified, VerificationRequested
from shared.contracts.event import Event
from shared.contracts.people import PeopleDocument
from shared.contracts.system import ConfigTaken
from shared.contracts.topics import PEOPLE_LOG
from tests.component.gateway.house import LINKS, T0, House, open_house
from tests.component.gateway.told_day import MARIA, ROLL, code_row, people_applied

SMS = "/v1/people/maria/contact-methods/sms/verification"
CONFIRM = f"{SMS}/confirm"
NUMBER = str(MARIA.phone)


def verifies(event: Event) -> Iterable[Event]:
    """A notifier that sends codes and believes the gateway."""
    if isinstance(event, VerificationRequested):
        yield code_row(event)
    elif isinstance(event, ContactConfirmed):
        yield ContactVerified(
            event_id=f"{event.event_id}/verified",
            pool=INSTALLATION,
            at_ms=T0,
            by="notifier",
            cause=event.event_id,
            person=event.person,
            method=event.method,
            address_hash=event.address_hash,
        )


def asked(house: House) -> list[VerificationRequested]:
    return house.commands("verification_requested", PEOPLE_LOG)


def code(house: House) -> str:
    """As the sender derives it."""
    last = asked(house)[-1]
    return code_of(LINKS.keys, last.verification_id, last.person, last.method, last.address_hash)


def wrong(house: House) -> str:
    return f"{(int(code(house)) + 1) % 1_000_000:06d}"


async def give(house: House, given: str, *, key: str = "boss", **more: str) -> Any:
    return await house.post(CONFIRM, {"code": given}, key=key, **more)


async def test_a_code_is_sent_by_the_method_that_is_to_be_confirmed() -> None:
    async with open_house(verifies) as house:
        await people_applied(house)
        answer = await house.post(SMS, key="boss")
        (event,) = asked(house)
        (record,) = [it for it in house.log.records if it.kind == "verification_requested"]

    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "event_id": event.event_id,
        "person": "maria",
        "method": "sms",
        "expires_at_ms": T0 + 900_000,
        "facts": ["notification_opened"],
    }
    assert (record.key, event.person, event.method) == ("maria", "maria", "sms")
    assert (event.address_hash, event.actor) == (address_hash(NUMBER), "manager:boss")


async def test_who_has_the_code_has_the_address() -> None:
    async with open_house(verifies) as house:
        await people_applied(house)
        await house.post(SMS, key="boss")
        grouped = f"{code(house)[:3]} {code(house)[3:]}"
        answer = await give(house, grouped)
        (event,) = house.commands("contact_confirmed", PEOPLE_LOG)
        people = (await house.get("/v1/people?person=maria")).json()["people"]
        again = await give(house, grouped)

    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["facts"]) == ("verified", ["contact_verified"])
    assert (event.person, event.method, event.address_hash) == (
        "maria", "sms", address_hash(NUMBER),
    )  # fmt: skip
    assert [it["method"] for it in people[0]["methods"] if it["verified"]] == ["sms"]
    assert (again.status_code, again.json()["state"]) == (200, "verified")


async def test_the_code_is_nowhere_but_in_the_message() -> None:
    with capture_logs() as lines:
        async with open_house(verifies) as house:
            await people_applied(house)
            sent = await house.post(SMS, key="boss")
            given = await give(house, code(house))
            secret = code(house)
            written = [record.value.decode() for record in house.log.records]

    for text in (repr(lines), sent.text, given.text, *written):
        assert secret not in text
        assert NUMBER not in text


async def test_one_code_a_minute_for_each_method() -> None:
    async with open_house(verifies) as house:
        await people_applied(house)
        first = await house.post(SMS, key="boss")
        soon = await house.post(SMS, key="boss")
        other = await house.post(SMS.replace("sms", "email"), key="boss")
        house.clock.ms += ASKED_EVERY_MS - 1
        nearly = await house.post(SMS, key="boss")
        house.clock.ms += 1
        later = await house.post(SMS, key="boss")

    assert [it.status_code for it in (first, soon, other, nearly, later)] == [
        200, 429, 200, 429, 200,
    ]  # fmt: skip
    assert (soon.json()["code"], soon.headers["retry-after"]) == ("too_many_codes", "60")
    assert nearly.headers["retry-after"] == "1"


async def test_a_code_that_another_gateway_sent_counts_too() -> None:
    async with open_house() as house:
        await people_applied(house)
        await house.tell_people(
            VerificationRequested(
                event_id="v", pool=INSTALLATION, at_ms=T0, by="gateway", actor="manager:boss",
                verification_id="v", person="maria", method="sms",
                address_hash=address_hash(NUMBER), expires_at_ms=T0 + 900_000,
            )
        )  # fmt: skip
        too_soon = await house.post(SMS, key="boss")
        right = await give(house, code(house))

    assert too_soon.status_code == 429
    assert right.status_code == 202, "nobody answers for the notifier here"


async def test_a_repeated_request_is_no_second_code() -> None:
    async with open_house(verifies) as house:
        await people_applied(house)
        answers = [await house.post(SMS, key="boss", idempotency_key="7") for _ in range(2)]
        assert len(asked(house)) == 1

    assert [it.status_code for it in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


async def test_after_five_wrong_codes_the_right_one_is_locked_out_for_a_while() -> None:
    async with open_house(verifies) as house:
        await people_applied(house)
        await house.post(SMS, key="boss")
        tries = [await give(house, wrong(house)) for _ in range(TRIES)]
        locked = await give(house, code(house))
        house.clock.ms += ASKED_EVERY_MS
        await house.post(SMS, key="boss")
        new_code = await give(house, code(house))
        house.clock.ms += LOCKED_MS - ASKED_EVERY_MS - 1
        await house.post(SMS, key="boss")
        still = await give(house, code(house))
        house.clock.ms += 1
        free = await give(house, code(house))

    assert [(it.status_code, it.json()["code"]) for it in tries] == [(422, "wrong_code")] * TRIES
    assert [it.json()["tries_left"] for it in tries] == [4, 3, 2, 1, 0]
    assert (locked.status_code, locked.json()["code"]) == (429, "locked")
    assert locked.headers["retry-after"] == str(LOCKED_MS // 1000)
    assert new_code.status_code == 429, "a new code gives no new tries"
    assert (still.status_code, still.headers["retry-after"]) == (429, "1")
    assert free.status_code == 200, free.text


async def test_a_right_code_forgives_the_wrong_ones() -> None:
    async with open_house(verifies) as house:
        await people_applied(house)
        await house.post(SMS, key="boss")
        for _ in range(TRIES - 1):
            await give(house, wrong(house))
        right = await give(house, code(house))
        after = await give(house, wrong(house))

    assert right.status_code == 200
    assert after.json()["tries_left"] == TRIES - 1


async def test_a_code_that_is_too_old_or_was_never_sent_confirms_nothing() -> None:
    async with open_house(verifies) as house:
        await people_applied(house)
        never = await give(house, "123456")
        await house.post(SMS, key="boss")
        house.clock.ms += 900_000
        late = await give(house, code(house))
        assert house.commands("contact_confirmed", PEOPLE_LOG) == []

    assert [(it.status_code, it.json()["code"]) for it in (never, late)] == [(409, "no_code")] * 2


async def test_the_code_of_an_address_that_was_changed_confirms_nothing() -> None:
    moved = ROLL.model_copy(update={"people": (MARIA.model_copy(update={"phone": "+44700"}),)})
    async with open_house(verifies) as house:
        await people_applied(house)
        await house.post(SMS, key="boss")
        await people_applied(house, PeopleDocument.model_validate(moved.model_dump()), version=2)
        newest = house.commands("config_changed", PEOPLE_LOG)[-1]
        await house.tell_people(
            ConfigTaken(
                event_id="taken", pool="*", at_ms=T0, by="notifier", hash=newest.hash, version=2,
                service="notifier",
            )
        )  # fmt: skip
        answer = await give(house, code(house))
        assert house.commands("contact_confirmed", PEOPLE_LOG) == []

    assert (answer.status_code, answer.json()["code"]) == (409, "other_address")


@pytest.mark.parametrize(
    ("person", "method", "status", "code"),
    [
        ("nobody", "sms", 404, "unknown_person"),
        ("maria", "fax", 404, "unknown_method"),
        ("omar", "sms", 409, "no_address"),
    ],
)
async def test_nothing_is_sent_to_whom_or_where_there_is_nothing(
    person: str, method: str, status: int, code: str
) -> None:
    path = f"/v1/people/{person}/contact-methods/{method}/verification"
    async with open_house(verifies) as house:
        await people_applied(house)
        answers = [
            await house.post(path, key="boss"),
            await house.post(f"{path}/confirm", {"code": "123456"}, key="boss"),
        ]
        assert asked(house) == []

    assert [(it.status_code, it.json()["code"]) for it in answers] == [(status, code)] * 2


@pytest.mark.parametrize("key", ["desk", "lead"])
async def test_only_managers_and_systems_verify(key: str) -> None:
    async with open_house(verifies) as house:
        await people_applied(house)
        answers = [await house.post(SMS, key=key), await give(house, "123456", key=key)]
        assert [it.json()["code"] for it in answers] == ["role_not_allowed"] * 2
        assert asked(house) == []
