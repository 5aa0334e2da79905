"""Who reads: his language and time zone, and all that is said by them. Nothing ambient."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.notifier.adapters.words.bidi import FSI, PDI, isolate, led, tame
from services.notifier.adapters.words.blocks import Block, Sentence
from services.notifier.adapters.words.cuts import shortened
from services.notifier.adapters.words.occasions import Occasion
from services.notifier.adapters.words.phrases import Phrases, language_of, phrases_of
from services.notifier.adapters.words.segments import plainer, segments
from services.notifier.adapters.words.sheets import Sheet
from services.notifier.adapters.words.shorter import shorter
from services.notifier.adapters.words.told import LONGEST_SHORT
from services.notifier.adapters.words.wording import (
    LONGEST_IN_SUBJECT,
    LONGEST_VALUE,
    duration,
    filled,
    local_time,
)
from shared.contracts.people import Person

Values = Mapping[str, str]
_MOST_SEGMENTS = 2


@dataclass(frozen=True, slots=True)
class Reader:
    person: Person
    language: str  # of the templates that serve him
    phrases: Phrases

    @classmethod
    def of(cls, person: Person, locale: str | None = None) -> "Reader":
        """`locale` is for those whose row has none of their own: customers."""
        language = language_of(locale or person.locale)
        return cls(person, language, phrases_of(language))

    def clock(self, at_ms: int, *, seconds: bool = False) -> str:
        return local_time(self.phrases, at_ms, self.person.timezone, seconds=seconds)

    def length(self, length_ms: int) -> str:
        return duration(self.phrases, length_ms)

    def method(self, name: str) -> str:
        """A contact method by the name that the reader knows it by."""
        return self.phrases.methods.get(name, name)

    def apart(self, value: str) -> str:
        return isolate(value, self.phrases.direction)

    def line(self, template: str, values: Values) -> str:
        """One line, for a subject: values are cut short."""

        def brief(value: str) -> str:
            return self.apart(tame(value, LONGEST_IN_SUBJECT))

        return led(filled(template, values, brief), self.phrases.direction)

    def short(self, *lines: str) -> str:
        """Finished lines as one for phones: as many as fit whole, at least the first."""
        text = plainer(lines[0])
        for line in lines[1:]:
            longer = plainer(f"{text.rstrip('.')}. {line}")
            if not _fits(longer):
                break
            text = longer
        return fitted(text)

    def sheet(
        self, blocks: Iterable[Block], values: Values, occasion: Occasion, footer: str
    ) -> Sheet:
        """The whole, or what is left of it where it must be shorter; `footer` is a template."""
        said = tuple(blocks)
        return Sheet(
            language=self.language,
            direction=self.phrases.direction,
            blocks=tuple(shorter(said)) if occasion.shorter else said,
            values=values,
            footer="" if occasion.shorter else footer,
        )

    def warning(self, occasion: Occasion) -> tuple[Sentence, ...]:
        """Of a possible repeat, where there may be one."""
        said = Sentence(self.phrases.possible_repeat, kept=True)
        return (said,) if occasion.possible_repeat else ()


def tamed(values: Values) -> Values:
    """All that is put into sentences and tables goes through here."""
    return {name: tame(value, LONGEST_VALUE) for name, value in values.items()}


def fitted(text: str) -> str:
    """At most `LONGEST_SHORT` characters and two segments; a cut leaves no isolate open."""
    cut, longest = text, LONGEST_SHORT
    while not _fits(cut):
        cut = plainer(shortened(text, longest))
        cut += PDI * (cut.count(FSI) - cut.count(PDI))
        longest -= 1
    return cut


def _fits(text: str) -> bool:
    return len(text) <= LONGEST_SHORT and segments(text) <= _MOST_SEGMENTS
