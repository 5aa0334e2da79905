"""The report that a manager runs in the morning: what needs action first, on one screen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shared.contracts.words import ParkReason
from switchyard.report.figures import Figures, Line, Paged
from switchyard.report.numbers import Share, duration
from switchyard.report.outage_told import outage_lines
from switchyard.report.telling_told import telling_lines
from switchyard.report.verdict import Verdict

LINES = 76  # the whole report; what would be more is counted and left out
_ORDER = ("R1", "R2", "R3", "R4", "R7", "E1", "E2", "E3", "N1", "O1", "O3")
_SHOWN = 3  # ids named in a line that needs action


@dataclass(frozen=True, slots=True)
class Report:
    figures: Figures
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()  # said at the head: where data comes from, what is ours

    def with_replay(self, verdict: Verdict) -> "Report":
        """The same report with what a replay said of R7, at its place in the list."""
        verdicts = sorted((*self.verdicts, verdict), key=lambda it: _ORDER.index(it.name))
        return replace(self, verdicts=tuple(verdicts))

    @property
    def sound(self) -> bool:
        """Every invariant was exercised and held, and the sum closes."""
        return self.unbroken and all(it.state == "held" for it in self.verdicts)

    @property
    def unbroken(self) -> bool:
        """No invariant is broken, and the sum closes; on a quiet day some are not exercised."""
        return self.figures.sum.closes and all(it.state != "broken" for it in self.verdicts)


def actions(report: Report) -> list[str]:
    """What somebody must look at, most urgent first; empty on a quiet day."""
    figures, found = report.figures, list[str]()
    for verdict in report.verdicts:
        if verdict.state == "broken":
            first = verdict.evidence[0] if verdict.evidence else ""
            found.append(f"{verdict.name} BROKEN {verdict.violations} times: {first}")
    if not figures.sum.closes:
        found.append("the sum of interactions does not close")
    found += _of_outages(figures)
    found += _named("escalations that nobody acknowledged", figures.exhausted)
    lost = sum(paged.ends.get("dead_lettered", 0) for paged in figures.paged)
    if lost:
        found.append(f"{lost} pages reached nobody: see `switchyard dead-letters list`")
    telling = figures.telling
    others = sum(telling.in_vain(it) for it in ("notices", "rooms", "troubles", "codes"))
    if others:
        command = "`switchyard notifications --undelivered`"
        found.append(f"beside pages {others} reached nobody: see {command}")
    held = {key for outage in figures.outages for key in outage.held}
    served_later = _parked(figures, "closed") | _parked(figures, "callback")
    full = _parked(figures, "queue_full")
    unserved = [key for key in figures.parked if key not in held | served_later | full]
    found += _named("interactions parked, nobody can serve them", unserved)
    found += _named("interactions parked, for every queue was full", sorted(full))
    if figures.oldest_open:
        oldest, age_ms = figures.oldest_open[0]
        count = len(figures.oldest_open)
        found.append(f"{count} still waiting, the oldest for {duration(age_ms)}: {oldest}")
    if figures.dead_letters:
        found.append(f"{figures.dead_letters} dead letters: see `switchyard dead-letters list`")
    return found


def _parked(figures: Figures, reason: ParkReason) -> set[str]:
    return set(figures.parked_for.get(reason, ()))


def _of_outages(figures: Figures) -> Iterator[str]:
    for outage in figures.outages:
        total = outage.sum
        if outage.is_open:
            yield (
                f"{outage.channel} is down ({outage.incident_id}): {total.stayed.open} wait by a "
                f"backup, {total.stayed.parked} are parked"
            )
        if not total.closes:
            yield f"the sum of {outage.incident_id} does not close"
        if outage.late_updates:
            yield f"{outage.late_updates} promised updates of {outage.incident_id} came late"


def _named(what: str, ids: Sequence[str]) -> list[str]:
    if not ids:
        return []
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return [f"{len(ids)} {what}: {', '.join(ids[:_SHOWN])}{more}"]


def render(report: Report) -> str:
    """Plain text of at most `LINES` lines, and 100 columns."""
    figures = report.figures
    total = figures.sum
    lines = [
        f"Switchyard, {figures.day.date} ({figures.day.timezone})",
        *report.notes,
        "",
        "Needs action",
        *(f"  ! {_cut(action)}" for action in actions(report)),
    ]
    if not actions(report):
        lines.append("  nothing")
    lines += [
        "",
        f"Interactions: {total.received} received = {total.answered} answered + "
        f"{total.abandoned} abandoned + {total.expired} expired + {total.parked} parked + "
        f"{total.open} open" + ("" if total.closes else "   DOES NOT CLOSE"),
        _in_time(figures.in_time),
        _invariants(report.verdicts),
        *_reported(report.verdicts),
        "",
        *outage_lines(figures.outages, figures.day.timezone),
        "",
        _head("Queue"),
        *_table(figures.by_queue, 10),
        _head("Language"),
        *_table(figures.by_language, 10),
        _head("Channel"),
        *_table(figures.by_channel, 6),
        "",
        *_breach_lines(figures),
        *_page_lines(figures),
        *telling_lines(figures.telling),
        *_agreement_lines(figures),
    ]
    return "\n".join(lines[:LINES]) + "\n"


def _invariants(verdicts: Sequence[Verdict]) -> str:
    """Usually all are held, and then their names do."""
    by_state: dict[str, list[str]] = {}
    for verdict in verdicts:
        by_state.setdefault(verdict.state, []).append(verdict.name)
    told = (f"{' '.join(names)} {state}" for state, names in sorted(by_state.items()))
    return f"Invariants: {', '.join(told)}"


def _reported(verdicts: Sequence[Verdict]) -> list[str]:
    """What people did against the rules, and what went beyond capacity within its bound."""
    told = [f"{count} {what}" for verdict in verdicts for what, count in verdict.reported]
    return [f"Beside the rules: {', '.join(told)}"] if told else []


def _in_time(share: Share) -> str:
    return f"First reply in time: {percent(share)} ({share.part} of {share.whole} due)"


def _head(title: str) -> str:
    return f"{title:<30}{'received':>9}{'answered':>9}{'in time':>9}{'p50':>9}{'p90':>9}{'max':>9}"


def _table(lines: Sequence[Line], most: int) -> list[str]:
    shown = [
        f"  {line.name:<28}{line.received:>9}{line.answered:>9}{percent(line.in_time):>9}"
        f"{duration(line.p50_ms):>9}{duration(line.p90_ms):>9}{duration(line.max_ms):>9}"
        for line in lines[:most]
    ]
    if len(lines) > most:
        rest = sum(line.received for line in lines[most:])
        shown.append(f"  {f'and {len(lines) - most} more':<28}{rest:>9}")
    return shown


def _breach_lines(figures: Figures) -> list[str]:
    if not figures.breaches:
        return ["Breaches: none"]
    count = sum(each for _, _, each in figures.breaches)
    late = duration(figures.told_late_ms)
    first = ", ".join(f"{queue} {metric} {n}" for metric, queue, n in figures.breaches[:3])
    more = f" and {len(figures.breaches) - 3} more" if len(figures.breaches) > 3 else ""
    return [
        f"Breaches: {count}, each told at most {late} after it was due",
        f"  most in: {_cut(first + more)}",
    ]


def _page_lines(figures: Figures) -> list[str]:
    if not figures.paged:
        return ["Pages: none"]
    title = f"Pages: {figures.pages}"
    head = f"{title:<30}{'pages':>9}{'acked':>9}{'median':>9}{'longest':>9}  ended"
    rows = [_page_line(paged) for paged in figures.paged[:8]]
    if len(figures.paged) > 8:
        rows.append(f"  and {len(figures.paged) - 8} more people")
    return [head, *rows]


def _page_line(paged: Paged) -> str:
    ends = ", ".join(f"{count} {end}" for end, count in paged.ends.items())
    return (
        f"  {paged.person:<28}{paged.pages:>9}{paged.acknowledged:>9}"
        f"{duration(paged.median_ms):>9}{duration(paged.longest_ms):>9}  {ends}"
    )


def _agreement_lines(figures: Figures) -> list[str]:
    share = figures.agreement
    if not share.whole:
        return []
    return [f"Resolution due as the source itself had set it: {share.part} of {share.whole}"]


def percent(share: Share) -> str:
    return "-" if share.percent is None else f"{share.percent:.1f}%"


def _cut(text: str, columns: int = 94) -> str:
    return text if len(text) <= columns else text[: columns - 1] + "…"
