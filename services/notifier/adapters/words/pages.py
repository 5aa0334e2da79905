"""A page as a message: subject, plain text and HTML, in the language of its reader.

Nothing ambient: language, time zone, time and link are arguments.
"""

from collections.abc import Mapping
from html import escape

from services.notifier.adapters.words.bidi import isolate, tame
from services.notifier.adapters.words.phrases import Phrases, language_of, phrases_of
from services.notifier.adapters.words.sheets import frame, table
from services.notifier.adapters.words.wording import (
    LONGEST_IN_SUBJECT,
    LONGEST_VALUE,
    Message,
    duration,
    filled,
    local_time,
)
from shared.contracts.configuration import Person
from shared.contracts.escalation import PageRequested

_ROWS = ("queue", "channel", "language", "metric", "due", "late", "level", "round", "interaction")


def render(
    page: PageRequested, person: Person, *, now_ms: int, link: str, possible_repeat: bool
) -> Message:
    """Say a page to a person: the link first, so that a cut by a mail program keeps it.

    Args:
        now_ms: when the message is written; the lateness counts up to then.
        link: of acknowledgement, made for this person.
        possible_repeat: an earlier copy may have arrived; the message says so.

    The subject is the same for every page of an escalation, so that they form a thread.
    """
    language = language_of(person.locale)
    phrases = phrases_of(language)
    values = _values(page, person, phrases, now_ms)
    return Message(
        language=language,
        subject=_subject(phrases, values),
        text=_text(phrases, values, link=link, possible_repeat=possible_repeat),
        html=_html(language, phrases, values, link=link, possible_repeat=possible_repeat),
    )


def subject_of(page: PageRequested, person: Person) -> str:
    """A page in one line; it does not change with time."""
    phrases = phrases_of(language_of(person.locale))
    return _subject(phrases, _values(page, person, phrases, page.at_ms))


def _values(page: PageRequested, person: Person, phrases: Phrases, now_ms: int) -> dict[str, str]:
    values = {
        "queue": page.queue,
        "channel": phrases.channels[page.channel],
        "language": phrases.name_of_language(page.language),
        "metric": phrases.metrics[page.metric],
        "due": local_time(phrases, page.due_at_ms, person.timezone),
        "late": duration(phrases, now_ms - page.due_at_ms),
        "level": str(page.level),
        "round": str(page.round),
        "interaction": page.interaction_id,
        "person": person.id,
    }
    return {name: tame(value, LONGEST_VALUE) for name, value in values.items()}


def _subject(phrases: Phrases, values: Mapping[str, str]) -> str:
    def short(value: str) -> str:
        return isolate(tame(value, LONGEST_IN_SUBJECT), phrases.direction)

    return filled(phrases.subject, values, short)


def _text(phrases: Phrases, values: Mapping[str, str], *, link: str, possible_repeat: bool) -> str:
    def kept_apart(value: str) -> str:
        return isolate(value, phrases.direction)

    labels = phrases.labels.model_dump()
    facts = [f"{labels[row]}: {kept_apart(values[row])}" for row in _ROWS]
    repeat = [phrases.possible_repeat, ""] if possible_repeat else []
    lines = [
        phrases.acknowledge_hint,
        link,  # a line of its own and not isolated: mail programs would take the isolate as part
        "",
        filled(phrases.headline, values, kept_apart),
        "",
        *repeat,
        *facts,
        "",
        filled(phrases.reason, values, kept_apart),
        filled(phrases.footer, values, kept_apart),
    ]
    return "\n".join(lines) + "\n"


def _html(
    language: str,
    phrases: Phrases,
    values: Mapping[str, str],
    *,
    link: str,
    possible_repeat: bool,
) -> str:
    def kept_apart(value: str) -> str:
        return f"<bdi>{escape(value)}</bdi>"

    def paragraph(template: str) -> str:
        return f"<p>{filled(escape(template), values, kept_apart)}</p>"

    labels = phrases.labels.model_dump()
    facts = table([(labels[row], values[row]) for row in _ROWS], phrases.direction)
    repeat = paragraph(phrases.possible_repeat) if possible_repeat else ""
    return frame(
        f"{paragraph(phrases.acknowledge_hint)}"
        f'<p><a href="{escape(link)}">{escape(phrases.acknowledge)}</a></p>'
        f"{paragraph(phrases.headline)}{repeat}{facts}"
        f"{paragraph(phrases.reason)}{paragraph(phrases.footer)}",
        language,
        phrases.direction,
    )
