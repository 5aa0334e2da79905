"""Records as `docs/asyncapi.json` describes them: what is wrong with one, and what was seen."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft7Validator

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Published:
    """A record as it lies on the broker."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Sequence[tuple[str, bytes]]


@dataclass(slots=True)
class Described:
    """The document, and which of its messages were seen so far."""

    document: Json
    seen: set[tuple[str, str]] = field(default_factory=set)  # (topic, message)
    _validators: dict[str, Draft7Validator] = field(default_factory=dict)

    def problems(self, record: Published) -> list[str]:
        """What the document does not allow. Names fields and rules; a value is never told."""
        channel = self.document["channels"].get(record.topic)
        if channel is None:
            return [f"{record.topic}: not a topic of the document"]
        name = self._name(record, channel["messages"])
        if name is None:
            told = dict(record.headers).get("kind", b"").decode()
            return [f"{record.topic}: no message `{told}` with such a key"]
        self.seen.add((record.topic, name))
        message, where = channel["messages"][name], f"{record.topic}/{name}"
        headers = {key: value.decode() for key, value in record.headers}
        found = list(self._broken(f"{where} headers", message.get("headers", {}), headers))
        if message["contentType"] == "application/json":
            try:
                value: Any = json.loads(record.value)
            except ValueError:
                return [*found, f"{where}: not JSON"]
            return found + list(self._broken(f"{where} payload", message["payload"], value))
        if message["payload"].get("maxLength") == 0 and record.value:
            found.append(f"{where}: not empty")
        return found

    def unseen(self) -> list[str]:
        """Messages that are described and were not seen, as `<topic>/<message>`."""
        return sorted(
            f"{topic}/{name}"
            for topic, channel in self.document["channels"].items()
            for name in channel["messages"]
            if (topic, name) not in self.seen
        )

    def _name(self, record: Published, messages: Json) -> str | None:
        """In a log the kind names the message, elsewhere the key does."""
        kind = dict(record.headers).get("kind", b"").decode()
        if kind:
            return kind if kind in messages else None
        key = (record.key or b"").decode()
        fitting = [
            name
            for name, message in messages.items()
            if "headers" not in message and re.search(_pattern_of_key(message), key)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _broken(self, where: str, schema: Json, value: Any) -> Iterator[str]:
        validator = self._validators.get(where)
        if validator is None:
            # The components are beside the schema, so that its references lead to them.
            whole = {"allOf": [schema], "components": self.document["components"]}
            validator = self._validators[where] = Draft7Validator(whole)
        for error in validator.iter_errors(value):
            yield f"{where} {error.json_path}: {error.validator}"


def _pattern_of_key(message: Json) -> str:
    binding: Json = message.get("bindings", {}).get("kafka", {})
    pattern: str = binding.get("key", {}).get("pattern", "")
    return pattern


def references(value: Any) -> Iterator[str]:
    """Every `$ref` in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def resolved(document: Json, reference: str) -> Any:
    """What a reference leads to.

    Raises:
        KeyError: nothing; or it leads out of the document.
    """
    if not reference.startswith("#/"):
        raise KeyError(reference)
    found: Any = document
    for step in reference[2:].split("/"):
        found = found[step]
    return found
