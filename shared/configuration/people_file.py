"""The shape of people.yaml, as people write it. Editors get it as JSON Schema.

Defaults and limits are those of `shared.contracts.configuration`, so that they stand once.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from shared.configuration import contact_forms, forms
from shared.configuration.files import default_of
from shared.configuration.rooms_file import InhibitEntry, RouteEntry
from shared.configuration.values import (
    Connector,
    Duration,
    Id,
    MethodOrRules,
    Or,
    Phone,
    Quiet,
    SomeTime,
    Tag,
)
from shared.contracts import people as contract
from shared.contracts.setting import Setting
from shared.contracts.words import CONTACT_METHODS, ContactMethod, Criterion

_SEVERAL = BeforeValidator(contact_forms.several)
_METHODS = {"type": "string", "enum": list(CONTACT_METHODS)}
_RUNG = {"type": "string", "pattern": "^[0-9]+ per .+$"}


class HopEntry(Setting):
    """One contact method of a chain, and until when it must have succeeded; or its name alone."""

    method: ContactMethod
    succeed_by: SomeTime = default_of(contract.Hop, "succeed_by_s")
    succeed_on: Criterion = default_of(contract.Hop, "succeed_on")


Hops = Annotated[
    tuple[Annotated[HopEntry, BeforeValidator(forms.under("method")), Or(_METHODS)], ...],
    _SEVERAL,
    Or(_METHODS),
]


class RulesEntry(Setting):
    """By which contact methods, in order, a person hears of what is urgent, and of all else."""

    high: Hops = ()
    low: Hops = ()


class PersonEntry(Setting):
    """A member of staff who can be told, or a system that speaks for some: a chat room, a list."""

    id: Id
    locale: Tag = default_of(contract.Person, "locale")
    timezone: str = default_of(contract.Person, "timezone")
    email: str | None = None
    webhook: str | None = None
    phone: Phone | None = None
    slack: Connector | None = None
    teams: Connector | None = None
    zoom: Connector | None = None
    pagerduty: Connector | None = None
    opsgenie: Connector | None = None
    statuspage: Connector | None = None
    apprise: Connector | None = None
    rules: RulesEntry | None = None
    quiet: Quiet | None = None


class RetriesEntry(Setting):
    """Waits before tries 2, 3, …; the last one repeats."""

    waits: Annotated[tuple[SomeTime, ...], Field(min_length=1)] = default_of(
        contract.RetrySchedule, "waits_s"
    )
    lease: SomeTime = default_of(contract.RetrySchedule, "lease_s")
    by_method: dict[ContactMethod, Annotated[tuple[SomeTime, ...], Field(min_length=1)]] = Field(
        default_factory=dict
    )


class RungEntry(Setting):
    """At most so many messages to one address in so long."""

    most: int = Field(gt=0)
    within: SomeTime


Ladder = Annotated[
    tuple[Annotated[RungEntry, BeforeValidator(contact_forms.rung), Or(_RUNG)], ...],
    _SEVERAL,
    Or(_RUNG),
]


class LimitsEntry(Setting):
    """How much one address takes; what is not given stays as it is without this entry."""

    ladder: Ladder | None = None
    bundle: Duration | None = None


class OperatorEntry(Setting):
    """Who is told when telling others does not work; or his id alone."""

    person: Id
    method: MethodOrRules = "rules"


class PeopleFile(Setting):
    """`people.yaml`."""

    people: tuple[PersonEntry, ...] = ()
    retries: RetriesEntry = RetriesEntry()
    page_expires: SomeTime = default_of(contract.PeopleDocument, "page_expires_s")
    limits: dict[ContactMethod, LimitsEntry] = Field(default_factory=dict)
    require_verified: bool = default_of(contract.PeopleDocument, "require_verified")
    operators: Annotated[
        tuple[
            Annotated[
                OperatorEntry, BeforeValidator(forms.under("person")), Or({"type": "string"})
            ],
            ...,
        ],
        _SEVERAL,
        Or({"type": "string"}),
    ] = ()
    rooms: RouteEntry | None = None
    inhibit: tuple[InhibitEntry, ...] = ()
