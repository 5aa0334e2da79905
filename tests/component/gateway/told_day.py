"""Facts of the notifier, as the doors about telling people hear them."""

from typing import Any

from shared.contracts import notification as n
from shared.contracts.configuration import INSTALLATION, PEOPLE, Document, canonical, hash_of
from shared.contracts.contacts import VerificationRequested
from shared.contracts.customers import CustomerNoticeRequested, customer_of
from shared.contracts.event import Event
from shared.contracts.interactions import Personal
from shared.contracts.people import Hop, PeopleDocument, Person, PersonalRules, QuietHours
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import PEOPLE_LOG
from tests.component.gateway.house import T0, House, escalated
from tests.component.gateway.test_incidents import notice

ESCALATION = "boston:7#first_reply/1"
PAGE = f"{ESCALATION}:c1:r1:l1:maria:email"
NOTICE = "chat-1:n1:ben:email"
SECRET = "my@secret.example"

MARIA = Person(
    id="maria",
    email="maria@example.org",
    phone="+15555550123",
    slack="U0123456",
    teams="managers",
    webhook="https://hooks.example.org/T00/secret-path",
    rules=PersonalRules(high=(Hop(method="sms"), Hop(method="email"))),
    quiet=QuietHours(start_minute=540, end_minute=600),  # T0 is at 09:00 UTC
)
OMAR = Person(id="omar", locale="he", email="omar@example.org")
ROLL = PeopleDocument(people=(OMAR, MARIA))


async def people_applied(
    house: House, document: PeopleDocument = ROLL, *, version: int = 1
) -> None:
    documents: dict[str, Document] = house.documents
    content_hash = hash_of(canonical(document))
    documents[content_hash] = document
    for partition in range(house.log.partitions):
        await house.log.append(
            PEOPLE_LOG, PEOPLE, _changed(content_hash, version, partition), partition=partition
        )
    await house.read()


def _changed(content_hash: str, version: int, partition: int) -> ConfigChanged:
    return ConfigChanged(
        event_id=f"config:*:{version}:{partition}",
        pool=PEOPLE,
        at_ms=T0,
        by="operator",
        actor="operator",
        hash=content_hash,
        version=version,
        partition=partition,
    )


def fact(kind: type[Event], row: str, person: str, /, **more: Any) -> Any:
    """A fact about a row; the `at_ms` given counts from T0."""
    at_ms = T0 + more.pop("at_ms", 10)
    name = kind.model_fields["kind"].default
    return kind.model_validate(
        {
            "event_id": f"{row}/{name}/{at_ms}/{len(more)}",
            "pool": "boston",
            "at_ms": at_ms,
            "by": "notifier",
            "notification_id": row,
            "person": person,
        }
        | more
    )


def page_row(
    interaction_id: str = "boston:7", *, hop: int = 1, method: str = "email", **more: Any
) -> Any:
    """The page to maria of an interaction's escalation opens a row."""
    pool = interaction_id.partition(":")[0]
    page = escalated(interaction_id)[1].model_copy(update={"pool": pool})
    cause = str(page.event_id)
    row = cause if hop == 1 else f"{cause}+{hop}"
    return fact(
        n.NotificationOpened,
        row,
        "maria",
        pool=pool,
        method=method,
        cause_id=cause,
        hop=hop,
        page=page,
        escalation_id=f"{interaction_id}#first_reply/1",
        cycle=1,
        expires_at_ms=T0 + 14_400_000,
        **more,
    )


def notice_row(person: str = "ben", *, pools: tuple[str, ...] = ("boston", "salem")) -> Any:
    cause = notice(person).model_copy(update={"pools": pools})
    return fact(
        n.NotificationOpened,
        cause.event_id,
        person,
        pool=INSTALLATION,
        method="email",
        cause_id=cause.event_id,
        notice=cause,
        incident_id="chat-1",
        expires_at_ms=T0 + 86_400_000,
    )


def customer_row(interaction_id: str = "boston:7") -> Any:
    person = customer_of(interaction_id)
    cause = CustomerNoticeRequested(
        event_id=f"{interaction_id}:receipt",
        pool="boston",
        at_ms=T0,
        by="router",
        notice_id=f"{interaction_id}:receipt",
        person=person,
        interaction_id=interaction_id,
        purpose="receipt",
        channel="email",
        language="en",
        expires_at_ms=T0 + 3_600_000,
        personal=Personal(address=SECRET, text=SECRET),
    )
    return fact(
        n.NotificationOpened,
        cause.notice_id,
        person,
        method="email",
        cause_id=cause.notice_id,
        customer_notice=cause,
        expires_at_ms=T0 + 3_600_000,
    )


def code_row(asked: VerificationRequested) -> Any:
    return fact(
        n.NotificationOpened,
        asked.verification_id,
        asked.person,
        pool=INSTALLATION,
        cause=asked.event_id,
        method=asked.method,
        verification=asked,
        expires_at_ms=asked.expires_at_ms,
    )


def leased(row: str, person: str = "maria", number: int = 1, **more: Any) -> Any:
    return fact(
        n.AttemptLeased,
        row,
        person,
        attempt_id=f"{row}/{number}",
        method="email",
        number=number,
        message_id="page.1",
        lease_until_ms=T0 + 30_000,
        **more,
    )


def retry(row: str, person: str = "maria", *, outcome: str = "transient", **more: Any) -> Any:
    return fact(
        n.RetryScheduled,
        row,
        person,
        attempt_id=f"{row}/1",
        outcome=outcome,
        retry_at_ms=T0 + 60_000,
        **more,
    )


def ended(row: str, end: str, person: str = "maria", *, reason: str = "so", **more: Any) -> Any:
    return fact(
        n.NotificationEnded,
        row,
        person,
        end=end,
        reason=reason,
        attempts=1,
        possible_repeats=0,
        **more,
    )


def noted(row: str, status: str, person: str = "maria", **more: Any) -> Any:
    return fact(n.ReceiptNoted, row, person, status=status, **more)


def held(row: str, why: str, person: str = "maria", **more: Any) -> Any:
    return fact(n.NotificationHeld, row, person, why=why, until_ms=T0 + 7_200_000, **more)


def in_doubt(row: str, person: str = "maria", **more: Any) -> Any:
    return fact(n.AttemptInDoubt, row, person, attempt_id=f"{row}/1", **more)


def reopened(row: str, person: str = "maria", **more: Any) -> Any:
    return fact(
        n.NotificationReopened, row, person, redrives=1, expires_at_ms=T0 + 3_600_000, **more
    )
