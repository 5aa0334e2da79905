"""What messages say in each language: loading, falling back, finding what is missing."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from services.notifier.adapters.words.cause_phrases import (
    CustomerPhrases,
    DigestPhrases,
    GroupPhrases,
    TroublePhrases,
    VerificationPhrases,
)
from services.notifier.adapters.words.notice_phrases import NoticePhrases
from shared.contracts.words import Channel, Metric

LAST_RESORT = "en"
_FOLDER = files("services.notifier.adapters.words.templates")
_NAMES_MAY_DIFFER = "languages."  # a name that is missing falls back to the language's tag


class Units(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    days: str
    hours: str
    minutes: str
    seconds: str


class Labels(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    queue: str
    channel: str
    language: str
    metric: str
    due: str
    late: str
    level: str
    round: str
    interaction: str


class Phrases(BaseModel):
    """All that one language's file says; placeholders stand in braces."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    direction: Literal["ltr", "rtl"]
    subject: str
    headline: str
    acknowledge: str
    acknowledge_hint: str
    possible_repeat: str
    reason: str
    footer: str
    labels: Labels
    metrics: dict[Metric, str]
    channels: dict[Channel, str]
    languages: dict[str, str]
    units: Units
    date: str
    weekdays: tuple[str, ...] = Field(min_length=7, max_length=7)  # Monday first
    months: tuple[str, ...] = Field(min_length=12, max_length=12)
    methods: dict[str, str]  # by ContactMethod
    notice: NoticePhrases
    customer: CustomerPhrases
    verification: VerificationPhrases
    trouble: TroublePhrases
    group: GroupPhrases
    digest: DigestPhrases

    def name_of_language(self, tag: str) -> str:
        """`pt-BR` as "Portuguese"; a tag without a name is its own name."""
        return self.languages.get(tag.lower().split("-")[0], tag)


@cache
def available() -> tuple[str, ...]:
    """Languages that have a file, sorted."""
    names = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def language_of(locale: str) -> str:
    """The language whose templates serve a locale: he-IL, then he, then en."""
    return next(_served(locale), LAST_RESORT)


@cache
def phrases_of(language: str) -> Phrases:
    """The templates of an available language."""
    return Phrases.model_validate(_raw(language))


def missing_templates(locales: Iterable[str]) -> list[str]:
    """What would be told in the wrong language, or with holes: a sentence for each, with remedy.

    Empty if every locale is served by its own language, and every such language says all that
    English says, with the same placeholders.
    """
    problems = []
    languages = set()
    for locale in sorted(set(locales)):
        language = next(_served(locale), None)
        if language is None:
            problems.append(
                f"locale {locale!r}: there are no templates in this language, so messages would be "
                f"in {LAST_RESORT!r}; use one of {', '.join(available())}, or add templates"
            )
        else:
            languages.add(language)
    for language in sorted(languages):
        problems += holes(language, _raw(language), _raw(LAST_RESORT))
    return problems


def holes(language: str, said: dict[str, Any], reference: dict[str, Any]) -> Iterator[str]:
    """What one language's templates lack, or have in excess, against the reference."""
    ours, theirs = dict(_flat(said)), dict(_flat(reference))
    for key in sorted(theirs.keys() - ours.keys()):
        if not key.startswith(_NAMES_MAY_DIFFER):
            yield f"{language}.yaml: {key!r} is missing; add its translation"
    for key in sorted(theirs.keys() & ours.keys()):
        if not ours[key].strip():
            yield f"{language}.yaml: {key!r} is empty; add its translation"
        elif (have := _placeholders(ours[key])) != (want := _placeholders(theirs[key])):
            yield f"{language}.yaml: {key!r} has placeholders {have}, not {want}; make them equal"


def _served(locale: str) -> Iterator[str]:
    parts = locale.replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        tag = "-".join(parts[:length]).lower()
        yield from (language for language in available() if language.lower() == tag)


@cache
def _raw(language: str) -> dict[str, Any]:
    text = (_FOLDER / f"{language}.yaml").read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.safe_load(text)
    return raw


def _flat(value: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _flat(inner, f"{prefix}.{key}" if prefix else str(key))
        case list():
            for place, inner in enumerate(value):
                yield from _flat(inner, f"{prefix}.{place}")
        case _:
            yield prefix, str(value)


def _placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)
