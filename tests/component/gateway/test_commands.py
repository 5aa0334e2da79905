"""A command is appended, and answered by the fact that names it as its cause."""

import asyncio
from collections.abc import Iterable
from typing import Any

from services.gateway.adapters.keys import hash_key
from shared.contracts.event import Event
from shared.log import AppendError
from tests.component.gateway.house import (
    T0,
    assigned,
    offered,
    open_house,
    queued,
    queues_everything,
    until,
)
from tests.support.memory_log import MemoryLog

GOOD: dict[str, Any] = {"pool": "boston", "channel": "chat", "language": "pt_br", "id": "7"}


async def test_a_contact_is_answered_with_what_came_of_it() -> None:
    async with open_house(queues_everything) as house:
        body = GOOD | {"personal": {"text": "Olá"}, "reason": "imported"}
        answer = await house.post("/v1/interactions", body)
        event = house.commands("interaction_received")[0]

    assert answer.status_code == 200
    assert answer.json() == {
        "event_id": event.event_id,
        "interaction_id": "boston:7",
        "state": "waiting",
        "facts": ["interaction_queued"],
    }
    assert (event.actor, event.reason, event.at_ms, event.by) == (
        "system:crm",
        "imported",
        T0,
        "gateway",
    )
    assert (event.language, event.language_source) == ("pt-BR", "given")


async def test_a_refusal_of_the_router_is_the_answer() -> None:
    async with open_house(queues_everything) as house:
        answer = await house.post("/v1/offers/boston:7:1/accept", {}, key="desk")
        problem = answer.json()

    assert (answer.status_code, problem["code"], problem["field"]) == (
        409,
        "not_so",
        "interaction_id",
    )
    assert answer.headers["content-type"] == "application/problem+json"


async def test_without_an_answer_in_time_the_command_is_accepted() -> None:
    async with open_house(None) as house:
        answer = await house.post("/v1/interactions", GOOD)

    assert answer.status_code == 202
    assert answer.json()["state"] == "received"


async def test_who_prefers_not_to_wait_is_answered_after_the_append() -> None:
    async with open_house(None, answer_wait_s=30) as house:
        answer = await asyncio.wait_for(
            house.post("/v1/interactions", GOOD, Prefer="respond-async"), 5
        )
        assert len(house.commands("interaction_received")) == 1

    assert answer.status_code == 202


class BrokenLog(MemoryLog):
    """Confirms nothing while it is broken."""

    broken = False

    async def append(self, topic: str, key: str, event: Event, **more: Any) -> None:
        if self.broken:
            raise AppendError("pool-log took no record: RequestTimedOutError")
        await super().append(topic, key, event, **more)


async def test_a_log_that_does_not_confirm_is_told_and_the_repeat_carries_the_same_event() -> None:
    log = BrokenLog()
    async with open_house(queues_everything, log=log) as house:
        log.broken = True
        refused = await house.post("/v1/interactions", GOOD, Idempotency_Key="k")
        log.broken = False
        answer = await house.post("/v1/interactions", GOOD, Idempotency_Key="k")

    assert (refused.status_code, refused.json()["code"]) == (503, "log_unavailable")
    assert refused.headers["retry-after"] == "1"
    assert answer.status_code == 200


async def test_the_same_idempotency_key_and_body_is_one_event_and_one_answer() -> None:
    body = {"pool": "boston", "channel": "chat", "language": "en"}
    async with open_house(queues_everything) as house:
        first = await house.post("/v1/interactions", body, Idempotency_Key="k")
        again = await house.post(
            "/v1/interactions", dict(reversed(body.items())), Idempotency_Key="k"
        )
        assert len(house.commands("interaction_received")) == 1

    assert first.status_code == 200
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"


async def test_two_at_once_with_one_idempotency_key_are_one_event() -> None:
    body = {"pool": "boston", "channel": "chat", "language": "en"}
    async with open_house(queues_everything) as house:
        answers = await asyncio.gather(
            *(house.post("/v1/interactions", body, Idempotency_Key="k") for _ in range(5))
        )
        assert len(house.commands("interaction_received")) == 1

    assert len({answer.content for answer in answers}) == 1


async def test_the_same_idempotency_key_with_another_body_or_door_is_refused() -> None:
    async with open_house(queues_everything) as house:
        await house.post("/v1/interactions", GOOD, Idempotency_Key="k")
        body = await house.post("/v1/interactions", GOOD | {"id": "8"}, Idempotency_Key="k")
        door = await house.post("/v1/interactions/boston:7/abandon", {}, Idempotency_Key="k")

    assert {answer.status_code for answer in (body, door)} == {422}
    assert {answer.json()["code"] for answer in (body, door)} == {"idempotency_key_reused"}


async def test_idempotency_keys_of_two_api_keys_do_not_meet() -> None:
    async with open_house(queues_everything) as house:
        body = {"pool": "boston", "channel": "chat", "language": "en"}
        one = await house.post("/v1/interactions", body, Idempotency_Key="k")
        other = await house.post("/v1/interactions", body, key="lead", Idempotency_Key="k")

    assert one.json()["interaction_id"] != other.json()["interaction_id"]


async def test_an_answer_is_found_in_the_log_after_a_restart() -> None:
    log = MemoryLog()
    body = {"pool": "boston", "channel": "chat", "language": "en"}
    async with open_house(queues_everything, log=log) as house:
        first = await house.post("/v1/interactions", body, Idempotency_Key="k")
    async with open_house(None, log=log, answer_wait_s=30) as restarted:
        again = await restarted.post("/v1/interactions", body, Idempotency_Key="k")
        assert len(restarted.commands("interaction_received")) == 1

    assert again.json() == first.json()


async def test_a_repeat_after_a_timeout_waits_without_appending_again() -> None:
    async with open_house(None) as house:
        body = {"pool": "boston", "channel": "chat", "language": "en"}
        first = await house.post("/v1/interactions", body, Idempotency_Key="k")
        second = await house.post("/v1/interactions", body, Idempotency_Key="k")
        told = first.json()
        await house.tell(queued(told["interaction_id"], cause=told["event_id"]))
        again = await house.post("/v1/interactions", body, Idempotency_Key="k")
        assert len(house.commands("interaction_received")) == 1

    assert [it.status_code for it in (first, second, again)] == [202, 202, 200]
    assert again.json()["facts"] == ["interaction_queued"]


async def test_contacts_without_any_id_are_two() -> None:
    async with open_house(queues_everything) as house:
        body = {"pool": "boston", "channel": "chat", "language": "en"}
        one = await house.post("/v1/interactions", body)
        other = await house.post("/v1/interactions", body)

    assert one.json()["interaction_id"] != other.json()["interaction_id"]


async def test_a_missing_language_is_detected_among_those_of_the_pool() -> None:
    texts = {
        "es": "Hay un bache enorme delante de mi casa y nadie viene a repararlo",
        "he": "יש בור גדול בכביש ליד הבית שלי",
        "pt-BR": "Os vizinhos fazem muito barulho à noite e não consigo dormir",
    }
    async with open_house(queues_everything) as house:
        for text in texts.values():
            body = {"pool": "boston", "channel": "chat", "personal": {"text": text}}
            await house.post("/v1/interactions", body)
        events = house.commands("interaction_received")

    assert [event.language for event in events] == list(texts)
    assert {event.language_source for event in events} == {"detected"}
    assert all(event.language_confidence_permille >= 600 for event in events)


async def test_a_text_too_short_or_of_no_language_gets_the_default_of_the_pool() -> None:
    async with open_house(queues_everything) as house:
        for text in ("Hola", "12345 67890 12345 67890", None):
            body = {"pool": "boston", "channel": "chat", "personal": {"text": text}}
            await house.post("/v1/interactions", body)
        events = house.commands("interaction_received")

    assert [(event.language, event.language_source) for event in events] == [("en", "default")] * 3


def accepts(event: Event) -> Iterable[Event]:
    if event.kind == "offer_answered":  # type: ignore[attr-defined] # every event of the catalogue has a kind
        yield assigned("boston:7", "ana", cause=event.event_id)


async def test_an_offer_is_accepted_by_the_agent_whom_the_key_acts_for() -> None:
    async with open_house(accepts) as house:
        await house.tell(queued("boston:7"), offered("boston:7", "ana"))
        answer = await house.post("/v1/offers/boston:7:1/accept", key="desk")
        event = house.commands("offer_answered")[0]

    assert answer.json()["state"] == "assigned"
    assert (event.agent_id, event.interaction_id, event.answer) == ("ana", "boston:7", "accept")
    assert event.actor == "agent:ana-desk"


async def test_a_system_acts_for_the_agent_who_holds_the_offer() -> None:
    async with open_house(accepts) as house:
        await house.tell(queued("boston:7"), offered("boston:7", "ana"))
        await house.post("/v1/offers/boston:7:1/decline", {"reason": "lunch"})
        unknown = await house.post("/v1/offers/boston:8:1/decline", {})
        event = house.commands("offer_answered")[0]

    assert (event.agent_id, event.answer, event.reason) == ("ana", "decline", "lunch")
    assert (unknown.status_code, unknown.json()["field"]) == (422, "agent_id")


async def test_commands_of_a_key_never_hold_the_key() -> None:
    async with open_house(queues_everything) as house:
        await house.post("/v1/interactions", GOOD)
        everything = b"".join(record.value for record in house.log.records)

    assert hash_key("crm").encode() not in everything


async def test_every_door_of_an_interaction_writes_its_command() -> None:
    said: list[str] = []

    def hears(event: Event) -> Iterable[Event]:
        said.append(event.kind)  # type: ignore[attr-defined] # every event of the catalogue has a kind
        return ()

    async with open_house(hears, answer_wait_s=0) as house:
        await house.tell(
            queued("boston:7"), offered("boston:7", "ana"), assigned("boston:7", "ana")
        )
        here = "/v1/interactions/boston:7"
        for path, body in (
            ("messages", {"personal": {"text": "and?"}, "occurred_at": "2015-02-04T08:59:00Z"}),
            ("replies", {"personal": {"text": "soon"}}),
            ("abandon", None),
            ("transfer", {"to_queue": "general", "to_pool": "salem"}),
            ("close", {"outcome": "duplicate"}),
            ("wrap-up/end", None),
        ):
            answer = await house.post(f"{here}/{path}", body)
            assert answer.status_code == 202, answer.text
        await until(lambda: len(said) == 6)

    assert said == [
        "customer_messaged",
        "agent_replied",
        "customer_abandoned",
        "transfer_requested",
        "close_requested",
        "wrap_up_ended",
    ]


async def test_an_accept_that_is_repeated_after_it_took_effect_gets_the_same_answer() -> None:
    async with open_house(accepts) as house:
        await house.tell(queued("boston:7"), offered("boston:7", "ana"))
        path, again = "/v1/offers/boston:7:1/accept", {"Idempotency_Key": "one"}
        first = await house.post(path, key="crm", **again)
        second = await house.post(path, key="crm", **again)

    assert (first.status_code, second.status_code) == (200, 200)
    assert second.headers["idempotency-replayed"] == "true"


async def test_readiness_names_the_service_as_all_others_do() -> None:
    async with open_house(queues_everything) as house:
        told = (await house.http.get("/readyz")).json()

    assert (told["service"], told["ready"]) == ("gateway", True)
