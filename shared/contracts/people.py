"""The document of people: staff who can be told, how each wants to hear, and what rooms hear."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from shared.contracts.setting import Setting
from shared.contracts.words import ContactMethod, Criterion


class Person(Setting):
    """A member of staff who can be told, or a system that speaks for some: a chat room, a list."""

    id: str
    locale: str = "en"  # BCP 47, of the templates
    timezone: str = "UTC"
    email: str | None = None
    webhook: str | None = None  # an https URL; its signing secret comes from the environment
    phone: str | None = None  # E.164; for sms and voice
    slack: str | None = None  # id of a user or a channel, or the name of a webhook
    # Names; the URL or key that each stands for is a secret, and comes from the environment.
    teams: str | None = None
    zoom: str | None = None
    pagerduty: str | None = None
    opsgenie: str | None = None
    statuspage: str | None = None
    apprise: str | None = None
    rules: "PersonalRules | None" = None
    quiet: "QuietHours | None" = None


ADDRESS_OF: Mapping[ContactMethod, str] = {  # the field of a Person by which a method reaches him
    "email": "email", "webhook": "webhook", "sms": "phone", "voice": "phone", "slack": "slack",
    "teams": "teams", "zoom": "zoom", "pagerduty": "pagerduty", "opsgenie": "opsgenie",
    "statuspage": "statuspage", "apprise": "apprise",
}  # fmt: skip


class Hop(Setting):
    """One step of a fallback chain. The one before it goes on trying until one has succeeded."""

    method: ContactMethod
    succeed_by_s: int = Field(default=60, gt=0)  # since it may be sent; then the next hop begins
    succeed_on: Criterion = "accepted"


class PersonalRules(Setting):
    """By which contact methods, in order, a person wants to hear of what is urgent, and of else."""

    high: tuple[Hop, ...] = ()
    low: tuple[Hop, ...] = ()


class QuietHours(Setting):
    """When what can wait is held for a person: minutes since midnight in his zone, end exclusive.

    `end` at or before `start` is on the next day; `days` are those of the start, Monday is 0.
    """

    start_minute: int = Field(ge=0, lt=1440)
    end_minute: int = Field(ge=0, lt=1440)
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


class RetrySchedule(Setting):
    """Waits before tries 2, 3, …; the last one repeats until the page expires or is recalled.

    Each wait varies by a fifth either way, so that a crowd of tries does not stay one.
    """

    waits_s: tuple[int, ...] = (5, 15, 60, 300)
    lease_s: int = Field(default=30, gt=0)
    by_method: dict[ContactMethod, tuple[int, ...]] = Field(default_factory=dict)


class Rung(Setting):
    """At most so many messages to one address in so long."""

    most: int = Field(gt=0)
    within_s: int = Field(gt=0)


class MethodLimits(Setting):
    """How much one address takes by a contact method.

    The first rung is allowed as a burst, the others spread evenly over their length. One place of
    each is kept for openings and recoveries. `bundle_s`: what follows one message in this time goes
    in one (Grafana OnCall's leading-edge bundle).
    """

    ladder: tuple[Rung, ...] = ()
    bundle_s: int = Field(default=0, ge=0)


SMS_LADDER = (
    Rung(most=5, within_s=900),
    Rung(most=11, within_s=3600),
    Rung(most=21, within_s=10_800),
)
VOICE_LADDER = (
    Rung(most=3, within_s=900),
    Rung(most=7, within_s=3600),
    Rung(most=15, within_s=10_800),
)


def default_limits() -> dict[ContactMethod, MethodLimits]:
    """GoAlert's ladders of phones. Rooms and mailboxes have none: there they delay the urgent."""
    return {
        "sms": MethodLimits(ladder=SMS_LADDER, bundle_s=120),
        "voice": MethodLimits(ladder=VOICE_LADDER, bundle_s=120),
    }


class Matcher(Setting):
    """One label of an alert; a label that it lacks counts as empty. `pattern` matches the whole."""

    label: str
    value: str
    pattern: bool = False
    negated: bool = False


class Route(Setting):
    """A node of the tree by which rooms hear of alerts, with Prometheus Alertmanager's rules.

    What is None is inherited. `group_by` `...` means each alert on its own.
    """

    receiver: str | None = None  # a person's id
    match: tuple[Matcher, ...] = ()
    go_on: bool = False  # whether siblings after it are looked at, too
    group_by: tuple[str, ...] | None = None
    group_wait_s: float | None = None
    group_interval_s: float | None = None
    repeat_interval_s: float | None = None
    tell_ended: bool | None = None  # whether the end of an alert is told, too
    routes: tuple["Route", ...] = ()


class Inhibition(Setting):
    """While a source fires, targets with equal labels are not told. No alert inhibits itself."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...] = ()


class Recipient(Setting):
    """A person, and the contact method by which he is told, or `rules`."""

    person: str
    method: ContactMethod | Literal["rules"] = "email"


class PeopleDocument(Setting):
    schema_version: Literal[1] = 1
    people: tuple[Person, ...]
    retries: RetrySchedule = RetrySchedule()
    page_expires_s: int = Field(default=14_400, gt=0)
    limits: dict[ContactMethod, MethodLimits] = Field(default_factory=default_limits)
    require_verified: bool = False  # whether an address is used that its person has not confirmed
    operators: tuple[Recipient, ...] = ()  # told when telling does not work
    rooms: Route | None = None
    inhibitions: tuple[Inhibition, ...] = ()
