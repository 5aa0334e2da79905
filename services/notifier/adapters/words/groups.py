"""A group of alerts to a room: which fire, and which have ended since the last message."""

from collections.abc import Iterable, Iterator, Sequence

from services.notifier.adapters.words.bidi import tame
from services.notifier.adapters.words.blocks import Block, Items, Sentence
from services.notifier.adapters.words.occasions import Occasion
from services.notifier.adapters.words.reader import Reader, tamed
from services.notifier.adapters.words.told import Grade, Told
from shared.contracts.people import Person
from shared.contracts.rooms import Alert, GroupFlushed

_MOST_ALERTS = 20  # of each sort
_LONGEST_LABELS = 300
_GRADES: dict[str, Grade] = {
    "info": "info",
    "minor": "warning",
    "warning": "warning",
    "major": "error",
    "error": "error",
    "critical": "critical",
}
_RANKS: tuple[Grade, ...] = ("info", "warning", "error", "critical")


def tell_group(flushed: GroupFlushed, person: Person, occasion: Occasion) -> Told:
    reader = Reader.of(person)
    words = reader.phrases.group
    firing = tuple(it for it in flushed.alerts if it.ends_at_ms is None)
    ended = tuple(it for it in flushed.alerts if it.ends_at_ms is not None)
    values = tamed(
        {
            "group": _pairs(flushed.group) or words.everything,
            "firing": str(len(firing)),
            "ended": str(len(ended)),
            "person": person.id,
        }
    )
    subject = reader.line(words.subject if firing else words.subject_over, values)
    lines = _Lines(reader, frozenset(flushed.group))

    def blocks() -> Iterator[Block]:
        yield Sentence(words.lead if firing else words.lead_over, kept=True)
        yield from reader.warning(occasion)
        if firing:
            yield Items(words.firing, lines.of(firing))
        if ended:
            yield Items(words.ended, lines.of(ended))

    return Told(
        about="group",
        subject=subject,
        short=reader.short(subject, *lines.of(firing or ended)[:1]),
        sheet=reader.sheet(blocks(), values, occasion, reader.phrases.notice.footer),
        thread=f"group/{_name(flushed)}",
        severity=_severity(firing),
        ended=not firing,
    )


def _name(flushed: GroupFlushed) -> str:
    """Of the group, without the number of the message."""
    return flushed.announcement_id.removeprefix("group:").rpartition(":")[0]


class _Lines:
    """Alerts as lines, without the labels that their group has in common."""

    def __init__(self, reader: Reader, common: frozenset[tuple[str, str]]) -> None:
        self.reader, self.common = reader, common

    def of(self, alerts: Sequence[Alert]) -> tuple[str, ...]:
        shown = tuple(map(self._line, alerts[:_MOST_ALERTS]))
        left_out = len(alerts) - len(shown)
        return (*shown, f"… (+{left_out})") if left_out else shown

    def _line(self, alert: Alert) -> str:
        labels = (it for it in sorted(alert.labels.items()) if it not in self.common)
        said = self.reader.apart(tame(_pairs(labels) or alert.alert_id, _LONGEST_LABELS))
        words = self.reader.phrases.notice.labels
        since = f"{words.since}: {self.reader.clock(alert.starts_at_ms)}"
        if alert.ends_at_ms is None:
            return f"{said}; {since}"
        return f"{said}; {since}; {words.until}: {self.reader.clock(alert.ends_at_ms)}"


def _pairs(labels: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}={value}" for name, value in labels)


def _severity(firing: Iterable[Alert]) -> Grade:
    """The worst that a label `severity` tells; a warning where none does."""
    told = [_GRADES.get(it.labels.get("severity", ""), "warning") for it in firing]
    return max(told, key=_RANKS.index, default="info")
