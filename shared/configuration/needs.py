"""What is asked of agents, as people write it: `billing:3 for 30s`, `4 for 45s`, `helpers: 30s`.

A need may hold for a time and then drop. Several needs of one skill are a ladder: the highest one
that has not dropped yet holds.
"""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from shared.configuration import forms
from shared.configuration.values import Duration, Level, Name
from shared.contracts.setting import Setting

_SPEC = re.compile(r"(?P<level>[0-9]+)?\s*(?:\bfor\s+(?P<drops_after>.+))?")
_TIMED = re.compile(r"\sfor(\s|$)")
_WRITE = "write billing, billing:3 or billing:3 for 30s"
_WRITE_LEVEL = "write 3, or 4 for 45s"
_LANGUAGE = "the level"  # stands for the name of a skill


class NeedEntry(Setting):
    """A level, and how long it is asked; without a time it is asked for ever."""

    level: Level = 1
    drops_after: Duration | None = None


def skill_needs(value: Any) -> Any:
    """Skills to their ladders.

    `{billing: 3}`, `{billing: 3 for 30s}`, `{billing: [4 for 30s, 2]}`,
    `[billing:3 for 30s, phones]` or `[{skill: billing, level: 3, drops_after: 30s}]`.
    """
    if isinstance(value, dict):
        return {name: _ladder(name, ladder) for name, ladder in value.items()}
    ladders: dict[str, list[Any]] = {}
    for item in _items(value):
        name, need = _named(item)
        ladders.setdefault(name, []).append(need)
    return {name: _distinct(name, needs) for name, needs in ladders.items()}


def level_needs(value: Any) -> Any:
    """`4`, `4 for 45s`, `[4 for 45s, 3]` or `{level: 4, drops_after: 45s}` to a list of needs."""
    return _ladder(_LANGUAGE, value)


def openings(value: Any) -> Any:
    """`helpers`, `[helpers, seniors:30s]` or `{helpers: 0s, seniors: 30s}` to times by ring."""
    if isinstance(value, dict):
        return {name: 0 if after is None else after for name, after in value.items()}
    result: dict[str, Any] = {}
    for item in _items(value):
        for name, after in _opening(item):
            if name in result:
                raise forms.FormError(f"`{name}` stands twice", "remove one of them")
            result[name] = after
    return result


def _items(value: Any) -> list[Any]:
    """A list as it is; a text at its commas, or at its spaces where it has none of `for`."""
    if isinstance(value, list):
        return value
    parts = str(value or "").split(",")
    return [it for part in parts for it in ([part] if _TIMED.search(part) else part.split())]


def _named(item: Any) -> tuple[str, Any]:
    if isinstance(item, dict):
        if len(item) == 1 and "skill" not in item:  # `- billing: 3 for 30s`
            [(name, spec)] = item.items()
            return name, _need(name, spec)
        if not isinstance(item.get("skill"), str):
            raise forms.FormError("a need without its `skill`", _WRITE)
        return item["skill"], {key: it for key, it in item.items() if key != "skill"}
    name, _, rest = str(item).strip().partition(":")
    if not rest and " " in name:
        name, rest = name.split(maxsplit=1)
    return name.strip(), _need(name.strip(), rest)


def _ladder(name: str, value: Any) -> list[Any]:
    needs = value if isinstance(value, list) else [value]
    return _distinct(name, [_need(name, it) for it in needs])


def _need(name: str, spec: Any) -> Any:
    """`3 for 30s`, `3`, `for 30s` or nothing to `level` and `drops_after`."""
    if isinstance(spec, dict):
        return spec
    text = "" if spec is None else str(spec).strip()
    match = _SPEC.fullmatch(text)
    if match is None:
        remedy = _WRITE_LEVEL if name == _LANGUAGE else _WRITE
        raise forms.FormError(f"`{text[:40]}` is no level", remedy)
    return {key: it for key, it in match.groupdict().items() if it is not None}


def _distinct(name: str, needs: list[Any]) -> list[Any]:
    """Of two needs that drop at the same time the lower one would be without effect."""
    times = [str(it.get("drops_after")) for it in needs if isinstance(it, dict)]
    if len(times) != len(set(times)):
        raise forms.FormError(f"`{name}` stands twice", "remove one of them, or say `for 30s`")
    return needs


def _opening(item: Any) -> list[tuple[str, Any]]:
    if isinstance(item, dict):
        return [(name, 0 if after is None else after) for name, after in item.items()]
    name, _, after = (part.strip() for part in str(item).partition(":"))
    return [(name, after or 0)]


def _json(*any_of: Any) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": list(any_of)})


_TIME: Any = {"type": ["string", "integer"]}
_NEED: Any = [
    {"type": "integer", "minimum": 1, "maximum": 5},
    {"type": "string"},
    {
        "type": "object",
        "properties": {"level": {"type": "integer"}, "drops_after": _TIME},
        "additionalProperties": False,
    },
]
_LADDER: Any = {"anyOf": [*_NEED, {"type": "array", "items": {"anyOf": _NEED}}, {"type": "null"}]}
_OF_SKILL: Any = {
    "type": "object",
    "properties": {
        "skill": {"type": "string"},
        "level": {"type": "integer", "minimum": 1, "maximum": 5},
        "drops_after": _TIME,
    },
}
_TEXT: Any = {"type": "string"}

SkillNeeds = Annotated[
    dict[Name, tuple[NeedEntry, ...]],
    BeforeValidator(skill_needs),
    _json(
        _TEXT,
        {"type": "array", "items": {"anyOf": [_TEXT, _OF_SKILL]}},
        {"type": "object", "additionalProperties": _LADDER},
    ),
]
LevelNeeds = Annotated[
    tuple[NeedEntry, ...],
    Field(min_length=1),
    BeforeValidator(level_needs),
    _json(*_LADDER["anyOf"][:-1]),
]
Openings = Annotated[
    dict[Name, Duration],
    BeforeValidator(openings),
    _json(
        _TEXT,
        {"type": "array", "items": {"anyOf": [_TEXT, {"type": "object"}]}},
        {"type": "object", "additionalProperties": {"type": ["string", "integer", "null"]}},
    ),
]
