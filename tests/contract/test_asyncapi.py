"""docs/asyncapi.json is a valid AsyncAPI document, and describes every topic and every kind."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from shared.contracts.catalogue import KINDS
from shared.contracts.configuration import canonical, hash_of, read_document
from shared.contracts.topics import CONFIG, DEAD_LETTERS, POOL_LOG, TOPICS
from shared.log import LogRecord
from shared.runner.dead_letter import dead_letter
from switchyard.docs import asyncapi, logs
from tests.contract.goldens import DOCUMENTS, EVENTS, Golden
from tests.support.asyncapi import Described, Published, references, resolved

DOCUMENT = asyncapi.document()
SCHEMA = Path(__file__).parent / "asyncapi" / "3.0.0.json"
LOGS_OF = {kind: [log for log in logs.LOGS if kind in logs.kinds_of(log)] for kind in KINDS}


def invalid(document: dict[str, Any]) -> list[str]:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return [error.json_path for error in Draft7Validator(schema).iter_errors(document)]


def test_the_document_is_valid_asyncapi() -> None:
    assert invalid(DOCUMENT) == []


def test_the_check_of_the_document_finds_what_is_wrong() -> None:
    assert invalid(DOCUMENT | {"asyncapi": "2.6.0"}) == ["$.asyncapi"]
    assert invalid(DOCUMENT | {"channels": {"pool-log": {"address": 7}}}) != []
    assert invalid(DOCUMENT | {"operations": {"router": {"action": "shout"}}}) != []


def test_every_reference_leads_somewhere() -> None:
    found = set(references(DOCUMENT))
    assert len(found) > 2 * len(KINDS)
    for each in found:
        assert resolved(DOCUMENT, each)
    with pytest.raises(KeyError):
        resolved(DOCUMENT, "#/components/schemas/NeverDeclared")


def test_every_schema_is_used_and_is_a_schema_of_draft_07() -> None:
    used = set(references(DOCUMENT))
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert f"#/components/schemas/{name}" in used
        Draft7Validator.check_schema(schema)
        assert "prefixItems" not in json.dumps(schema)


def test_every_topic_is_a_channel_with_its_partitions_and_retention() -> None:
    channels = DOCUMENT["channels"]
    assert list(channels) == [topic.name for topic in TOPICS]
    for topic in TOPICS:
        kafka = channels[topic.name]["bindings"]["kafka"]
        assert kafka.get("partitions") == topic.partitions
        assert kafka["topicConfiguration"]["retention.ms"] == topic.retention_ms
        assert kafka["topicConfiguration"]["cleanup.policy"] == [topic.cleanup]


def test_every_message_is_sent_by_somebody_and_every_log_is_received() -> None:
    sent = messages_of("send")
    described = {
        f"#/channels/{topic}/messages/{name}"
        for topic, channel in DOCUMENT["channels"].items()
        for name in channel["messages"]
    }
    assert sent == described
    received = {each.split("/")[2] for each in messages_of("receive")}
    assert received == DOCUMENT["channels"].keys() - {"clock-probe"}  # it is only for the broker


def messages_of(action: str) -> set[str]:
    return {
        message["$ref"]
        for operation in DOCUMENT["operations"].values()
        if operation["action"] == action
        for message in operation["messages"]
    }


def record(log: str, name: str, value: bytes, **headers: bytes) -> Published:
    """A record as one of its senders appends it; `headers` replace some."""
    by = logs.appended_by(log, name)[0].encode()
    told = {"kind": name.encode(), "by": by, "at": b"1772442000000"} | headers
    return Published(log, b"key", value, [*told.items()])


@pytest.mark.parametrize("golden", EVENTS, ids=str)
def test_what_was_once_written_is_as_the_document_says(golden: Golden) -> None:
    for log in LOGS_OF[golden.name]:
        published = record(log, golden.name, golden.content)
        assert Described(DOCUMENT).problems(published) == []


@pytest.mark.parametrize("golden", DOCUMENTS, ids=str)
def test_a_stored_configuration_is_as_the_document_says(golden: Golden) -> None:
    stored = canonical(read_document(golden.content))
    key = f"document/{hash_of(stored)}".encode()
    assert Described(DOCUMENT).problems(Published(CONFIG, key, stored, [])) == []


def test_a_dead_letter_is_as_the_document_says() -> None:
    unreadable = LogRecord(POOL_LOG, 0, 7, "tick", "router", 1, None, b"no JSON")
    letter = dead_letter("router", unreadable, reason="unreadable", detail="value", now_ms=2)
    published = Published(DEAD_LETTERS, POOL_LOG.encode(), letter.encode(), [])
    assert Described(DOCUMENT).problems(published) == []


def test_a_record_that_is_not_as_described_is_found() -> None:
    golden = next(it for it in EVENTS if it.name == "offer_made" and not it.minimal)
    described = Described(DOCUMENT)

    def problems(value: bytes = golden.content, **headers: bytes) -> list[str]:
        return described.problems(record(POOL_LOG, golden.name, value, **headers))

    assert problems() == []
    assert problems(by=b"gateway") == ["pool-log/offer_made headers $.by: enum"]
    assert problems(at=b"soon") == ["pool-log/offer_made headers $.at: pattern"]
    assert problems(kind=b"page_requested2") != []
    assert problems(kind=b"notification_opened") != []  # not of this log
    assert problems(b"{}")[0].endswith("$: required")
    assert problems(b"no JSON") == ["pool-log/offer_made: not JSON"]
    assert described.problems(Published("no-log", None, b"", [])) != []
    assert described.problems(Published(CONFIG, b"else/1", b"{}", [])) != []
    assert "pool-log/offer_made" not in described.unseen()
    assert "pool-log/offer_ended" in described.unseen()
