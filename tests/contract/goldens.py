"""What writers of each version wrote: `golden/<version>/<kind>.json` and `<kind>.minimal.json`.

The first has every field of its kind, the second only what a writer must say. A file that is here
stays as it is. A kind that gets a new field gets a new file in a new version's folder.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

HERE = Path(__file__).parent / "golden"


@dataclass(frozen=True, slots=True)
class Golden:
    version: str
    name: str  # a kind, or `pool`, `people` and `outage` for documents
    minimal: bool
    path: Path

    @property
    def content(self) -> bytes:
        return self.path.read_bytes()

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.content)
        return found

    def __str__(self) -> str:
        return f"{self.version}/{self.path.stem}"


def _found(pattern: str) -> list[Golden]:
    return [
        Golden(
            version=path.relative_to(HERE).parts[0],
            name=path.name.split(".")[0],
            minimal=path.name.endswith(".minimal.json"),
            path=path,
        )
        for path in sorted(HERE.glob(pattern))
    ]


EVENTS = _found("*/*.json")
DOCUMENTS = _found("*/documents/*.json")


def newest(goldens: Iterable[Golden]) -> list[Golden]:
    """Of each name the one of the latest version: what writers of today must say."""
    latest: dict[str, Golden] = {}
    for each in goldens:
        known = latest.setdefault(each.name, each)
        if int(each.version[1:]) > int(known.version[1:]):
            latest[each.name] = each
    return list(latest.values())


def lost(told: Any, kept: Any, where: str = "") -> list[str]:
    """Paths of what was told and is not kept, or is kept otherwise."""
    if isinstance(told, Mapping) and isinstance(kept, Mapping):
        return [
            problem
            for name, value in told.items()
            for problem in (
                lost(value, kept[name], f"{where}.{name}") if name in kept else [f"{where}.{name}"]
            )
        ]
    if isinstance(told, list) and isinstance(kept, list) and len(told) == len(kept):
        return [
            problem
            for number, (value, other) in enumerate(zip(told, kept, strict=True))
            for problem in lost(value, other, f"{where}[{number}]")
        ]
    return [] if told == kept and type(told) is type(kept) else [where]


def models_in(value: Any) -> Iterator[BaseModel]:
    """A model, and all models inside it."""
    match value:
        case BaseModel():
            yield value
            for name in type(value).model_fields:
                yield from models_in(getattr(value, name))
        case list() | tuple():
            for each in value:
                yield from models_in(each)
        case dict():
            for each in value.values():
                yield from models_in(each)
        case _:
            pass  # a plain value holds no model


def never_said(models: list[BaseModel]) -> set[str]:
    """`Model.field` of each field that no model of its type was given explicitly."""
    said = {(type(it), name) for model in models for it in models_in(model) for name in _given(it)}
    types = {owner for owner, _ in said}
    return {
        f"{owner.__name__}.{name}"
        for owner in types
        for name in owner.model_fields
        if (owner, name) not in said
    }


def _given(model: BaseModel) -> set[str]:
    return model.model_fields_set
