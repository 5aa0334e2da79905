"""Nobody enters without a key, and nobody does what is not theirs."""

from pathlib import Path
from typing import Any

import pytest

from services.gateway.adapters.keys import Keys, KeysError, hash_key, load_keys, new_key
from shared.contracts.interactions import InteractionReceived, Personal
from tests.component.gateway.house import (
    T0,
    assigned,
    offered,
    open_house,
    queued,
    queues_everything,
)

CONTACT = {"pool": "boston", "channel": "chat", "language": "en"}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "key_needed"),
        ({"X-API-Key": "guess"}, "unknown_key"),
        ({"Authorization": "Bearer guess"}, "unknown_key"),
        ({"Authorization": "Basic crm"}, "key_needed"),
    ],
)
async def test_without_a_good_key_nothing_is_done(headers: dict[str, str], code: str) -> None:
    async with open_house(queues_everything) as house:
        answer = await house.http.post("/v1/interactions", json=CONTACT, headers=headers)
        assert not house.commands("interaction_received")

    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_bearer_key_is_as_good() -> None:
    async with open_house(queues_everything) as house:
        answer = await house.http.post(
            "/v1/interactions", json=CONTACT, headers={"Authorization": "Bearer crm"}
        )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("key", "path", "code"),
    [
        ("desk", "/v1/pools/boston/heartbeats", "role_not_allowed"),
        ("desk", "/v1/interactions/boston:7/messages", "role_not_allowed"),
        ("boss", "/v1/agents/ana/presence", "role_not_allowed"),
        ("desk", "/v1/agents/ben/presence", "agent_not_allowed"),
        ("crm", "/v1/agents/sam/presence", "pool_not_allowed"),
        ("crm", "/v1/interactions/salem:7/close", "pool_not_allowed"),
        (
            "crm",
            "/v1/pages/boston:7%23first_reply%2F1:c1:r1:l1:maria:email/ack",
            "role_not_allowed",
        ),
    ],
)
async def test_what_is_not_of_the_key_is_refused_with_what_is_missing(
    key: str, path: str, code: str
) -> None:
    body: dict[str, Any] = {"agent_ids": ["ana"]} if "heartbeats" in path else {}
    async with open_house(queues_everything) as house:
        answer = await house.post(path, body, key=key)
        assert not any(record.by == "gateway" for record in house.log.records)

    assert (answer.status_code, answer.json()["code"]) == (403, code)


async def test_an_agent_cannot_answer_for_another() -> None:
    async with open_house(queues_everything) as house:
        answer = await house.post("/v1/offers/boston:7:1/accept", {"agent_id": "ben"}, key="desk")

    assert (answer.status_code, answer.json()["code"]) == (403, "agent_not_allowed")


@pytest.mark.parametrize("key", ["lead", "boss"])
async def test_who_overrides_agents_says_why(key: str) -> None:
    async with open_house(queues_everything) as house:
        close = await house.post("/v1/interactions/boston:7/close", {}, key=key)
        move = await house.post(
            "/v1/interactions/boston:7/transfer", {"to_queue": "general"}, key=key
        )
        told = await house.post("/v1/interactions/boston:7/close", {"reason": "spam"}, key=key)
        event = house.commands("close_requested")[0]

    assert [(it.status_code, it.json()["field"]) for it in (close, move)] == [(422, "reason")] * 2
    assert told.status_code == 409, "the scripted router has the word now"
    assert event.reason == "spam"
    assert event.actor in ("supervisor:lead", "manager:boss")


async def test_personal_data_is_for_those_who_answer_the_customer() -> None:
    received = InteractionReceived(
        event_id="r",
        pool="boston",
        at_ms=T0,
        by="gateway",
        actor="system:crm",
        interaction_id="boston:7",
        channel="chat",
        body_hash="h",
        language="en",
        language_source="given",
        personal=Personal(text="my secret"),
    )
    async with open_house() as house:
        await house.tell(received, queued("boston:7"), offered("boston:7", "ben"))
        here = "/v1/interactions/boston:7"
        others = [(await house.get(here, key=key)).text for key in ("desk", "crm")]
        overseers = [(await house.get(here, key=key)).text for key in ("lead", "boss")]
        await house.tell(assigned("boston:7", "ana"))
        own = (await house.get(here, key="desk")).text

    assert not any("my secret" in text for text in others)
    assert all("my secret" in text for text in (*overseers, own))


async def test_a_key_that_asks_too_often_waits() -> None:
    async with open_house(queues_everything) as house:
        answers = [await house.get("/v1/status", key="slow") for _ in range(3)]
        other = await house.get("/v1/status", key="crm")

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "1"
    assert other.status_code == 200, "one key does not slow another"


def test_keys_are_long_random_and_kept_as_hashes(tmp_path: Path) -> None:
    secret = new_key()
    file = tmp_path / "keys.yaml"
    file.write_text(
        f"keys:\n- {{name: crm, role: system, pools: ['*'], sha256: {hash_key(secret)}}}\n"
    )

    keys = load_keys(file)

    assert len(secret) > 40
    assert secret != new_key()
    found = keys.find(secret)
    assert found is not None
    assert (found.actor, found.may_enter("anywhere")) == ("system:crm", True)
    assert keys.find(hash_key(secret)) is None, "the hash is no key"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("keys: []", "there is no key"),
        ("keys: [{name: a, role: king, pools: ['*'], sha256: '%s'}]" % ("0" * 64), "keys.0.role"),
        ("keys: [{name: a, role: agent, pools: ['*'], sha256: '%s'}]" % ("0" * 64), "`agents`"),
        ("keys: [{name: a, role: system, pools: ['*'], sha256: plain}]", "keys.0.sha256"),
        ("keys: [", "neither YAML nor JSON"),
        ("[]", "keys"),
    ],
)
def test_a_wrong_keys_file_is_told_with_its_place(content: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "keys.yaml"
    file.write_text(content)

    with pytest.raises(KeysError, match=r"keys\.yaml") as error:
        load_keys(file)

    assert told in str(error.value)


@pytest.mark.parametrize("path", [None, Path("/nowhere/keys.yaml")])
def test_without_a_keys_file_there_is_no_start(path: Path | None) -> None:
    with pytest.raises(KeysError, match="keys file"):
        load_keys(path)


def test_without_a_key_there_is_no_start() -> None:
    with pytest.raises(KeysError, match="nobody could enter"):
        Keys([])
