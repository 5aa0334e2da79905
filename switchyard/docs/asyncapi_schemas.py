"""JSON Schemas of everything that is published, as AsyncAPI's components.

They say what a reader takes: what has a default may be missing, and what is new is ignored.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from shared.contracts.catalogue import KINDS
from shared.contracts.configuration import OutageDocument, PoolDocument
from shared.contracts.people import PeopleDocument
from shared.runner.dead_letter import DeadLetter
from switchyard.rollout.plan import Applied

Json = dict[str, Any]
DOCUMENTS = (PoolDocument, PeopleDocument, OutageDocument)
_AT = {
    "type": "string",
    "pattern": "^[0-9]+$",
    "description": "milliseconds since 1970-01-01T00:00Z, as the clock of the appending process",
}
_SOURCE = {
    "type": "string",
    "pattern": "^[a-z]+-[0-9]+:[0-9]+:[0-9]+$",
    "description": "`<service>-<partition>:<offset>:<n>`: the n-th fact that this shard decided on "
    "the record at that offset of its input. It grows, so that a reader can drop repeats.",
}


class _Plain(GenerateJsonSchema):
    """Without titles of fields, which only repeat their names."""

    def field_title_should_be_set(self, _schema: object) -> bool:
        return False


def reference(model: type) -> Json:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def schemas() -> Json:
    """By name; each refers to others by `#/components/schemas/<name>`."""
    models: list[type] = [*KINDS.values(), *DOCUMENTS, Applied, DeadLetter]
    inputs: Sequence[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        (model.__name__, "validation", TypeAdapter(model)) for model in models
    ]
    _, found = TypeAdapter.json_schemas(
        inputs, ref_template="#/components/schemas/{model}", schema_generator=_Plain
    )
    named = {name: _draft_07(schema) for name, schema in found["$defs"].items()}
    return dict(sorted(named.items())) | {"HeaderAt": _AT, "HeaderSource": _SOURCE}


def _draft_07(schema: Any) -> Any:
    """AsyncAPI's own schemas are of draft 07, where the items of a tuple are called `items`."""
    if isinstance(schema, list):
        return [_draft_07(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    names = {"prefixItems": "items"}
    return {names.get(name, name): _draft_07(value) for name, value in schema.items()}
