"""A page as a message: subject, plain text and HTML, in the language of its reader.

Nothing ambient: language, time zone, time and link are arguments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from html import escape
from zoneinfo import ZoneInfo

from services.notifier.adapters.bidi import isolate, tame
from services.notifier.adapters.phrases import Phrases, language_of, phrases_of
from shared.contracts.configuration import Person
from shared.contracts.escalation import PageRequested

LONGEST_SUBJECT = 160  # characters, isolates included
_LONGEST_VALUE = 120
_LONGEST_IN_SUBJECT = 30
_ROWS = ("queue", "channel", "language", "metric", "due", "late", "level", "round", "interaction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    language: str  # of the templates that were used
    subject: str  # one line; the same for every page of an escalation, so that they form a thread
    text: str
    html: str


def render(
    page: PageRequested, person: Person, *, now_ms: int, link: str, possible_repeat: bool
) -> Message:
    """Say a page to a person: the link first, so that a cut by a mail program keeps it.

    Args:
        now_ms: when the message is written; the lateness counts up to then.
        link: of acknowledgement, made for this person.
        possible_repeat: an earlier copy may have arrived; the message says so.
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


def duration(phrases: Phrases, length_ms: int) -> str:
    """The two largest units that are not nothing: "1 d 3 h", "12 min 5 s"."""
    seconds = max(0, length_ms) // 1000
    units = phrases.units
    parts = [
        (seconds // 86_400, units.days),
        (seconds // 3_600 % 24, units.hours),
        (seconds // 60 % 60, units.minutes),
        (seconds % 60, units.seconds),
    ]
    while len(parts) > 1 and parts[0][0] == 0:
        parts.pop(0)
    told = [unit.format(n=n) for n, unit in parts[:2] if n or len(parts) == 1]
    return " ".join(told)


def local_time(phrases: Phrases, at_ms: int, timezone: str) -> str:
    """Date and time where the person is; in UTC, and saying so, if the zone is not known."""
    zone, name = _zone(timezone)
    local = datetime.fromtimestamp(at_ms / 1000, tz=zone)
    return phrases.date.format(
        weekday=phrases.weekdays[local.weekday()],
        day=local.day,
        month=phrases.months[local.month - 1],
        year=local.year,
        time=f"{local:%H:%M:%S}",
        zone=name,
    )


def _zone(timezone: str) -> tuple[tzinfo, str]:
    try:
        return ZoneInfo(timezone), timezone
    except (KeyError, ValueError, OSError):  # not found (a KeyError), no name, or a folder's name
        return UTC, "UTC"


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
    return {name: tame(value, _LONGEST_VALUE) for name, value in values.items()}


def _subject(phrases: Phrases, values: Mapping[str, str]) -> str:
    def short(value: str) -> str:
        return isolate(tame(value, _LONGEST_IN_SUBJECT), phrases.direction)

    return _filled(phrases.subject, values, short)


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
        _filled(phrases.headline, values, kept_apart),
        "",
        *repeat,
        *facts,
        "",
        _filled(phrases.reason, values, kept_apart),
        _filled(phrases.footer, values, kept_apart),
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
        return f"<p>{_filled(escape(template), values, kept_apart)}</p>"

    labels = phrases.labels.model_dump()
    facts = "".join(
        f'<tr><th style="text-align:start">{escape(labels[row])}</th>'
        f"<td>{kept_apart(values[row])}</td></tr>"
        for row in _ROWS
    )
    repeat = paragraph(phrases.possible_repeat) if possible_repeat else ""
    way = phrases.direction
    # The direction stands on the inner element too: many mail programs drop the root.
    return (
        f'<!DOCTYPE html><html lang="{language}" dir="{way}"><head><meta charset="utf-8"></head>'
        f'<body><div lang="{language}" dir="{way}" style="text-align:start">'
        f"{paragraph(phrases.acknowledge_hint)}"
        f'<p><a href="{escape(link)}">{escape(phrases.acknowledge)}</a></p>'
        f"{paragraph(phrases.headline)}{repeat}"
        f'<table dir="{way}" cellpadding="4">{facts}</table>'
        f"{paragraph(phrases.reason)}{paragraph(phrases.footer)}</div></body></html>\n"
    )


def _filled(template: str, values: Mapping[str, str], shown: Callable[[str], str]) -> str:
    return template.format_map({name: shown(value) for name, value in values.items()})
