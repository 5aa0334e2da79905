"""To operators: what does not work in telling others, and what is to be done."""

from collections.abc import Iterator, Mapping

from services.notifier.adapters.words.blocks import Block, Sentence, Steps, Table
from services.notifier.adapters.words.occasions import Occasion
from services.notifier.adapters.words.reader import Reader, Values, tamed
from services.notifier.adapters.words.told import Grade, Told
from shared.contracts.people import Person
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import CONTACT_METHODS, TroubleWith

_NONE = "—"
_COMMAND = "switchyard notifications --undelivered"
_SEVERITY: Mapping[TroubleWith, Grade] = {
    "provider": "critical",  # nobody is reached by it
    "address": "error",
    "endpoint": "error",
    "undelivered": "error",
    "platform": "critical",
    "platform_works": "info",
}


def tell_trouble(trouble: TroubleReported, person: Person, occasion: Occasion) -> Told:
    reader = Reader.of(person)
    words = reader.phrases.trouble.by[trouble.trouble_with]
    values = _values(trouble, reader)
    subject = reader.line(words.subject, values)
    return Told(
        about="trouble",
        subject=subject,
        short=reader.short(subject, reader.line(words.steps[0], values)),
        sheet=reader.sheet(
            _blocks(trouble, reader, values, occasion),
            values,
            occasion,
            reader.phrases.notice.footer,
        ),
        severity=_SEVERITY[trouble.trouble_with],
        ended=trouble.trouble_with == "platform_works",
    )


def _blocks(
    trouble: TroubleReported, reader: Reader, values: Values, occasion: Occasion
) -> Iterator[Block]:
    phrases = reader.phrases.trouble
    words, labels = phrases.by[trouble.trouble_with], phrases.labels
    yield Sentence(words.lead, kept=True)
    yield from reader.warning(occasion)
    yield Steps(reader.phrases.notice.steps.heading, words.steps)
    rows = (
        (labels.method, values["method"]),
        (labels.person, values["whom"]),
        (labels.details, values["details"]),
        (labels.at, values["at"]),
    )
    yield Table(tuple((label, value) for label, value in rows if value not in ("", _NONE)))


def _values(trouble: TroubleReported, reader: Reader) -> Values:
    method, whom = _parts(trouble)
    return tamed(
        {
            "method": reader.method(method) or _NONE,
            "whom": whom or _NONE,
            "details": trouble.detail if method or whom else f"{trouble.about}: {trouble.detail}",
            "at": reader.clock(trouble.at_ms, seconds=True),
            "command": _COMMAND,
            "person": reader.person.id,
        }
    )


def _parts(trouble: TroubleReported) -> tuple[str, str]:
    """The method and the person, of `<method>/<person>` or one of both; what is not is empty."""
    if trouble.trouble_with in ("platform", "platform_works"):
        return "", ""
    method, found, person = trouble.about.partition("/")
    if found:
        return method, person
    return (method, "") if method in CONTACT_METHODS else ("", method)
