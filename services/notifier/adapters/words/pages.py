"""A page: the link first, so that a cut by whatever shows it keeps it."""

from collections.abc import Iterator

from services.notifier.adapters.words.blocks import Block, Button, Link, Sentence, Table
from services.notifier.adapters.words.occasions import Occasion
from services.notifier.adapters.words.reader import Reader, Values, tamed
from services.notifier.adapters.words.told import Told
from shared.contracts.escalation import PageRequested
from shared.contracts.people import Person

_ROWS = ("queue", "channel", "language", "metric", "due", "late", "level", "round", "interaction")


def tell_page(page: PageRequested, person: Person, occasion: Occasion) -> Told:
    """The subject is the same for every page of an escalation, so that they form a thread."""
    reader = Reader.of(person)
    values = _values(page, reader, occasion.now_ms)
    button = Button(reader.phrases.acknowledge, occasion.links.link(page))
    blocks = _blocks(reader, values, button, occasion)
    subject = reader.line(reader.phrases.subject, values)
    return Told(
        about="page",
        subject=subject,
        short=reader.short(subject),
        sheet=reader.sheet(blocks, values, occasion, reader.phrases.footer),
        button=button,
        thread=f"escalation/{page.escalation_id}",
        severity="critical",
    )


def _values(page: PageRequested, reader: Reader, now_ms: int) -> Values:
    phrases = reader.phrases
    values = {
        "queue": page.queue,
        "channel": phrases.channels[page.channel],
        "language": phrases.name_of_language(page.language),
        "metric": phrases.metrics[page.metric],
        "due": reader.clock(page.due_at_ms, seconds=True),
        "late": reader.length(now_ms - page.due_at_ms),
        "level": str(page.level),
        "round": str(page.round),
        "interaction": page.interaction_id,
        "person": reader.person.id,
    }
    return tamed(values)


def _blocks(reader: Reader, values: Values, button: Button, occasion: Occasion) -> Iterator[Block]:
    phrases, labels = reader.phrases, reader.phrases.labels.model_dump()
    yield Link(phrases.acknowledge_hint, button)
    yield Sentence(phrases.headline, kept=True)
    yield from reader.warning(occasion)
    yield Table(tuple((labels[row], values[row]) for row in _ROWS))
    yield Sentence(phrases.reason)
