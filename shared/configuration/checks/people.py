"""people.yaml: each person's addresses, rules and quiet hours; limits, operators, retries."""

import re
from itertools import pairwise

from shared.configuration import contact_forms
from shared.configuration.checks.addresses import problem_of_webhook
from shared.configuration.checks.rooms import check_rooms
from shared.configuration.checks.zones import check_timezone
from shared.configuration.durations import told_s
from shared.configuration.findings import Findings
from shared.configuration.languages import fallbacks
from shared.configuration.people_file import HopEntry, PeopleFile, PersonEntry, RungEntry
from shared.configuration.reach import has
from shared.configuration.shape import Report, Steps, Typed
from shared.contracts.people import ADDRESS_OF
from shared.contracts.words import BY_RULES

# Contact methods that one provider carries: while it is down, none of them works.
_FAMILIES = {"Twilio": frozenset({"sms", "voice"})}
_LONGEST_RUNG_S = 86_400
NO_ADDRESS = "add `email`, `phone` or another one in people.yaml"


def check_people(
    file: Typed[PeopleFile], locales: frozenset[str] | None, findings: Findings
) -> None:
    """`locales`: those with complete templates; None: not known here, and not checked."""
    report = Report(file, findings)
    people = file.value.people
    report.unique("people", (person.id for person in people), key="id")
    for index, person in enumerate(people):
        steps: Steps = ("people", index)
        check_timezone(report, (*steps, "timezone"), person.timezone)
        _check_addresses(report, steps, person)
        _check_locale(report, (*steps, "locale"), person.locale, locales)
        _check_rules(report, steps, person)
        _check_quiet(report, (*steps, "quiet"), person)
    known = {person.id: person for person in people}
    _check_limits(report, file.value)
    _check_operators(report, file.value, known)
    check_rooms(report, file.value, known)


def _check_addresses(report: Report, steps: Steps, person: PersonEntry) -> None:
    if person.email is not None and not _is_address(person.email):
        report.error((*steps, "email"), "not an e-mail address", "write name@example.com")
    if person.webhook is not None and (problem := problem_of_webhook(person.webhook)):
        report.error((*steps, "webhook"), problem, "write https://host/path")
    if person.phone is not None and not re.fullmatch(contact_forms.PHONE, person.phone):
        remedy = "write it with `+` and its country code, such as +31612345678"
        report.error((*steps, "phone"), "not a telephone number", remedy)


def _check_locale(
    report: Report, steps: Steps, locale: str, locales: frozenset[str] | None
) -> None:
    if locales is None or locales.intersection(fallbacks(locale)):
        return
    remedy = f"choose one of {', '.join(sorted(locales))}, or add its templates"
    report.error(steps, f"there are no templates in `{locale}`", remedy)


def _check_rules(report: Report, steps: Steps, person: PersonEntry) -> None:
    if person.rules is None:
        return
    for urgency, hops in (("high", person.rules.high), ("low", person.rules.low)):
        place = (*steps, "rules", urgency)
        for number, hop in enumerate(hops):
            if not has(person, hop.method):
                problem = f"`{person.id}` is to be reached by {hop.method} and has no address there"
                remedy = f"add `{ADDRESS_OF[hop.method]}`, or take the hop out"
                report.error((*place, number), problem, remedy)
        _check_providers(report, place, hops)
    if not person.rules.high and not person.rules.low:
        problem = f"the rules of `{person.id}` say nothing"
        report.warning((*steps, "rules"), problem, "write `high: [sms, email]`, or remove them")


def _check_providers(report: Report, place: Steps, hops: tuple[HopEntry, ...]) -> None:
    """A chain is for the day on which one way does not work; then no other may hang on the same."""
    for family, members in _FAMILIES.items():
        if len(hops) > 1 and members.issuperset(hop.method for hop in hops):
            problem = f"all hops of this chain go by {family}, and fail together"
            report.warning(place, problem, "add a hop by another way, such as email")


def _check_quiet(report: Report, steps: Steps, person: PersonEntry) -> None:
    quiet = person.quiet
    if quiet and quiet.start_minute == quiet.end_minute and len(quiet.days) == 7:
        problem = f"the quiet hours of `{person.id}` never end"
        report.error(steps, problem, 'write an end, such as "22:00-07:00"')


def _check_limits(report: Report, file: PeopleFile) -> None:
    for method, limits in file.limits.items():
        place: Steps = ("limits", method, "ladder")
        ladder = limits.ladder or ()
        for number, rung in enumerate(ladder):
            if rung.within > _LONGEST_RUNG_S:
                problem = "messages are counted for a day, and this rung is longer"
                report.error((*place, number), problem, "write at most 1d")
        for number, (rung, after) in enumerate(pairwise(ladder), start=1):
            _check_rung(report, (*place, number), rung, after)


def _check_rung(report: Report, steps: Steps, before: RungEntry, rung: RungEntry) -> None:
    """Each rung allows more than the one before, in a longer time, and less than that alone."""
    told = f"`{before.most} per {told_s(before.within)}`"
    if rung.most <= before.most or rung.within <= before.within:
        problem = f"this rung does not grow from {told}"
        report.error(steps, problem, "each allows more messages, in a longer time")
    elif rung.most >= before.most * -(-rung.within // before.within):
        problem = f"this rung never counts: {told} allows no more than that"
        report.warning(steps, problem, "remove it, or make it smaller")


def _check_operators(report: Report, file: PeopleFile, known: dict[str, PersonEntry]) -> None:
    for index, operator in enumerate(file.operators):
        steps: Steps = ("operators", index)
        if operator in file.operators[:index]:
            report.warning(steps, f"`{operator.person}` stands twice", "remove one of them")
            continue
        report.known((*steps, "person"), "person", operator.person, known)
        if operator.person in known and not has(known[operator.person], operator.method):
            what = "contact method" if operator.method == BY_RULES else operator.method
            problem = f"`{operator.person}` is told of troubles and has no {what}"
            report.error(steps, problem, NO_ADDRESS)


def _is_address(text: str) -> bool:
    """Enough to catch slips; only sending proves an address."""
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain.strip(".")) and not any(c.isspace() for c in text)
