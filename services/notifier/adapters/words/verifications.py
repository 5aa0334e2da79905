"""The code by which a person confirms that an address is his."""

from collections.abc import Iterator

from services.notifier.adapters.words.blocks import Block, Sentence
from services.notifier.adapters.words.occasions import Occasion
from services.notifier.adapters.words.reader import Reader, tamed
from services.notifier.adapters.words.told import Told
from shared.contracts.contacts import VerificationRequested
from shared.contracts.people import Person


def tell_code(asked: VerificationRequested, person: Person, occasion: Occasion) -> Told:
    """The subject is without the code: phones show it on a locked screen."""
    reader = Reader.of(person)
    words = reader.phrases.verification
    code = occasion.code_of(asked)
    values = tamed(
        {
            "code": code,
            "method": reader.method(asked.method),
            "until": reader.clock(asked.expires_at_ms),
            "person": person.id,
        }
    )

    def blocks() -> Iterator[Block]:
        yield Sentence(words.lead, kept=True)
        yield from reader.warning(occasion)
        yield Sentence(words.valid, kept=True)
        yield Sentence(words.unasked)

    return Told(
        about="verification",
        subject=reader.line(words.subject, values),
        short=reader.short(reader.line(words.short, values)),
        sheet=reader.sheet(blocks(), values, occasion, reader.phrases.notice.footer),
        code=code,
        severity="info",
    )
