"""The description of all doors, OpenAPI 3.1, made from the door table and the bodies."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.gateway.adapters.doors.door import Door
from services.gateway.adapters.problems import MEDIA_TYPE

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_FORM = "application/x-www-form-urlencoded"
_ANY_FORM = {"type": "object", "additionalProperties": {"type": "string"}}
_REF = "#/components/schemas/{model}"
_HEADERS = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The same key and body again within 24 h is the same request.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    {
        "name": "Prefer",
        "in": "header",
        "required": False,
        "description": "`respond-async`: answer 202 as soon as it is in the log.",
        "schema": {"type": "string"},
    },
]
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "stable, in snake case"},
        "field": {"type": ["string", "null"]},
        "detail": {"type": "string", "description": "what, where, and how to mend it"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
_COMMAND_ANSWER = {
    "type": "object",
    "properties": {
        "event_id": {"type": ["string", "null"]},
        "interaction_id": {"type": "string"},
        "agent_id": {"type": "string"},
        "page_id": {"type": "string"},
        "incident_id": {"type": ["string", "null"]},
        "notification_id": {"type": "string"},
        "person": {"type": ["string", "null"]},
        "method": {"type": "string"},
        "state": {"type": ["string", "null"]},
        "facts": {"type": "array", "items": {"type": "string"}},
    },
}


def describe(doors: Sequence[Door], *, version: str) -> dict[str, Any]:
    """The whole document."""
    bodies = list(dict.fromkeys(door.body for door in doors if door.body is not None))
    _, definitions = models_json_schema(
        [(body, "validation") for body in bodies], ref_template=_REF
    )
    paths: dict[str, dict[str, Any]] = {}
    for door in doors:
        path = _PARAMETER.sub(r"{\1}", door.path)
        paths.setdefault(path, {})[door.method.lower()] = _operation(door)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Switchyard gateway",
            "version": version,
            "description": "Times are milliseconds since 1970-01-01T00:00Z; durations say their "
            "unit in their name.",
        },
        "paths": paths,
        "components": {
            "schemas": {
                **definitions.get("$defs", {}),
                "Problem": _PROBLEM,
                "CommandAnswer": _COMMAND_ANSWER,
            },
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                "basic": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "For browsers: the key is the password, any name will do.",
                },
            },
        },
    }


def _operation(door: Door) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": door.name,
        "summary": door.summary,
        "parameters": _parameters(door),
        "responses": _responses(door),
        "security": _security(door),
    }
    if door.roles:
        told["description"] = f"For role {', '.join(sorted(door.roles))}."
    if door.raw:
        told["requestBody"] = {"required": True, "content": {_FORM: {"schema": _ANY_FORM}}}
    if door.body is not None:
        schema = {"$ref": _REF.format(model=door.body.__name__)}
        told["requestBody"] = {
            "required": not door.body_may_lack,
            "content": {"application/json": {"schema": schema}},
        }
    return told


def _security(door: Door) -> list[dict[str, list[str]]]:
    if not door.roles:
        return []
    ways: list[dict[str, list[str]]] = [{"bearer": []}, {"header": []}]
    return [*ways, {"basic": []}] if door.for_browsers else ways


def _parameters(door: Door) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(door.path)
    ]
    if door.query is not None:
        found += _query(door.query)
    return found + (_HEADERS if door.method == "POST" else [])


def _query(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema()
    return [
        {"name": name, "in": "query", "required": False, "schema": part}
        for name, part in schema["properties"].items()
    ]


def _responses(door: Door) -> dict[str, Any]:
    command = door.method == "POST"
    schema = {"$ref": _REF.format(model="CommandAnswer")} if command else {"type": "object"}
    found: dict[str, Any] = {}
    for status, about in door.answers:
        if status >= 400 and status != 503:
            found[str(status)] = _problem(about)
            continue
        content = {
            media_type: {"schema": schema if "json" in media_type else {"type": "string"}}
            for media_type in door.media_types
        }
        found[str(status)] = {"description": about, "content": content}
    found["default"] = _problem("What went wrong, and how to mend it.")
    return found


def _problem(about: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model="Problem")}
    return {"description": about, "content": {MEDIA_TYPE: {"schema": schema}}}
