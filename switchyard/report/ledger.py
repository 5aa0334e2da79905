"""Where each interaction stands, by the facts alone."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from shared.contracts.escalation import SlaClockStarted
from shared.contracts.interactions import InteractionReceived
from shared.contracts.routing import (
    InteractionAbandoned,
    InteractionAssigned,
    InteractionChanged,
    InteractionClosed,
    InteractionExpired,
    InteractionMoved,
    InteractionParked,
    InteractionQueued,
    InteractionRequeued,
    OfferEnded,
    OfferMade,
    TransferredIn,
    TransferredOut,
)
from shared.contracts.system import EventRejected, EventSkipped
from shared.contracts.words import Channel, ParkReason
from switchyard.report.reading import Entry

State = Literal[
    "received", "waiting", "offered", "assigned", "parked", "transferred",
    "closed", "abandoned", "expired", "refused",
]  # fmt: skip
Bucket = Literal["answered", "abandoned", "expired", "parked", "open"]
BUCKETS: tuple[Bucket, ...] = ("answered", "abandoned", "expired", "parked", "open")
_ENDED: frozenset[State] = frozenset({"closed", "abandoned", "expired", "refused", "transferred"})


@dataclass(slots=True)
class Stay:
    """One interaction in one pool. A transfer ends a stay and begins another."""

    interaction_id: str
    pool: str
    partition: int
    offset: int  # of the event that began it
    began_ms: int
    channel: Channel  # by which the customer came
    language: str
    topic: str | None
    attributes: dict[str, str]
    born_here: bool
    state: State = "received"
    queue: str = ""
    answered: bool = False  # an agent has it, or had it when it was closed
    waited_ms: int | None = None  # until the first assignment, or until it was given up
    changed_ms: int = 0
    hop: int = 0
    to: tuple[str, int] | None = None  # pool and hop of the transfer that ended it
    resolution_due_ms: int | None = None
    backup: Channel | None = None  # by which it waits, or was served, while its own is down
    live: int = 0  # its offers; several where its queue asks for it
    park_reason: ParkReason | None = None

    @property
    def bucket(self) -> Bucket | None:
        """Its one place in the sum of O1; None where it counts in another pool, or not at all."""
        match self.state:
            case "refused" | "transferred":
                return None
            case "assigned":
                return "answered"
            case "closed":
                # Closed before an agent took it: the customer left without an answer.
                return "answered" if self.answered else "abandoned"
            case "abandoned" | "expired" | "parked":
                return self.state
            case "received" | "waiting" | "offered":
                return "open"


@dataclass(slots=True)
class Ledger:
    """All stays by pool and id, and what contradicted itself on the way."""

    stays: dict[tuple[str, str], Stay] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # told of interactions never received
    decided_to: dict[str, int] = field(default_factory=lambda: defaultdict(lambda: -1))
    end_ms: int = 0
    _by_event: dict[str, Stay] = field(default_factory=dict)

    def see(self, entry: Entry) -> None:
        event = entry.event
        self.end_ms = max(self.end_ms, event.at_ms)
        if entry.source is not None and entry.source.shard.startswith("router-"):
            shard = entry.source.shard
            self.decided_to[shard] = max(self.decided_to[shard], entry.source.offset)
        match event:
            case InteractionReceived():
                self._begin(entry, event)
            case TransferredIn():
                self._arrive(entry, event)
            case EventRejected(cause=str(refused)) | EventSkipped(skipped=refused):
                self._refuse(refused)
            case SlaClockStarted(metric="resolution") if stay := self._stay(event):
                stay.resolution_due_ms = event.due_at_ms
            case _:
                self._follow(event)

    def lost(self, patience_ms: int) -> Iterator[Stay]:
        """Stays that the router read past without a decision, or left undecided for too long."""
        for stay in self.stays.values():
            passed = self.decided_to.get(f"router-{stay.partition}", -1) >= stay.offset
            overdue = self.end_ms - stay.began_ms > patience_ms
            if stay.state == "received" and (passed or overdue):
                yield stay

    def undecided(self) -> int:
        """Arrivals that the router has not read yet."""
        return sum(1 for stay in self.stays.values() if stay.state == "received")

    def _begin(self, entry: Entry, event: InteractionReceived) -> None:
        key = (event.pool, event.interaction_id)
        if key in self.stays:
            return  # sent again; the router decides whether it is the same
        self.stays[key] = self._by_event[event.event_id] = Stay(
            interaction_id=event.interaction_id,
            pool=event.pool,
            partition=entry.record.partition,
            offset=entry.record.offset,
            began_ms=event.at_ms,
            channel=event.channel,
            language=event.language,
            topic=event.topic,
            attributes=event.attributes,
            born_here=True,
        )

    def _arrive(self, entry: Entry, event: TransferredIn) -> None:
        key = (event.pool, event.interaction_id)
        before = self.stays.get(key)
        if before is not None and before.hop >= event.hop:
            return  # a known hop is dropped by the receiver too
        self.stays[key] = Stay(
            interaction_id=event.interaction_id,
            pool=event.pool,
            partition=entry.record.partition,
            offset=entry.record.offset,
            began_ms=event.waiting_since_ms,
            channel=event.channel,
            language=event.language,
            topic=event.topic,
            attributes=event.attributes,
            born_here=before.born_here if before else False,
            hop=event.hop,
        )

    def _refuse(self, event_id: str) -> None:
        stay = self._by_event.get(event_id)
        if stay is not None and stay.state == "received":
            stay.state = "refused"

    def _stay(self, event: SlaClockStarted) -> Stay | None:
        return self.stays.get((event.pool, event.interaction_id))

    def _follow(self, event: object) -> None:
        match event:
            case InteractionQueued() | InteractionRequeued() | InteractionParked():
                stay = self._move(event, "waiting" if _park_reason(event) is None else "parked")
                if stay is not None:
                    stay.queue = event.queue
                    stay.answered = False
                    stay.live = 0
                    stay.park_reason = _park_reason(event)
            case InteractionMoved(to_channel=channel):
                stay = self._move(event, "waiting", after=frozenset({"waiting", "parked"}))
                if stay is not None:
                    stay.backup = None if channel == stay.channel else channel
            case InteractionChanged():
                stay = self.stays.get((event.pool, event.interaction_id))
                if stay is not None:
                    stay.queue = event.routing.queue
            case OfferMade():
                stay = self._move(event, "offered", after=frozenset({"waiting", "offered"}))
                if stay is not None:
                    stay.live += 1
            case OfferEnded():
                stay = self.stays.get((event.pool, event.interaction_id))
                if stay is not None:
                    stay.live -= 1
                    if stay.state == "offered" and not stay.live:
                        stay.state = "waiting"
            case InteractionAssigned():
                before: State = "offered" if event.by_hand is None else "waiting"
                stay = self._move(event, "assigned", after=frozenset({before}))
                if stay is not None:
                    stay.answered = True
                    stay.waited_ms = event.waited_ms if stay.waited_ms is None else stay.waited_ms
            case InteractionClosed():
                stay = self._move(event, "closed")
                if stay is not None:
                    stay.answered = event.answered
            case InteractionAbandoned(waited_ms=waited):
                self._give_up(event, "abandoned", waited)
            case InteractionExpired(waited_ms=waited):
                self._give_up(event, "expired", waited)
            case TransferredOut(to_pool=pool, hop=hop):
                stay = self._move(event, "transferred")
                if stay is not None:
                    stay.to = (pool, hop)
            case _:
                pass  # says nothing of where an interaction stands

    def _give_up(
        self,
        event: InteractionAbandoned | InteractionExpired,
        state: Literal["abandoned", "expired"],
        waited_ms: int,
    ) -> None:
        stay = self._move(event, state)
        if stay is not None and stay.waited_ms is None:
            stay.waited_ms = waited_ms

    def _move(
        self, event: "_Moving", state: State, after: frozenset[State] | None = None
    ) -> Stay | None:
        stay = self.stays.get((event.pool, event.interaction_id))
        if stay is None:
            self.unknown.append(f"{event.interaction_id}: {event.kind}, but it was never received")
            return None
        if stay.state in _ENDED or (after is not None and stay.state not in after):
            self.conflicts.append(f"{event.interaction_id}: {event.kind} while {stay.state}")
            return None
        stay.state, stay.changed_ms = state, event.at_ms
        return stay


_Moving = (
    InteractionQueued
    | InteractionRequeued
    | InteractionParked
    | InteractionMoved
    | OfferMade
    | InteractionAssigned
    | InteractionClosed
    | InteractionAbandoned
    | InteractionExpired
    | TransferredOut
)


def _park_reason(
    event: InteractionQueued | InteractionRequeued | InteractionParked,
) -> ParkReason | None:
    return event.reason if isinstance(event, InteractionParked) else None
