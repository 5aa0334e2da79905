"""Every message that we send is one that its vendor documents, as it comes over the wire."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from services.notifier.adapters.methods import Method
from services.notifier.adapters.slack.carrier import SlackCarrier
from services.notifier.adapters.slack.writer import SlackWriter
from services.notifier.adapters.words.phrases import available
from services.notifier.core import Content
from shared.contracts.people import Person
from tests.contract.vendors.operations import Operation, body_of, operation_of, operations
from tests.support.ledger import ANA, notice, page
from tests.support.vendors.server import Behaviour, Heard, accepts, playing
from tests.support.vendors.stage import connectors, http_carrier, teller
from tests.support.vendors.trials import attempt, methods
from tests.support.words import digest, every_cause

SPECS = "SWITCHYARD_VENDOR_SPECS"  # names the folder of the vendors' own descriptions
OURS = [{"id": "inc1", "metadata": {"switchyard": {"outage_id": "chat-7"}}, "incident_updates": []}]
LINES = (
    f"sms.account AC{'0' * 32} SK{'1' * 32} secret +15555550100",
    "pagerduty.it R0000000000000000000000000000EXM",
    "opsgenie.it 0000e00e-0000-0000-0000-00000000e0e0",
    "statuspage.it 89a229ce1a8dbcf9ff30430fbe35eb4c gytm4qzbx9t6 8kbf7d35c070",
    "slack.bot xoxb-1-2-3",
)
METHODS = {"sms": "twilio", "voice": "twilio"} | {
    name: name for name in ("pagerduty", "opsgenie", "statuspage", "slack")
}


def person(locale: str) -> Person:
    names = dict.fromkeys(("pagerduty", "opsgenie", "statuspage"), "it")
    return ANA.model_copy(
        update={"phone": "+15555550123", "slack": "C0ESCALATE", "locale": locale, **names}
    )


def method_of(name: str, url: str) -> Method[Any]:
    if name != "slack":
        return methods(url, *LINES)[name]  # type: ignore[index] # one of its keys
    writer = SlackWriter(tell=teller, connectors=connectors(*LINES), api=f"{url}/api")
    return Method(writer=writer, carrier=SlackCarrier(http_carrier()))


def contents() -> Iterator[Content]:
    """All that can be told, also with long texts, and with such as break what is careless."""
    yield from every_cause()
    yield digest()
    yield digest(notice(sequence=2), notice(sequence=3, purpose="recovery"))
    for text in ("word " * 9_000, "\u05d0" * 30_000, "\U0001f469\u200d\U0001f467" * 9_000):
        yield notice(audience="it", title=text[:2_000], message=text)
    yield notice(audience="it", title='<!channel> & "quotes" \\', message="*b* `c` [d](https://e)")
    yield page(escalation_id="boston:" + "x" * 300 + "#first_reply/1")


async def heard_by(name: str, locale: str, **lease: Any) -> list[Heard]:
    """What a vendor hears of all of them, both where nothing stands there and where it does."""
    heard: list[Heard] = []
    for answer in ("[]", json.dumps(OURS)) if name == "statuspage" else ("{}",):
        # One that never says no, and proves nothing: only requests matter here.
        said: Behaviour = accepts(answer)
        async with playing(said) as vendor:
            method = method_of(name, vendor.url)
            for content in contents():
                thread = "C0ESCALATE:1792055600.000100" if name == "slack" else ""
                repeats: dict[str, Any] = {"possible_repeat": True, "thread": thread}
                for change in ({}, repeats):
                    await attempt(method, content, person(locale), **lease, **change)
        heard += vendor.requests
    return heard


def complaints(schema: dict[str, Any], body: object) -> list[str]:
    errors = Draft202012Validator(schema).iter_errors(body)
    return [f"{error.json_path}: {error.message[:200]}" for error in errors]


@pytest.mark.parametrize("locale", available())
@pytest.mark.parametrize("name", METHODS)
async def test_every_request_is_one_that_the_vendor_documents(name: str, locale: str) -> None:
    requests = await heard_by(name, locale)
    assert requests
    for heard in requests:
        operation = operation_of(METHODS[name], heard)
        assert complaints(operation.body, body_of(heard, operation)) == [], operation.name
        assert heard.headers["content-type"].startswith(operation.media)
        for header, pattern in operation.headers.items():
            assert re.search(pattern, heard.headers[header]), header


@pytest.mark.parametrize("name", METHODS)
async def test_a_shorter_message_is_one_too(name: str) -> None:
    for heard in await heard_by(name, "he", shorter=True):
        operation = operation_of(METHODS[name], heard)
        assert complaints(operation.body, body_of(heard, operation)) == [], operation.name


async def test_every_operation_that_is_told_here_is_used() -> None:
    """A file that speaks of what nobody sends would prove nothing."""
    used: set[tuple[str, str]] = set()
    for name, vendor in METHODS.items():
        used |= {(vendor, operation_of(vendor, it).name) for it in await heard_by(name, "en")}
    assert used == {
        (one.vendor, one.name) for vendor in METHODS.values() for one in operations(vendor)
    }


@pytest.mark.skipif(not os.environ.get(SPECS), reason=f"no descriptions of vendors ({SPECS})")
@pytest.mark.parametrize("name", METHODS)
async def test_every_request_fits_the_vendors_own_description(name: str) -> None:
    document = _description(Path(os.environ[SPECS]), METHODS[name])
    for heard in await heard_by(name, "he"):
        operation = operation_of(METHODS[name], heard)
        if operation.spec:
            schema = _schema(document, operation)
            body = body_of(heard, operation)
            assert complaints({**document, **schema}, _as_told(body, operation)) == []
            assert _unknown(document, schema, body) <= set(operation.newer)


def _description(folder: Path, vendor: str) -> dict[str, Any]:
    """YAML reads JSON as well, only slowly."""
    (path,) = sorted(folder.glob(f"{vendor}.*"))
    text = path.read_text("utf-8")
    found = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    assert isinstance(found, dict)
    return found


def _schema(document: dict[str, Any], operation: Operation) -> dict[str, Any]:
    """The schema of its body, from a description of either kind."""
    told = document["paths"][operation.spec][operation.verb.lower()]
    if "requestBody" in told:
        schema: dict[str, Any] = told["requestBody"]["content"][operation.media]["schema"]
        return schema
    of_body = [it["schema"] for it in told["parameters"] if it.get("in") == "body"]
    if of_body:
        (found,) = of_body
        assert isinstance(found, dict)
        return found
    fields: Sequence[dict[str, Any]] = [
        it for it in told["parameters"] if it.get("in") == "formData"
    ]
    return {
        "type": "object",
        "required": [it["name"] for it in fields if it.get("required")],
        "properties": {it["name"]: {"type": it["type"]} for it in fields},
    }


def _as_told(body: Any, operation: Operation) -> Any:
    """Slack describes forms alone: there, what has a structure is JSON in a field."""
    if operation.vendor != "slack":
        return body
    return {
        name: json.dumps(value) if isinstance(value, list | dict) else value
        for name, value in body.items()
    }


def _unknown(document: dict[str, Any], schema: dict[str, Any], body: dict[str, Any]) -> set[str]:
    """Fields of the body that the description does not name, one level down as well."""
    named = _properties(document, schema)
    unknown = set(body) - set(named)
    for name in ("payload", "incident"):
        if name in body and name in named:
            unknown |= _unknown(document, named[name], body[name])
    return unknown


def _properties(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        place: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        return _properties(document, place)
    found: dict[str, Any] = dict(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        found |= _properties(document, part)
    return found
