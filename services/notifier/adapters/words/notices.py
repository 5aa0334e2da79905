"""A notice of an outage as a message: for staff what to do, for managers numbers, for IT evidence.

Each tells the whole picture, so that it serves also one whom no earlier notice reached. Nothing
ambient, and the same on every try: all it says comes from the notice and its reader.
"""

from collections.abc import Iterator, Mapping

from services.notifier.adapters.words.bidi import tame
from services.notifier.adapters.words.blocks import (
    Block,
    Items,
    Quote,
    Sentence,
    Steps,
    Table,
)
from services.notifier.adapters.words.cuts import shortened
from services.notifier.adapters.words.notice_phrases import NoticePhrases, ToAudience
from services.notifier.adapters.words.occasions import Occasion
from services.notifier.adapters.words.reader import Reader, Values, tamed
from services.notifier.adapters.words.told import Grade, Told
from services.notifier.adapters.words.wording import LONGEST_VALUE
from shared.contracts.outage import NoticeRequested
from shared.contracts.people import Person
from shared.contracts.words import Severity

LONGEST_MESSAGE = 4_000  # characters of what a person wrote
_LONGEST_LINE = 500
_MOST_LINES = 40
_MOST_EVIDENCE = 20  # the newest


_SEVERITY: Mapping[Severity, Grade] = {
    "minor": "warning",
    "major": "error",
    "critical": "critical",
}


def tell_notice(notice: NoticeRequested, person: Person, occasion: Occasion) -> Told:
    told = _Composition(notice, Reader.of(person), occasion)
    over = notice.purpose == "recovery"
    return Told(
        about=notice.purpose,
        subject=told.subject(),
        short=told.short(),
        sheet=told.reader.sheet(told.blocks(), told.values, occasion, told.words.footer),
        thread=f"incident/{notice.incident_id}",
        severity="info" if over else _SEVERITY[notice.severity],
        ended=over,
    )


class _Composition:
    """One notice in the words of one language."""

    def __init__(self, notice: NoticeRequested, reader: Reader, occasion: Occasion) -> None:
        self.notice, self.reader, self.occasion = notice, reader, occasion
        self.phrases = reader.phrases
        self.words: NoticePhrases = reader.phrases.notice
        self.values = tamed(self._values())

    def subject(self) -> str:
        template: str = getattr(self._audience().subject, self.notice.purpose)
        return self.reader.line(template, self.values)

    def short(self) -> str:
        """What managers read as the subject, and where contacts go."""
        template: str = getattr(self.words.managers.subject, self.notice.purpose)
        lines = [self.reader.line(template, self.values)]
        if not self._over:
            more = self.words.short_moved if self.notice.backups else self.words.short_held
            lines.append(self.reader.line(more, self.values))
        return self.reader.short(*lines)

    def blocks(self) -> Iterator[Block]:
        if self.notice.audience == "staff":
            yield self._steps()
        lead: str = getattr(self._audience().lead, self.notice.purpose)
        yield Sentence(lead, kept=True)
        if self.notice.audience == "managers" and not self._over:
            yield Sentence(self.words.goes_on if self.notice.backups else self.words.steps.held)
        yield from self.reader.warning(self.occasion)
        if self.notice.message.strip():
            yield Quote(self.words.message, self._message())
        if self.notice.audience != "staff":
            yield Table(tuple(self._rows()))
        if self.notice.audience == "it" and self.notice.evidence:
            heading = self.words.found_well.heading if self._over else self.words.evidence
            yield Items(heading, tuple(self._evidence()))
        if self._over:
            yield Sentence(self.words.last)
        elif self.notice.next_update_at_ms is not None:
            yield Sentence(self.words.next_update)

    @property
    def _over(self) -> bool:
        return self.notice.purpose == "recovery"

    def _audience(self) -> ToAudience:
        addressed: ToAudience = getattr(self.words, self.notice.audience)
        return addressed

    def _steps(self) -> Steps:
        words, backed = self.words.steps, bool(self.notice.backups)
        if self._over:
            said: tuple[str, ...] = (words.back, words.finish, words.nothing)
        elif backed:
            said = (words.moved, words.some_held, words.finish, words.nothing, words.comes_back)
        else:
            said = (words.held, words.finish, words.nothing, words.comes_back)
        return Steps(words.heading, said)

    def _rows(self) -> Iterator[tuple[str, str]]:
        notice, words, labels = self.notice, self.words, self.words.labels
        technical = notice.audience == "it"
        if technical:
            yield labels.incident, self.values["incident"]
        if notice.title.strip():
            yield labels.title, tame(notice.title, LONGEST_VALUE)
        yield labels.channel, self.values["channel"]
        yield labels.backups, self.values["backups"]
        if notice.pools:
            yield labels.pools, tame(", ".join(notice.pools), _LONGEST_LINE)
        yield labels.severity, words.severities[notice.severity]
        yield labels.status, words.statuses[notice.status]
        if technical:
            yield labels.opened_by, words.signals[notice.opened_by]
        yield labels.since, self.values["since"]
        if self._over:
            yield labels.until, self.values["until"]
            yield labels.lasted, self.values["lasted"]
        yield labels.moved, str(notice.moved)
        yield labels.parked, str(notice.parked)
        if not self._over:  # at the recovery they only begin to return
            yield labels.returned, str(notice.returned)
            yield labels.as_of, self.values["until"]

    def _evidence(self) -> Iterator[str]:
        signals = self.words.found_well.by if self._over else self.words.signals
        for found in self.notice.evidence[-_MOST_EVIDENCE:]:
            at = self.reader.clock(found.at_ms, seconds=True)
            told = f"{at}: {signals[found.signal]}"
            detail = tame(found.detail, LONGEST_VALUE)
            yield f"{told}; {self.reader.apart(detail)}" if detail else told

    def _message(self) -> tuple[str, ...]:
        written = shortened(self.notice.message.strip(), LONGEST_MESSAGE)
        lines = [tame(line, _LONGEST_LINE) for line in written.splitlines()]
        return tuple(lines if len(lines) <= _MOST_LINES else [*lines[:_MOST_LINES], "…"])

    def _values(self) -> Values:
        notice = self.notice
        return {
            "incident": notice.incident_id,
            "channel": self.phrases.channels[notice.channel],
            "backups": self._backups(),
            "since": self.reader.clock(notice.started_at_ms),
            "until": self.reader.clock(notice.at_ms),
            "lasted": self.reader.length(notice.at_ms - notice.started_at_ms),
            "next": self.reader.clock(notice.next_update_at_ms or notice.at_ms),
            "person": self.reader.person.id,
        }

    def _backups(self) -> str:
        names = [self.phrases.channels[channel] for channel in self.notice.backups]
        if len(names) < 2:
            return names[0] if names else self.words.no_backup
        return self.words.alternatives.format(before=", ".join(names[:-1]), last=names[-1])
