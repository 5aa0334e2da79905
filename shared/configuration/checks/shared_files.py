"""Calendars and escalation policies: what can be wrong in each without any pool."""

from shared.configuration.checks.people import NO_ADDRESS
from shared.configuration.checks.zones import check_timezone
from shared.configuration.files import (
    CalendarsFile,
    EscalationEntry,
    EscalationFile,
    LevelEntry,
)
from shared.configuration.findings import Findings
from shared.configuration.people_file import PeopleFile, PersonEntry
from shared.configuration.reach import has
from shared.configuration.shape import Report, Steps, Typed
from shared.contracts.people import ADDRESS_OF


def check_calendars(file: Typed[CalendarsFile], findings: Findings) -> None:
    report = Report(file, findings)
    report.unique("calendars", (it.name for it in file.value.calendars))
    for index, calendar in enumerate(file.value.calendars):
        check_timezone(report, ("calendars", index, "timezone"), calendar.timezone)
        for number, day in enumerate(calendar.holidays):
            if day in calendar.dated:
                steps = ("calendars", index, "holidays", number)
                problem = f"{day} is a holiday and has hours in `dated`"
                report.warning(steps, problem, "keep one of the two")


def check_escalation(
    file: Typed[EscalationFile], people: Typed[PeopleFile] | None, findings: Findings
) -> None:
    """Levels in order, within their round, and with people who exist and can be reached."""
    report = Report(file, findings)
    report.unique("policies", (it.name for it in file.value.policies))
    known = {person.id: person for person in people.value.people} if people else None
    for index, policy in enumerate(file.value.policies):
        for number, level in enumerate(policy.levels):
            steps: Steps = ("policies", index, "levels", number)
            _check_order(report, (*steps, "after"), policy, number)
            _check_level_people(report, (*steps, "people"), level, known)


def _check_order(report: Report, steps: Steps, policy: EscalationEntry, number: int) -> None:
    after = policy.levels[number].after
    latest = max((level.after for level in policy.levels[:number]), default=-1)
    if after < latest:
        problem = f"level {number + 1} comes before level {number}"
        report.error(steps, problem, "order the levels by `after`")
    elif after == latest:
        problem = f"level {number + 1} comes at the same time as level {number}"
        report.warning(steps, problem, "join the two levels")
    if policy.rounds > 1 and after >= policy.round_length:
        problem = f"level {number + 1} comes after the next round has begun"
        report.error(steps, problem, "make `round_length` longer")


def _check_level_people(
    report: Report, steps: Steps, level: LevelEntry, known: dict[str, PersonEntry] | None
) -> None:
    for position, person in enumerate(level.people):
        at = (*steps, position)
        if person in level.people[:position]:
            report.warning(at, f"`{person}` stands twice", "remove one of them")
        if known is None:
            continue
        report.known(at, "person", person, known)
        if person in known and not has(known[person], level.method):
            _tell_unreached(report, at, person, level)


def _tell_unreached(report: Report, steps: Steps, person: str, level: LevelEntry) -> None:
    if level.method == "rules":
        problem, remedy = f"`{person}` is paged and has no contact method", NO_ADDRESS
    else:
        what = {"email": "e-mail address"}.get(level.method, level.method)
        problem = f"`{person}` is paged and has no {what}"
        remedy = f"add `{ADDRESS_OF[level.method]}` in people.yaml"
    report.error(steps, problem, remedy)
