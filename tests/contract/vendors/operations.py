"""The vendors' operations as the files beside this one tell them, and which one a request is."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import yaml

from tests.support.vendors.server import Heard

_HERE = Path(__file__).parent
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Operation:
    vendor: str
    name: str
    verb: str
    path: str
    media: str
    headers: dict[str, str]
    body: dict[str, Any]
    spec: str = ""  # its path in the vendor's own description
    newer: list[str] = field(default_factory=list)

    def takes(self, heard: Heard) -> bool:
        return heard.verb == self.verb and re.search(self.path, heard.target) is not None


@cache
def operations(vendor: str) -> tuple[Operation, ...]:
    found = yaml.safe_load((_HERE / f"{vendor}.yaml").read_text("utf-8"))
    return tuple(Operation(vendor=vendor, **one) for one in found["operations"])


def operation_of(vendor: str, heard: Heard) -> Operation:
    (found,) = [one for one in operations(vendor) if one.takes(heard)]
    return found


def body_of(heard: Heard, operation: Operation) -> Any:
    """What was sent, as the types that the schemas speak of."""
    if operation.media != FORM:
        return json.loads(heard.body) if heard.body else None
    fields = parse_qs(heard.body.decode(), keep_blank_values=True, strict_parsing=True)
    properties = operation.body["properties"]
    return {
        name: _typed(values, properties.get(name, {}).get("type"))
        for name, values in fields.items()
    }


def _typed(values: list[str], kind: str | None) -> Any:
    if kind == "array":
        return values
    (value,) = values
    return int(value) if kind == "integer" else value
