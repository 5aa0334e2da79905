"""A tree against the shape of its file: typed values, or findings at the right line."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from shared.configuration.findings import Findings, suggest
from shared.configuration.forms import DAYS, FormError, days
from shared.configuration.tree import Node, plain

M = TypeVar("M", bound=BaseModel)
M_co = TypeVar("M_co", bound=BaseModel, covariant=True)
Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Typed(Generic[M_co]):
    """A file's values, and where each of them stands."""

    value: M_co
    node: Node

    def at(self, *steps: str | int) -> Node:
        """The node under these keys and indexes, or the nearest above it that stands there."""
        return locate(self.node, steps)


@dataclass(frozen=True, slots=True)
class Report:
    """Tells findings about one file by the steps to a value."""

    file: Typed[BaseModel]
    findings: Findings

    def error(self, steps: Steps, problem: str, remedy: str, *, on_key: bool = False) -> None:
        place = locate(self.file.node, steps, on_key=on_key)
        self.findings.error(place, dotted(steps), problem, remedy)

    def warning(self, steps: Steps, problem: str, remedy: str) -> None:
        self.findings.warning(self.file.at(*steps), dotted(steps), problem, remedy)

    def known(self, steps: Steps, what: str, name: str | None, known: Collection[str]) -> None:
        """A reference must lead somewhere; None refers to nothing."""
        if name is not None and name not in known:
            on_key = steps[-1] == name  # the word is a key, as in `skills: {billing: 3}`
            self.error(steps, f"unknown {what} `{name}`", suggest(name, known), on_key=on_key)

    def unique(self, where: str, names: Iterable[str], key: str = "name") -> None:
        """Names of a list stand once; the finding names the line of the first."""
        first: dict[str, int] = {}
        for index, name in enumerate(names):
            steps = (where, index, key)
            if name in first:
                problem = f"`{name}` stands twice, first in line {first[name]}"
                self.error(steps, problem, "rename one of them")
            else:
                first[name] = self.file.at(*steps).line


def locate(node: Node, steps: Steps, *, on_key: bool = False) -> Node:
    """The node that the steps lead to; `on_key`: rather its key, where the last step is one."""
    for number, step in enumerate(steps, start=1):
        if number == len(steps) and on_key and (key := node.key(step)):
            return key
        below = node.child(step) or _of_range(node, step)
        if below is None:  # a short form: the value above it is where it stands
            return node
        node = below
    return node


def _of_range(node: Node, step: str | int) -> Node | None:
    """The value of the days (`mon-fri`, `sat, sun`) that this day is among."""
    if isinstance(node.value, dict) and step in DAYS:
        for words, entry in node.value.items():
            try:
                if step in days(words):
                    return entry.value
            except FormError:
                continue
    return None


def dotted(steps: Steps) -> str:
    """`queues[2].sla_policy`; indexes count from 0."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def read(model: type[M], node: Node, findings: Findings) -> Typed[M] | None:
    """The typed file, or None with at least one finding that says why not."""
    data = plain(node)
    try:
        return Typed(model.model_validate({} if data is None else data), node)
    except ValidationError as error:
        details = _without_consequences(error.errors(include_url=False))
        misspelt = {
            (detail["loc"][:-1], suggest(str(detail["loc"][-1]), _keys(model, detail["loc"][:-1])))
            for detail in details
            if detail["type"] == "extra_forbidden"
        }
        for detail in details:
            *above, name = detail["loc"] or ("",)
            if (tuple(above), f"did you mean `{name}`?") not in misspelt:  # else told as such
                _tell(model, node, detail, findings)
        return None


def _without_consequences(details: list[Any]) -> list[Any]:
    """A list whose entries are all refused counts as too short as well: that says nothing new."""
    places = [detail["loc"] for detail in details]
    return [
        detail
        for detail, place in zip(details, places, strict=True)
        if detail["type"] != "too_short"
        or not any(len(it) > len(place) and it[: len(place)] == place for it in places)
    ]


def _tell(model: type[BaseModel], root: Node, detail: Any, findings: Findings) -> None:
    steps: Steps = tuple(step for step in detail["loc"] if step != "[key]")
    place = locate(root, steps)
    kind = detail["type"]
    problem, remedy = _phrase(detail)
    if kind == "extra_forbidden":
        *above, name = steps
        place = locate(root, tuple(above)).key(name) or place
        problem, remedy = f"unknown key `{name}`", suggest(str(name), _keys(model, tuple(above)))
    elif kind == "missing":
        problem, remedy = f"`{steps[-1]}` is missing", "add it"
    findings.error(place, dotted(steps), problem, remedy)


def _phrase(detail: Any) -> tuple[str, str]:
    context = detail.get("ctx", {})
    given = "nothing" if detail["input"] is None else f"`{str(detail['input'])[:40]}`"
    match detail["type"]:
        case "value_error" if isinstance(context.get("error"), FormError):
            return context["error"].problem, context["error"].remedy
        case "literal_error":
            known = context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
            return f"{given} is not one of the known words", suggest(str(detail["input"]), known)
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"{given} stands where keys and values belong", "write `key: value` lines"
        case "tuple_type" | "list_type":
            return f"{given} stands where a list belongs", "write a list, one `-` for each item"
        case "int_parsing" | "int_type" | "int_from_float":
            return f"{given} is not a whole number", "write a whole number"
        case "bool_parsing" | "bool_type":
            return f"{given} is neither true nor false", "write true or false"
        case "string_type":
            return f"{given} stands where a word belongs", "write one word"
        case "string_pattern_mismatch":
            return f"{given} is not a name", _letters(context["pattern"])
        case "too_short":
            return "the list is empty", "give at least one"
        case _:
            return f"{given} is refused", detail["msg"][:1].lower() + detail["msg"][1:]


def _letters(pattern: str) -> str:
    if "A-Z" in pattern:
        return "use letters, digits, `.`, `-`, `_` and `~`"
    return "use lower-case letters, digits, `-` and `_`"


def _keys(model: type[BaseModel], steps: Steps) -> list[str]:
    """The keys that the shape knows at this place, found in its JSON Schema."""
    root = model.model_json_schema()
    schema: Any = _resolved(root, root)
    for step in steps:
        if isinstance(step, int):
            schema = schema.get("items", schema)  # a short form may stand for a list of one
        else:
            schema = schema.get("properties", {}).get(step) or schema.get(
                "additionalProperties", {}
            )
        schema = _resolved(root, schema)
    return list(schema.get("properties", {}))


def _resolved(root: Any, schema: Any) -> Any:
    """Follow references, and of several forms take the one with keys."""
    if not isinstance(schema, dict):
        return {}
    if "$ref" in schema:
        return _resolved(root, root["$defs"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        forms = [_resolved(root, form) for form in schema["anyOf"]]
        by_keys = [form for form in forms if "properties" in form or "additionalProperties" in form]
        return by_keys[0] if by_keys else next((f for f in forms if "items" in f), {})
    return schema
