"""The notifier's core driven by hand: one log in, facts out, one shard's state between."""

from collections.abc import Iterable
from typing import Literal

from services.notifier.core import NotifierState, notifier_core
from shared.contracts.configuration import INSTALLATION, PEOPLE, Document, canonical, hash_of
from shared.contracts.escalation import PageAcknowledged, PageRecalled, PageRequested
from shared.contracts.event import Event
from shared.contracts.notification import (
    AttemptEnded,
    AttemptLeased,
    DeliveryReported,
    NotificationEnded,
    NotificationOpened,
    RedriveRequested,
)
from shared.contracts.outage import Evidence, NoticeRequested
from shared.contracts.people import Hop, PeopleDocument, Person, PersonalRules, RetrySchedule
from shared.contracts.system import ConfigChanged, Tick
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import AttemptOutcome, NoticePurpose, ReceiptStatus

T0 = 1_423_040_400_000  # 4 February 2015, 09:00 UTC
SECOND, HOUR = 1_000, 3_600_000
ESCALATION = "boston:42#first_reply/1"
ANA = Person(id="ana", locale="en", timezone="America/New_York", email="ana@example.org")
DOV = Person(id="dov", locale="he-IL", timezone="Asia/Jerusalem", email="dov@example.org")
MUTE = Person(id="mute")  # has no address
ROOM = Person(id="room", locale="nl", webhook="https://hooks.example.org/room?token=s3cret")
INCIDENT = "chat-7"
EVA = Person(  # wants what is urgent by three methods, and the rest by mail
    id="eva",
    email="eva@example.org",
    phone="+31612345678",
    slack="U0EVA",
    rules=PersonalRules(
        high=(
            Hop(method="slack", succeed_by_s=60),
            Hop(method="email", succeed_by_s=120),
            Hop(method="voice", succeed_by_s=60),
        ),
        low=(Hop(method="email", succeed_by_s=600),),
    ),
)
DOCUMENT = PeopleDocument(
    people=(ANA, DOV, MUTE, ROOM, EVA), retries=RetrySchedule(waits_s=(5, 15, 60), lease_s=30)
)


def page(
    person: str = "ana",
    *,
    cycle: int = 1,
    round_: int = 1,
    level: int = 1,
    escalation_id: str = ESCALATION,
    method: str = "email",
    at_ms: int = T0,
    expires_ms: int = 4 * HOUR,
) -> PageRequested:
    page_id = f"{escalation_id}:c{cycle}:r{round_}:l{level}:{person}:{method}"
    return PageRequested(
        event_id=page_id,
        pool="boston",
        at_ms=at_ms,
        by="escalation",
        page_id=page_id,
        escalation_id=escalation_id,
        interaction_id=escalation_id.partition("#")[0],
        metric="first_reply",
        cycle=cycle,
        round=round_,
        level=level,
        person=person,
        method=method,
        queue="streets",
        channel="chat",
        language="es",
        due_at_ms=T0 - 125 * SECOND,
        expires_at_ms=at_ms + expires_ms,
    )


def notice(
    person: str = "ana",
    *,
    sequence: int = 1,
    purpose: NoticePurpose | None = None,
    incident_id: str = INCIDENT,
    method: str = "email",
    expires_ms: int = 24 * HOUR,
    **changes: object,
) -> NoticeRequested:
    """The first of an incident opens it; the others are updates, unless said otherwise."""
    purpose = purpose or ("opening" if sequence == 1 else "update")
    notice_id = f"{incident_id}:n{sequence}:{person}:{method}"
    at_ms = T0 + (sequence - 1) * 15 * 60 * SECOND
    over = purpose == "recovery"
    asked = NoticeRequested(
        event_id=notice_id,
        pool=INSTALLATION,
        at_ms=at_ms,
        by="outage",
        notice_id=notice_id,
        incident_id=incident_id,
        sequence=sequence,
        purpose=purpose,
        audience="staff",
        person=person,
        method=method,
        channel="chat",
        backups=("email",),
        pools=("boston",),
        severity="critical",
        status="resolved" if over else "investigating",
        opened_by="probe",
        evidence=(Evidence(signal="probe", at_ms=T0, detail="timeout after 5 s"),),
        started_at_ms=T0,
        next_update_at_ms=None if over else at_ms + 15 * 60 * SECOND,
        moved=12,
        parked=3,
        returned=15 if over else 0,
        expires_at_ms=T0 + expires_ms,
    )
    return asked.model_copy(update=changes)


def recall(
    person: str = "ana",
    *,
    cycle: int = 1,
    reason: Literal["acknowledged", "resolved", "superseded"] = "resolved",
    escalation_id: str = ESCALATION,
) -> PageRecalled:
    return PageRecalled(
        event_id=f"{escalation_id}:c{cycle}:{person}/recalled",
        pool="boston",
        at_ms=T0,
        by="escalation",
        escalation_id=escalation_id,
        cycle=cycle,
        person=person,
        reason=reason,
    )


def acknowledgement(
    person: str = "ana", *, cycle: int = 1, escalation_id: str = ESCALATION
) -> PageAcknowledged:
    return PageAcknowledged(
        event_id=f"ack/{escalation_id}/{cycle}/{person}",
        pool="boston",
        at_ms=T0,
        by="gateway",
        actor=f"manager:{person}",
        escalation_id=escalation_id,
        cycle=cycle,
        person=person,
        via="link",
    )


def outcome_of(
    lease: AttemptLeased,
    outcome: AttemptOutcome,
    *,
    detail: str = "",
    retry_after_ms: int | None = None,
    provider_id: str = "",
) -> AttemptEnded:
    return AttemptEnded(
        event_id=f"{lease.attempt_id}/ended",
        pool=lease.pool,
        at_ms=lease.at_ms,
        by="notifier",
        cause=lease.event_id,
        attempt_id=lease.attempt_id,
        notification_id=lease.notification_id,
        person=lease.person,
        outcome=outcome,
        detail=detail,
        retry_after_ms=retry_after_ms,
        provider_id=provider_id,
    )


def receipt_of(
    lease: AttemptLeased, status: ReceiptStatus, *, detail: str = "", provider_id: str = ""
) -> DeliveryReported:
    return DeliveryReported(
        event_id=f"{lease.attempt_id}/{status}",
        pool=lease.pool,
        at_ms=lease.at_ms,
        by="gateway",
        notification_id=lease.notification_id,
        person=lease.person,
        status=status,
        detail=detail,
        provider_id=provider_id,
    )


def redrive(notification_id: str, person: str = "ana", *, number: int = 1) -> RedriveRequested:
    return RedriveRequested(
        event_id=f"redrive/{notification_id}/{number}",
        pool=PEOPLE,
        at_ms=T0,
        by="gateway",
        actor="operator",
        notification_id=notification_id,
        person=person,
    )


def tick(now: int) -> Tick:
    return Tick(event_id=f"tick/{now}", pool="", at_ms=now, by="notifier")


def config(document: Document, version: int) -> ConfigChanged:
    return ConfigChanged(
        event_id=f"people/v{version}",
        pool=PEOPLE,
        at_ms=T0,
        by="operator",
        actor="operator",
        hash=hash_of(canonical(document)),
        version=version,
    )


class LedgerShard:
    """One shard: takes events as the runner does, and keeps all facts that followed."""

    def __init__(self, document: Document | None = DOCUMENT) -> None:
        self.documents: dict[str, Document] = {}
        self.state: NotifierState = notifier_core.empty(self.documents)
        self.stored: dict[str, bytes] = {}
        self.heard: list[tuple[Event, int]] = []
        self.facts: list[Event] = []
        self.now = T0
        if document is not None:
            self.configure(document, 1)

    def configure(self, document: Document, version: int) -> list[Event]:
        self.documents[hash_of(canonical(document))] = document
        return self.hear(config(document, version))

    def hear(self, event: Event, now: int | None = None) -> list[Event]:
        """Decide and evolve one event; the facts that followed, also of what it told itself."""
        told = self._hear(event, now)
        for fact in told:
            if isinstance(fact, TroubleReported):  # it stands in the same log
                told = told + self._hear(fact, None)
        return told

    def _hear(self, event: Event, now: int | None) -> list[Event]:
        self.now = max(self.now, now or 0)
        self.heard.append((event, self.now))
        told = []
        for fact in notifier_core.decide(self.state, event, self.now):
            notifier_core.evolve(self.state, fact)
            told.append(fact)
        self.facts += told
        return told

    def wait(self, milliseconds: int) -> list[Event]:
        """Let time pass as the runner would: a tick at each deadline on the way."""
        end, told = self.now + milliseconds, []
        while (due := notifier_core.deadline(self.state)) is not None and due <= end:
            told += self.hear(tick(due), due)
        self.now = end
        return told

    def store(self) -> None:
        """What a commit does: changed entities go to the state topic."""
        for name, value in notifier_core.take_changed(self.state):
            if value is None:
                self.stored.pop(name, None)
            else:
                self.stored[name] = value

    def reload(self) -> None:
        """Another process takes the shard over."""
        self.store()
        self.state = notifier_core.empty(self.documents)
        notifier_core.load(self.state, self.stored)

    def entities(self) -> dict[str, bytes]:
        """The whole state, encoded, as it would be stored."""
        self.store()
        return dict(self.stored)


def opened(facts: Iterable[Event]) -> list[NotificationOpened]:
    return [fact for fact in facts if isinstance(fact, NotificationOpened)]


def leases(facts: Iterable[Event]) -> list[AttemptLeased]:
    return [fact for fact in facts if isinstance(fact, AttemptLeased)]


def ends(facts: Iterable[Event]) -> list[NotificationEnded]:
    return [fact for fact in facts if isinstance(fact, NotificationEnded)]
