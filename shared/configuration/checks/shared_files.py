"""People, calendars and escalation policies: what can be wrong in each without any pool."""

from zoneinfo import available_timezones

from shared.configuration.checks.addresses import problem_of_webhook
from shared.configuration.files import (
    CalendarsFile,
    EscalationEntry,
    EscalationFile,
    LevelEntry,
    PeopleFile,
    PersonEntry,
)
from shared.configuration.findings import Findings, suggest
from shared.configuration.languages import fallbacks
from shared.configuration.shape import Report, Steps, Typed


def check_people(
    file: Typed[PeopleFile], locales: frozenset[str] | None, findings: Findings
) -> None:
    """`locales`: those with complete templates; None: not known here, and not checked."""
    report = Report(file, findings)
    report.unique("people", (person.id for person in file.value.people), key="id")
    for index, person in enumerate(file.value.people):
        steps: Steps = ("people", index)
        _check_timezone(report, (*steps, "timezone"), person.timezone)
        if person.email is not None and not _is_address(person.email):
            report.error((*steps, "email"), "not an e-mail address", "write name@example.com")
        if person.webhook is not None and (problem := problem_of_webhook(person.webhook)):
            report.error((*steps, "webhook"), problem, "write https://host/path")
        if locales is not None and not locales.intersection(fallbacks(person.locale)):
            problem = f"there are no templates in `{person.locale}`"
            remedy = f"choose one of {', '.join(sorted(locales))}, or add its templates"
            report.error((*steps, "locale"), problem, remedy)


def check_calendars(file: Typed[CalendarsFile], findings: Findings) -> None:
    report = Report(file, findings)
    report.unique("calendars", (it.name for it in file.value.calendars))
    for index, calendar in enumerate(file.value.calendars):
        _check_timezone(report, ("calendars", index, "timezone"), calendar.timezone)
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
        if person in known and getattr(known[person], level.method) is None:
            what = "e-mail address" if level.method == "email" else level.method
            problem = f"`{person}` is paged and has no {what}"
            report.error(at, problem, f"add `{level.method}` in people.yaml")


def _check_timezone(report: Report, steps: Steps, zone: str) -> None:
    if zone not in available_timezones():
        remedy = suggest(zone, available_timezones())
        if remedy.startswith("known"):
            remedy = "write an IANA name such as Europe/Amsterdam"
        report.error(steps, f"unknown time zone `{zone}`", remedy)


def _is_address(text: str) -> bool:
    """Enough to catch slips; only sending proves an address."""
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain.strip(".")) and not any(c.isspace() for c in text)
