"""Several messages in one: the most severe first, each with its link."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from services.notifier.adapters.delivery import UnsendableError
from services.notifier.adapters.words.blocks import Block, Part, Sentence
from services.notifier.adapters.words.occasions import Occasion
from services.notifier.adapters.words.reader import Reader, fitted, tamed
from services.notifier.adapters.words.severities import most_severe_first
from services.notifier.adapters.words.told import Told
from services.notifier.core import Content, Digest
from shared.contracts.people import Person

Say = Callable[[Content, Person, Occasion], Told]


def tell_digest(digest: Digest, person: Person, occasion: Occasion, say: Say) -> Told:
    """`say` says each of them. A digest of one is that one.

    Raises:
        UnsendableError: it has nothing to say.
    """
    if not digest.causes:
        raise UnsendableError("empty_digest: all that it was to say has ended")
    if len(digest.causes) == 1:
        return say(digest.causes[0], person, occasion)
    once = replace(occasion, possible_repeat=False)
    told_apart = [say(cause, person, once) for cause in digest.causes]
    parts = most_severe_first(told_apart, of=lambda told: told)
    worst, reader = parts[0], Reader.of(person)
    values = tamed({"count": str(len(parts)), "person": person.id})
    more = reader.apart(f"(+{len(parts) - 1})")

    def blocks() -> Iterator[Block]:
        yield Sentence(reader.phrases.digest.lead, kept=True)
        yield from reader.warning(occasion)
        yield from (Part(told.subject, told.sheet) for told in parts)

    return Told(
        about="digest",
        subject=f"{worst.subject} {more}",
        short=fitted(f"{more} {worst.short}"),
        sheet=reader.sheet(blocks(), values, occasion, reader.phrases.notice.footer),
        button=worst.button,
        severity=worst.severity,
        ended=all(told.ended for told in parts),
    )
