"""What is wrong is refused with the field; nothing crashes and nothing else waits."""

import json
from typing import Any

import httpx
import pytest

from tests.component.gateway.house import House, open_house, queues_everything

GOOD: dict[str, Any] = {"pool": "boston", "channel": "chat", "language": "en"}


async def refused(house: House, body: Any, **more: str) -> tuple[int, Any]:
    before = house.written()
    answer = await house.post("/v1/interactions", body, **more)
    assert answer.headers["content-type"] == "application/problem+json"
    assert house.written() == before, "what is refused leaves no trace in the log"
    return answer.status_code, answer.json()


async def test_broken_json_is_told_with_its_place() -> None:
    async with open_house(queues_everything) as house:
        answer = await house.http.post(
            "/v1/interactions", content=b'{"pool": "boston",', headers={"X-API-Key": "crm"}
        )
        problem = answer.json()

    assert (answer.status_code, problem["code"]) == (400, "broken_json")
    assert "line 1 column" in problem["detail"]


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"pool": "atlantis"}, 404, "unknown_pool", "pool"),
        ({"pool": "salem"}, 403, "pool_not_allowed", "pool"),
        ({"language": "xx-notatag!!"}, 422, "invalid_field", "language"),
        ({"language": "english"}, 422, "invalid_field", "language"),
        ({"language": "xx"}, 422, "invalid_field", "language"),
        ({"other_languages": ["en", "%%"]}, 422, "invalid_field", "other_languages.1"),
        ({"occurred_at": "2015-02-04T09:05:01Z"}, 422, "from_the_future", "occurred_at"),
        ({"occurred_at": "2015-02-04T09:00:00"}, 422, "invalid_field", "occurred_at"),
        ({"channel": "pigeon"}, 422, "invalid_field", "channel"),
        ({"skills": [{"skill": "permits", "level": 9}]}, 422, "invalid_field", "skills.0.level"),
        ({"id": "a b"}, 422, "invalid_field", "id"),
        ({"langauge": "en"}, 422, "invalid_field", "langauge"),
        ({"personal": {"text": 7}}, 422, "invalid_field", "personal.text"),
        ({"attributes": {"n": 1}}, 422, "invalid_field", "attributes.n"),
    ],
)
async def test_a_wrong_field_is_named(
    change: dict[str, Any], status: int, code: str, field: str
) -> None:
    async with open_house(queues_everything) as house:
        got, problem = await refused(house, GOOD | change)

    assert (got, problem["code"], problem["field"]) == (status, code, field)
    assert problem["detail"], "it says how to mend it"


async def test_what_was_sent_is_not_repeated_in_the_answer() -> None:
    async with open_house(queues_everything) as house:
        _, problem = await refused(house, GOOD | {"personal": {"text": ["my secret"]}})

    assert "my secret" not in json.dumps(problem)


async def test_a_little_ahead_of_our_clock_is_no_future() -> None:
    async with open_house(queues_everything) as house:
        answer = await house.post(
            "/v1/interactions", GOOD | {"occurred_at": "2015-02-04T09:05:00Z"}
        )

    assert answer.status_code == 200


@pytest.mark.parametrize("content", [b"[]", b"7", b'"x"', b"null"])
async def test_json_that_is_no_object_is_refused(content: bytes) -> None:
    async with open_house(queues_everything) as house:
        answer = await house.http.post(
            "/v1/interactions", content=content, headers={"X-API-Key": "crm"}
        )

    assert answer.status_code == 422


async def test_a_lone_surrogate_is_broken_json() -> None:
    async with open_house(queues_everything) as house:
        answer = await house.http.post(
            "/v1/interactions",
            content=rb'{"pool":"boston","channel":"chat","personal":{"text":"\ud800"}}',
            headers={"X-API-Key": "crm"},
        )

    assert answer.status_code == 400


async def test_a_body_of_two_mebibytes_is_refused_by_its_announced_size() -> None:
    async def unread() -> Any:
        raise AssertionError("nobody asks for it")
        yield b""

    async with open_house(queues_everything) as house:
        status, problem = await refused(house, GOOD | {"personal": {"text": "x" * (2 << 20)}})
        headers = {"X-API-Key": "crm", "Content-Length": str(2 << 20)}
        announced = await house.http.post("/v1/interactions", content=unread(), headers=headers)

    assert (status, problem["code"], problem["field"]) == (413, "body_too_large", "body")
    assert announced.status_code == 413


async def test_a_body_that_hides_its_size_is_refused_before_it_is_read_whole() -> None:
    taken = 0

    async def parts() -> Any:
        nonlocal taken
        for _ in range(1_000):
            taken += 1
            yield b" " * 65_536

    async with open_house(queues_everything) as house:
        # httpx hands over part by part to the application, which asks for no more than it needs.
        request = httpx.Request(
            "POST", "http://gateway/v1/interactions", content=parts(), headers={"X-API-Key": "crm"}
        )
        answer = await house.http.send(request)

    assert answer.status_code == 413
    assert taken == 17, "sixteen parts are the limit, the next one is over it"


async def test_the_same_id_with_another_body_is_refused_and_with_the_same_body_is_one() -> None:
    async with open_house(queues_everything) as house:
        first = await house.post("/v1/interactions", GOOD | {"id": "7"})
        again = await house.post("/v1/interactions", GOOD | {"id": "7"})
        status, problem = await refused(house, GOOD | {"id": "7", "topic": "other"})

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["interaction_id"] == again.json()["interaction_id"] == "boston:7"
    assert again.json()["event_id"] == first.json()["event_id"]
    assert (status, problem["code"], problem["field"]) == (409, "duplicate_id", "id")


async def test_an_unknown_agent_is_refused_everywhere() -> None:
    async with open_house(queues_everything) as house:
        presence = await house.post("/v1/agents/nobody/presence", {"status": "ready"})
        heartbeats = await house.post("/v1/pools/boston/heartbeats", {"agent_ids": ["nobody"]})
        reply = await house.post("/v1/interactions/boston:7/replies", {"agent_id": "nobody"})

    assert [answer.status_code for answer in (presence, heartbeats, reply)] == [404, 422, 404]
    assert {answer.json()["code"] for answer in (presence, heartbeats, reply)} == {"unknown_agent"}


async def test_ids_of_no_shape_are_refused() -> None:
    async with open_house(queues_everything) as house:
        interaction = await house.post("/v1/interactions/seven/close", {})
        offer = await house.post("/v1/offers/seven/accept", {"agent_id": "ana"})
        page = await house.post("/v1/pages/seven/ack", {}, key="boss")

    codes = [answer.json()["code"] for answer in (interaction, offer, page)]
    assert codes == ["unknown_interaction", "unknown_offer", "unknown_page"]
    assert {answer.status_code for answer in (interaction, offer, page)} == {404}


async def test_a_path_without_a_door_and_a_door_with_another_method_are_told() -> None:
    async with open_house() as house:
        nowhere = await house.get("/v2/interactions")
        wrong = await house.http.delete("/v1/interactions", headers={"X-API-Key": "boss"})

    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "no_such_door")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, POST")


async def test_a_transfer_needs_somewhere_to_go() -> None:
    async with open_house(queues_everything) as house:
        answer = await house.post("/v1/interactions/boston:7/transfer", {"reason": "x"})
        pool = await house.post("/v1/interactions/boston:7/transfer", {"to_pool": "atlantis"})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_field")
    assert (pool.status_code, pool.json()["field"]) == (404, "to_pool")


async def test_json_that_comes_under_the_type_of_a_form_is_read_as_json() -> None:
    async with open_house(queues_everything) as house:
        answer = await house.http.post(
            "/v1/interactions",
            content=json.dumps(GOOD),
            headers={"X-API-Key": "crm", "Content-Type": "application/x-www-form-urlencoded"},
        )
        a_form = await house.http.post(
            "/v1/interactions", data={"pool": "boston"}, headers={"X-API-Key": "crm"}
        )

    assert answer.status_code == 200
    assert (a_form.status_code, a_form.json()["code"]) == (400, "broken_json")


@pytest.mark.parametrize(
    ("door", "body", "field", "detail"),
    [
        (
            "/v1/interactions",
            GOOD | {"language": "english"},
            "language",
            "Field `language` of the body is not a BCP 47 language tag such as",
        ),
        (
            "/v1/interactions",
            GOOD | {"channel": "pigeon"},
            "channel",
            "Field `channel` of the body: Input should be 'voice',",
        ),
        (
            "/v1/interactions/boston:1/transfer",
            {},
            "body",
            "The body is refused: give `to_agent`, `to_queue`,",
        ),
        (
            "/v1/agents/ana/skills",
            {"languages": {"hebrew": {"spoken": 3}}},
            "languages.hebrew",
            "Field `languages.hebrew` of the body is not a BCP 47 language tag",
        ),
    ],
)
async def test_what_is_wrong_is_told_as_a_sentence(
    door: str, body: dict[str, Any], field: str, detail: str
) -> None:
    async with open_house(queues_everything) as house:
        answer = await house.post(door, body)
        problem = answer.json()

    assert (answer.status_code, problem["field"]) == (422, field)
    assert problem["detail"].startswith(detail)
