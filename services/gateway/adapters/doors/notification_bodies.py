"""What the doors about telling people take."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from services.gateway.adapters.doors.bodies import Given, PageQuery, Reason, Word
from services.gateway.adapters.view.told import Told
from shared.contracts.words import ContactMethod, ReceiptStatus

Id = Annotated[str, Field(min_length=1, max_length=500)]
_LONGEST_NUMBER = 6  # digits in a row: codes of providers have fewer, telephone numbers more


def _no_number_of_a_person(detail: str) -> str:
    run = 0
    for character in detail:
        run = run + 1 if character.isdigit() else 0
        if run > _LONGEST_NUMBER:
            raise ValueError("give the provider's code, and no telephone number")
    return detail


Detail = Annotated[
    str,
    Field(max_length=100, pattern=r"^[A-Za-z0-9 ._:#-]*$"),  # no address fits into that
    AfterValidator(_no_number_of_a_person),
]


class NotificationsQuery(PageQuery):
    undelivered: bool = Field(
        default=False, description="Only of those who were not told, or perhaps not, or not yet."
    )
    incident: Id | None = None
    escalation: Id | None = None
    person: Id | None = None
    state: Told | None = None


class Redrive(Given):
    reason: Reason | None = None


class RedriveMany(Given):
    """Of what came to nothing, all that fits; of each message one way, the first that fits."""

    person: Id | None = None
    incident: Id | None = None
    escalation: Id | None = None
    method: ContactMethod | None = None
    since_ms: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="It ended then or later."
    )
    until_ms: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="It ended before."
    )
    end: Literal["dead_lettered", "expired", "unknown"] | None = Field(
        default=None, description="Without it: dead_lettered and expired."
    )
    dry_run: bool = Field(default=False, description="Only say what would be sent again.")
    reason: Reason | None = None


class Code(Given):
    code: Annotated[str, Field(min_length=1, max_length=32)]


class OwnReceipt(Given):
    """What a connector of your own was told of a message: that it arrived, was read, came back."""

    notification_id: Id
    status: ReceiptStatus
    detail: Detail = Field(default="", description="Codes, such as `550 5.1.1`; no address.")
    provider_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{0,64}$")] = Field(
        default="", description="What the provider calls the message."
    )


class PeopleQuery(PageQuery):
    person: Word | None = None
