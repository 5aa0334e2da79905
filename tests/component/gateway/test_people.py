"""Who can be told, by which methods; no address is shown, and quiet hours are told."""

from typing import Any

import pytest

from shared.contacts import address_hash
from shared.contracts.configuration import INSTALLATION
from shared.contracts.contacts import ContactVerified
from shared.contracts.event import Event
from shared.contracts.people import PeopleDocument, Person
from shared.contracts.system import ConfigTaken
from tests.component.gateway.house import T0, House, open_house
from tests.component.gateway.told_day import MARIA, people_applied


async def people(house: House, query: str = "", *, key: str = "boss") -> Any:
    answer = await house.get(f"/v1/people?{query}", key=key)
    assert answer.status_code == 200, answer.text
    return answer.json()


def verified(method: str, address: str) -> Event:
    return ContactVerified.model_validate(
        {
            "event_id": f"maria#verified/{method}",
            "pool": INSTALLATION,
            "at_ms": T0,
            "by": "notifier",
            "person": "maria",
            "method": method,
            "address_hash": address_hash(address),
        }
    )


async def test_everybody_is_told_with_methods_rules_and_quiet_hours() -> None:
    async with open_house() as house:
        await people_applied(house)
        found = await people(house)
        maria, omar = found["people"]

    assert (found["require_verified"], found["next_cursor"]) == (False, None)
    assert (omar["person"], omar["locale"], omar["rules"], omar["quiet"]) == (
        "omar", "he", None, None,
    )  # fmt: skip
    assert [it["method"] for it in maria["methods"]] == [
        "email", "webhook", "sms", "voice", "slack", "teams",
    ]  # fmt: skip
    assert [hop["method"] for hop in maria["rules"]["high"]] == ["sms", "email"]
    assert maria["quiet"]["now"] is True
    assert maria["quiet"]["until_ms"] == T0 + 3_600_000


async def test_outside_quiet_hours_nothing_is_held() -> None:
    async with open_house() as house:
        await people_applied(house)
        house.clock.ms = T0 + 3_600_000
        quiet = (await people(house))["people"][0]["quiet"]

    assert (quiet["now"], quiet["until_ms"]) == (False, None)


async def test_addresses_are_masked() -> None:
    async with open_house() as house:
        await people_applied(house)
        text = (await house.get("/v1/people")).text
        methods = (await people(house))["people"][0]["methods"]

    for field in ("email", "phone", "slack", "teams", "webhook"):
        assert str(getattr(MARIA, field)) not in text
    assert "secret-path" not in text
    assert {it["method"]: it["address"] for it in methods} == {
        "email": "m…@example.org",
        "webhook": "https://hooks.example.org/…",
        "sms": "…23",
        "voice": "…23",
        "slack": "U…",
        "teams": "m…",
    }


async def test_a_method_is_confirmed_for_as_long_as_its_address_stays() -> None:
    def states(found: Any) -> dict[str, bool]:
        return {it["method"]: it["verified"] for it in found["people"][0]["methods"]}

    moved = MARIA.model_copy(update={"phone": "+15555550199"})
    async with open_house() as house:
        await people_applied(house)
        await house.tell_people(verified("sms", str(MARIA.phone)))
        before = states(await people(house))
        await people_applied(house, PeopleDocument(people=(moved,)), version=2)
        refused_yet = states(await people(house))
        (hash_of_it,) = {
            it.hash for it in house.commands("config_changed", "people-log") if it.version == 2
        }
        await house.tell_people(
            ConfigTaken(
                event_id="taken", pool="*", at_ms=T0, by="notifier", hash=hash_of_it, version=2,
                service="notifier",
            )
        )  # fmt: skip
        after = states(await people(house))

    assert (before["sms"], before["voice"], before["email"]) == (True, False, False)
    assert refused_yet["sms"] is True, "the notifier has not taken the new document"
    assert after["sms"] is False


async def test_one_person_or_page_by_page() -> None:
    names = [f"p{number}" for number in range(5)]
    document = PeopleDocument(people=tuple(Person(id=name) for name in names))
    async with open_house() as house:
        await people_applied(house, document)
        one = await people(house, "person=p3")
        first = await people(house, "limit=3")
        rest = await people(house, f"limit=3&cursor={first['next_cursor']}")

    assert [it["person"] for it in one["people"]] == ["p3"]
    assert [it["person"] for it in (*first["people"], *rest["people"])] == names
    assert rest["next_cursor"] is None


async def test_before_anything_was_applied_there_is_nobody() -> None:
    async with open_house() as house:
        assert (await people(house))["people"] == []


async def test_a_document_that_has_not_come_yet_is_waited_for() -> None:
    async with open_house() as house:
        await people_applied(house)
        house.documents.clear()
        answer = await house.get("/v1/people")

    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")


@pytest.mark.parametrize(("key", "status"), [("desk", 403), ("lead", 200), ("crm", 200)])
async def test_agents_do_not_see_who_is_told_how(key: str, status: int) -> None:
    async with open_house() as house:
        await people_applied(house)
        assert (await house.get("/v1/people", key=key)).status_code == status
