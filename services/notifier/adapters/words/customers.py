"""What a customer is told of his own contact: that it arrived, and how long it is likely to wait.

In the language of the contact, and without words of the house: no queue, no system, no name.
"""

from collections.abc import Iterator

from services.notifier.adapters.words.blocks import Block, Sentence
from services.notifier.adapters.words.occasions import Occasion
from services.notifier.adapters.words.reader import Reader, Values, tamed
from services.notifier.adapters.words.told import Told
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.people import Person

_MINUTE_S, _COARSE_S, _HOUR_S = 60, 300, 3600


def tell_customer(asked: CustomerNoticeRequested, person: Person, occasion: Occasion) -> Told:
    reader = Reader.of(person, asked.language)
    words, values = reader.phrases.customer, _values(asked, reader)
    said = words.receipt if asked.purpose == "receipt" else words.longer_wait
    wait, wait_short = words.wait, words.wait_short
    if asked.wait is None:
        wait = wait_short = words.wait_unknown

    def blocks() -> Iterator[Block]:
        yield Sentence(said.lead, kept=True)
        yield from reader.warning(occasion)
        if asked.told_before_s is not None:
            yield Sentence(words.before)
        yield Sentence(wait, kept=True)
        yield Sentence(words.keeps)

    return Told(
        about=asked.purpose,
        subject=reader.line(said.subject, values),
        short=reader.short(reader.line(said.short, values), reader.line(wait_short, values)),
        sheet=reader.sheet(blocks(), values, occasion, words.footer),
        thread=f"contact/{asked.interaction_id}",
        severity="info",
    )


def _values(asked: CustomerNoticeRequested, reader: Reader) -> Values:
    values = {"number": asked.interaction_id}
    if asked.wait:
        values["usual"] = _about(reader, asked.wait.p50_s)
        values["most"] = _about(reader, asked.wait.p90_s)
    if asked.told_before_s is not None:
        values["before"] = _about(reader, asked.told_before_s)
    return tamed(values)


def _about(reader: Reader, length_s: int) -> str:
    """Rounded up, as exactly as it can be known: minutes, and fives of them from an hour on."""
    step_s = _MINUTE_S if length_s < _HOUR_S else _COARSE_S
    rounded_s = max(_MINUTE_S, -(-length_s // step_s) * step_s)
    return reader.length(rounded_s * 1000)
