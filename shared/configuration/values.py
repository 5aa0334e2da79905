"""Single values of configuration files: what people may write, and what an editor is told."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from shared.configuration import contact_forms, forms
from shared.configuration.languages import canonical_tag
from shared.configuration.matchers import matchers
from shared.contracts.configuration import LanguageLevel, Span
from shared.contracts.people import Matcher, QuietHours
from shared.contracts.words import Channel, ContactMethod


def _tag(value: Any) -> str:
    tag = canonical_tag(value) if isinstance(value, str) else None
    if tag is None:
        remedy = "write a BCP 47 tag such as en, he or pt-BR"
        raise forms.FormError(f"`{value}` is not a language tag", remedy)
    return tag


def _json(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


@dataclass(frozen=True, slots=True, eq=False)
class Or:
    """In an editor this may stand there, too: a word in place of what it is short for."""

    form: JsonSchemaValue

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [self.form, handler(core_schema)]}


def _connector(value: Any, info: ValidationInfo) -> Any:
    return contact_forms.connector(value, info.field_name or "")


_NAMED_NUMBERS: Any = [
    {"type": "string"},
    {"type": "array", "items": {"type": "string"}},
    {"type": "object", "additionalProperties": {"type": ["integer", "null"]}},
]
_DURATION: Any = [
    {"type": "integer", "minimum": 0},
    {"type": "string", "pattern": rf"^{forms.DURATION}$"},
]
_PATIENCE: Any = [*_DURATION, {"type": "string", "pattern": rf"^{forms.MILLISECONDS}$"}]
_HOURS: Any = [
    {"type": "string"},
    {"type": "array", "items": {"type": "string"}},
    {"type": "null"},
]
_LEVEL: Any = {"type": "integer", "minimum": 0, "maximum": 5}
_LANGUAGES: Any = [
    {"type": "string"},
    {"type": "array", "items": {"type": "string"}},
    {
        "type": "object",
        "additionalProperties": {
            "anyOf": [
                _LEVEL,
                {"type": ["null", "string"]},
                {
                    "type": "object",
                    "properties": {"spoken": _LEVEL, "written": _LEVEL},
                    "additionalProperties": False,
                },
            ]
        },
    },
]

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # of pools, queues, skills, policies, …
Name = Annotated[str, Field(pattern=rf"^{NAME.pattern}$")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$")]
Tag = Annotated[str, BeforeValidator(_tag), _json(type="string")]
Duration = Annotated[int, BeforeValidator(forms.duration_s), _json(anyOf=_DURATION)]
SomeTime = Annotated[Duration, Field(gt=0)]
Patience = Annotated[float, BeforeValidator(forms.patience_s), _json(anyOf=_PATIENCE), Field(gt=0)]
Date = Annotated[str, BeforeValidator(forms.iso_date), _json(type="string", format="date")]
Hours = Annotated[tuple[Span, ...], BeforeValidator(forms.hours), _json(anyOf=_HOURS)]
Week = Annotated[
    dict[str, Hours],
    BeforeValidator(forms.week),
    _json(type="object", additionalProperties={"anyOf": _HOURS}),
]
Level = Annotated[int, Field(ge=1, le=5)]
Skills = Annotated[dict[Name, Level], BeforeValidator(forms.skills), _json(anyOf=_NAMED_NUMBERS)]
Languages = Annotated[
    dict[Tag, LanguageLevel], BeforeValidator(forms.languages), _json(anyOf=_LANGUAGES)
]
Cap = Annotated[int, Field(ge=0)]
Caps = Annotated[
    dict[Channel, Cap | None], BeforeValidator(forms.channels), _json(anyOf=_NAMED_NUMBERS)
]
Length = Annotated[dict[str, int], BeforeValidator(forms.length), _json(anyOf=[{"type": "string"}])]


Permille = Annotated[int, BeforeValidator(forms.permille), _json(type=["string", "number"])]


def _words_of(item: Any) -> Any:
    one_or_many: Any = {"anyOf": [item, {"type": "array", "items": item}]}
    return BeforeValidator(forms.words), WithJsonSchema(one_or_many)


WORDS, WORDS_JSON = _words_of({"type": "string"})
Words = Annotated[tuple[str, ...], WORDS, WORDS_JSON]
Names = Annotated[tuple[Name, ...], WORDS, WORDS_JSON]
Ids = Annotated[tuple[Id, ...], WORDS, WORDS_JSON]
Channels = Annotated[tuple[Channel, ...], WORDS, WORDS_JSON]

MethodOrRules = Literal[ContactMethod, "rules"]
Phone = Annotated[
    str,
    BeforeValidator(contact_forms.phone),
    _json(anyOf=[{"type": "string", "pattern": r"^\+[0-9 ().-]+$"}, {"type": "integer"}]),
]
Connector = Annotated[
    str,
    BeforeValidator(_connector),
    _json(type="string", pattern=f"^{contact_forms.NAME}$"),
]
_QUIET: Any = {"type": "string", "pattern": f"^{forms.HOURS}$"}
Quiet = Annotated[
    QuietHours,
    BeforeValidator(contact_forms.quiet),
    _json(anyOf=[_QUIET, {"type": "object", "additionalProperties": _QUIET}]),
]
Wait = Annotated[float, BeforeValidator(forms.patience_s), _json(anyOf=_PATIENCE), Field(ge=0)]
Matchers = Annotated[tuple[Matcher, ...], BeforeValidator(matchers), WORDS_JSON]
SomeMatchers = Annotated[Matchers, Field(min_length=1)]
