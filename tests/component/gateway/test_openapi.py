"""The description says what the doors are; it is made from the table that makes the routes."""

import re
from typing import Any

import pytest

from services.gateway.adapters.doors.table import DOORS
from tests.component.gateway.house import open_house


@pytest.fixture
async def described() -> Any:
    async with open_house() as house:
        answer = await house.http.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        found = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return found + [ref for value in part.values() for ref in references(value)]
    return [ref for value in part for ref in references(value)] if isinstance(part, list) else []


def operations(described: Any) -> list[tuple[str, str, Any]]:
    return [
        (path, method, operation)
        for path, item in described["paths"].items()
        for method, operation in item.items()
    ]


async def test_it_has_the_shape_of_openapi_3_1(described: Any) -> None:
    assert re.fullmatch(r"3\.1\.\d+", described["openapi"])
    assert described["info"].keys() >= {"title", "version"}
    methods = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
    names = set()
    for path, method, operation in operations(described):
        assert path.startswith("/")
        assert method in methods
        assert operation["responses"], path
        for status, response in operation["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d|default", status)
            assert response["description"]
        for parameter in operation["parameters"]:
            assert parameter["in"] in {"path", "query", "header"}
            assert "schema" in parameter
        names.add(operation["operationId"])
    assert len(names) == len(operations(described)), "operation ids are unique"


async def test_every_reference_leads_somewhere(described: Any) -> None:
    found = references(described)

    assert found
    for reference in found:
        assert reference.startswith("#/")
        place = described
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


async def test_every_parameter_of_a_path_is_declared_as_required(described: Any) -> None:
    for path, _, operation in operations(described):
        declared = {
            parameter["name"]
            for parameter in operation["parameters"]
            if parameter["in"] == "path" and parameter["required"]
        }
        assert declared == set(re.findall(r"\{(\w+)\}", path)), path


async def test_every_door_is_described_with_its_key(described: Any) -> None:
    schemes = described["components"]["securitySchemes"].keys()
    for door in DOORS:
        path = door.path.replace(":path}", "}")
        operation = described["paths"][path][door.method.lower()]
        assert operation["operationId"] == door.name
        used = {name for way in operation["security"] for name in way}
        assert used <= schemes
        assert bool(used) == bool(door.roles)


def test_only_links_health_and_what_providers_sign_need_no_key() -> None:
    free = {door.path for door in DOORS if not door.roles}

    assert free == {
        "/a/{token}",
        "/v1/pages/{page_id:path}/ack",
        "/v1/receipts/twilio/{token}",
        "/v1/receipts/twilio-voice/{token}",
        "/healthz",
        "/readyz",
        "/metrics",
    }
