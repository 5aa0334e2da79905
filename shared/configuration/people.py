"""The document of people, from people.yaml; its references were checked before."""

from shared.configuration.people_file import (
    HopEntry,
    LimitsEntry,
    PeopleFile,
    PersonEntry,
    RulesEntry,
)
from shared.configuration.rooms_file import InhibitEntry, RouteEntry
from shared.contracts.people import (
    Hop,
    Inhibition,
    MethodLimits,
    PeopleDocument,
    Person,
    PersonalRules,
    Recipient,
    RetrySchedule,
    Route,
    Rung,
    default_limits,
)
from shared.contracts.words import ContactMethod


def people_document(file: PeopleFile) -> PeopleDocument:
    """All that the notifier needs to know of people, and of how much it may send."""
    return PeopleDocument(
        people=tuple(map(_person, file.people)),
        retries=RetrySchedule(
            waits_s=file.retries.waits,
            lease_s=file.retries.lease,
            by_method=file.retries.by_method,
        ),
        page_expires_s=file.page_expires,
        limits=_limits(file.limits),
        require_verified=file.require_verified,
        operators=tuple(Recipient(person=it.person, method=it.method) for it in file.operators),
        rooms=None if file.rooms is None else _route(file.rooms),
        inhibitions=tuple(map(_inhibition, file.inhibit)),
    )


def _person(entry: PersonEntry) -> Person:
    return Person(
        id=entry.id,
        locale=entry.locale,
        timezone=entry.timezone,
        email=entry.email,
        webhook=entry.webhook,
        phone=entry.phone,
        slack=entry.slack,
        teams=entry.teams,
        zoom=entry.zoom,
        pagerduty=entry.pagerduty,
        opsgenie=entry.opsgenie,
        statuspage=entry.statuspage,
        apprise=entry.apprise,
        rules=None if entry.rules is None else _rules(entry.rules),
        quiet=entry.quiet,
    )


def _rules(entry: RulesEntry) -> PersonalRules:
    return PersonalRules(high=tuple(map(_hop, entry.high)), low=tuple(map(_hop, entry.low)))


def _hop(entry: HopEntry) -> Hop:
    return Hop(method=entry.method, succeed_by_s=entry.succeed_by, succeed_on=entry.succeed_on)


def _limits(entries: dict[ContactMethod, LimitsEntry]) -> dict[ContactMethod, MethodLimits]:
    """The built-in limits, and in place of each part what the file says of it."""
    limits = default_limits()
    for method, entry in entries.items():
        before = limits.get(method, MethodLimits())
        limits[method] = MethodLimits(
            ladder=before.ladder
            if entry.ladder is None
            else tuple(Rung(most=it.most, within_s=it.within) for it in entry.ladder),
            bundle_s=before.bundle_s if entry.bundle is None else entry.bundle,
        )
    return limits


def _route(entry: RouteEntry) -> Route:
    return Route(
        receiver=entry.receiver,
        match=entry.match,
        go_on=entry.go_on,
        group_by=entry.group_by,
        group_wait_s=entry.group_wait,
        group_interval_s=entry.group_interval,
        repeat_interval_s=entry.repeat_interval,
        tell_ended=entry.tell_ended,
        routes=tuple(map(_route, entry.routes)),
    )


def _inhibition(entry: InhibitEntry) -> Inhibition:
    return Inhibition(source=entry.source, target=entry.target, equal=entry.equal)
