"""The notification ledger as one shard holds it: entities, their indexes, and who is looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.notifier.core.agenda import Agenda
from services.notifier.core.causes.lines import Line, LineKey
from services.notifier.core.causes.threads import Thread, ThreadKey
from services.notifier.core.ledger.roots import Root, RootKey
from services.notifier.core.ledger.targets import Target, TargetKey
from services.notifier.core.model import (
    Content,
    Customer,
    CycleKey,
    Digest,
    Notification,
    Recall,
    ReportedTrouble,
    Taken,
    Verified,
)
from services.notifier.core.rooms.groups import Group
from services.notifier.core.rooms.model import KnownAlert, Room, Source
from shared.contracts.configuration import Document
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.people import PeopleDocument, Person

ForgetKey = tuple[int, str]  # when (ms), person
_MOST_ROLLS = 8  # documents of people by which somebody is looked up lately


@dataclass(slots=True)
class Bucket:
    """What a person's ledger forgets at one time."""

    notifications: list[str] = field(default_factory=list)
    recalls: list[CycleKey] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)


@dataclass(slots=True)
class NotifierState:
    """Entities (`taken` to `troubles`) and, below `changed`, what derives from them."""

    documents: Mapping[str, Document]
    taken: Taken = field(default_factory=Taken)
    notifications: dict[str, Notification] = field(default_factory=dict)
    recalls: dict[CycleKey, Recall] = field(default_factory=dict)
    troubles: dict[str, ReportedTrouble] = field(default_factory=dict)
    verified: dict[str, Verified] = field(default_factory=dict)  # by `<person>/<method>`
    customers: dict[str, Customer] = field(default_factory=dict)  # by interaction
    changed: set[str] = field(default_factory=set)  # names of entities, see storage.py

    due: Agenda[str] = field(default_factory=Agenda)  # open notifications by `due_ms`
    forget: Agenda[ForgetKey] = field(default_factory=Agenda)
    buckets: dict[ForgetKey, Bucket] = field(default_factory=dict)
    by_cycle: dict[CycleKey, set[str]] = field(default_factory=dict)  # pages kept, open or ended
    threads: dict[ThreadKey, Thread] = field(default_factory=dict)  # notices kept
    lines: dict[LineKey, Line] = field(default_factory=dict)  # the same, by channel
    targets: dict[TargetKey, Target] = field(default_factory=dict)
    next_hops: Agenda[str] = field(default_factory=Agenda)  # rows by `next_hop_ms`
    roots: dict[RootKey, Root] = field(default_factory=dict)
    trouble_hours: dict[int, set[str]] = field(default_factory=dict)
    alerts: dict[str, KnownAlert] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    groups_due: Agenda[str] = field(default_factory=Agenda)
    rooms: dict[str, Room] = field(default_factory=dict)
    rolls: dict[str, dict[str, Person]] = field(default_factory=dict)  # memo of person_of

    @property
    def people(self) -> PeopleDocument | None:
        document = self.documents.get(self.taken.hash)
        return document if isinstance(document, PeopleDocument) else None


def content(state: NotifierState, notification_id: str) -> Content | None:
    """What a notification is to tell; None if it is unknown here or has ended."""
    row = state.notifications.get(notification_id)
    if row is None:
        return None
    if row.customer_notice is not None:
        return _with_address(state, row.customer_notice)
    if not row.members:
        return row.cause
    carried = (state.notifications.get(one) for one in row.members)  # some may be forgotten
    causes = tuple(it.cause for it in carried if it and it.cause and it.is_carried_by(row))
    return Digest(causes) if causes else None


def _with_address(state: NotifierState, notice: CustomerNoticeRequested) -> CustomerNoticeRequested:
    """What follows a receipt goes where that went; it does not repeat the address."""
    known = state.customers.get(notice.interaction_id)
    if notice.purpose == "receipt" or known is None:
        return notice
    return notice.model_copy(update={"personal": known.personal})


def is_notice(state: NotifierState, notification_id: str) -> bool:
    """Whether a notification, open or ended, tells of an incident."""
    row = state.notifications.get(notification_id)
    return row is not None and bool(row.incident_id)


def person_of(state: NotifierState, person: str, document: str | None = None) -> Person | None:
    """A person of a document, by default of the one in force; None if nobody is called so."""
    document_hash = state.taken.hash if document is None else document
    if document_hash not in state.rolls:  # a document never changes under its hash
        found = state.documents.get(document_hash)
        if not isinstance(found, PeopleDocument):
            return None
        if len(state.rolls) >= _MOST_ROLLS:
            state.rolls.clear()
        state.rolls[document_hash] = {one.id: one for one in found.people}
    return state.rolls[document_hash].get(person)
