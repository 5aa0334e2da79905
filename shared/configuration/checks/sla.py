"""SLA policies: references, promises that contradict each other, clocks that never end."""

from shared.configuration.files import CalendarsFile, EscalationFile, SlaFile, TargetEntry
from shared.configuration.findings import Findings
from shared.configuration.shape import Report, Steps, Typed

_SELECTORS = ("channels", "topics", "priorities")
_DAY_S = 86_400


def check_sla(
    file: Typed[SlaFile],
    calendars: Typed[CalendarsFile] | None,
    escalation: Typed[EscalationFile] | None,
    findings: Findings,
) -> None:
    report = Report(file, findings)
    report.unique("policies", (it.name for it in file.value.policies))
    for index, policy in enumerate(file.value.policies):
        for number, entry in enumerate(policy.targets):
            steps: Steps = ("policies", index, "targets", number)
            _check_met_by(report, (*steps, "met_by"), entry)
            if calendars:
                _check_calendar(report, steps, entry, calendars.value)
            if escalation:
                known = {it.name for it in escalation.value.policies}
                at = (*steps, "escalation_policy")
                report.known(at, "escalation policy", entry.escalation_policy, known)
            _check_reached(report, steps, entry, policy.targets[:number])
            _check_reply_first(report, steps, entry, policy.targets[:number])


def _check_met_by(report: Report, steps: Steps, entry: TargetEntry) -> None:
    if entry.metric == "resolution" and entry.met_by not in (None, "close"):
        problem = f"a resolution is not met by the {entry.met_by}"
        report.error(steps, problem, "write `met_by: close`")
    by_reply = entry.metric == "first_reply" and entry.met_by in (None, "reply")
    if by_reply and "voice" in entry.channels:
        problem = "a call has no written reply that would meet this promise"
        report.warning(steps, problem, "write `met_by: assignment` for voice")


def _check_calendar(
    report: Report, steps: Steps, entry: TargetEntry, calendars: CalendarsFile
) -> None:
    by_name = {it.name: it for it in calendars.calendars}
    report.known((*steps, "calendar"), "calendar", entry.calendar, by_name)
    if entry.calendar is None and "business_days" in entry.within:
        remedy = "add `calendar`, or write calendar days"
        report.error((*steps, "within"), "business days need a calendar", remedy)
    if entry.calendar not in by_name:
        return
    if not any(by_name[entry.calendar].week.values()):
        problem = f"the calendar `{entry.calendar}` is closed every day, so this never falls due"
        report.error((*steps, "calendar"), problem, "give its week open hours")
    elif "calendar_days" in entry.within:
        problem = "calendar days take only the time zone of a calendar, not its hours"
        remedy = "write business days if closed days should not count"
        report.warning((*steps, "calendar"), problem, remedy)
    elif entry.within.get("open_s", 1) % _DAY_S == 0:
        days = entry.within["open_s"] // _DAY_S
        problem = f"this is {days * 24} hours of open time, which takes longer than {days} d"
        remedy = f"write `{days} business days` if you mean days"
        report.warning((*steps, "within"), problem, remedy)


def _check_reached(
    report: Report, steps: Steps, entry: TargetEntry, before: tuple[TargetEntry, ...]
) -> None:
    """The first target that fits wins, per metric."""
    for number, earlier in enumerate(before):
        same = entry.metric == earlier.metric
        if same and all(_covers(earlier, entry, name) for name in _SELECTORS):
            problem = f"this target is never used: targets[{number}] fits first"
            report.error(steps, problem, "move it up, or remove it")
            return


def _check_reply_first(
    report: Report, steps: Steps, entry: TargetEntry, before: tuple[TargetEntry, ...]
) -> None:
    """Lengths of the same kind, on the same calendar, for contacts that fit both."""
    for earlier in before:
        reply, resolution = (entry, earlier) if entry.metric == "first_reply" else (earlier, entry)
        if (reply.metric, resolution.metric) != ("first_reply", "resolution"):
            continue
        alike = reply.calendar == resolution.calendar and set(reply.within) == set(
            resolution.within
        )
        meet = all(_meet(reply, resolution, name) for name in _SELECTORS)
        if alike and meet and max(reply.within.values()) > max(resolution.within.values()):
            problem = "the first reply is promised later than the resolution"
            report.error((*steps, "within"), problem, "make the first reply the shorter")
            return


def _covers(wide: TargetEntry, narrow: TargetEntry, name: str) -> bool:
    """Whatever fits `narrow` fits `wide`; an empty selector fits everything."""
    outer, inner = getattr(wide, name), getattr(narrow, name)
    return not outer or (bool(inner) and set(inner) <= set(outer))


def _meet(one: TargetEntry, other: TargetEntry, name: str) -> bool:
    first, second = set(getattr(one, name)), set(getattr(other, name))
    return not first or not second or bool(first & second)
