"""A small pool, and a runner in one process: decide, evolve, and now and then a restore."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from services.escalation.core import EscalationState, escalation_core
from shared.contracts.catalogue import read
from shared.contracts.configuration import (
    Calendar,
    ChannelSettings,
    Document,
    EscalationLevel,
    EscalationPolicy,
    PoolDocument,
    Queue,
    SlaPolicy,
    SlaTarget,
    Span,
)
from shared.contracts.escalation import PageAcknowledged
from shared.contracts.event import Event
from shared.contracts.routing import (
    InteractionAbandoned,
    InteractionAssigned,
    InteractionClosed,
    InteractionExpired,
    InteractionQueued,
    MessageRecorded,
    QueueDecision,
    TransferredOut,
)
from shared.contracts.system import ConfigChanged, Tick
from shared.contracts.words import Channel, CloseOutcome

E = TypeVar("E", bound=Event)
SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
FIRST = "a:1#first_reply/1"


def ms(iso: str) -> int:
    """An instant from ISO 8601; without a zone it is UTC."""
    at = datetime.fromisoformat(iso)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


NOON = ms("2026-03-04T12:00:00")  # a Wednesday
OFFICE = Calendar(
    name="office",
    timezone="Europe/Riga",
    week={
        day: (Span(opens_min=9 * 60, closes_min=17 * 60),)
        for day in ("mon", "tue", "wed", "thu", "fri")
    },
)
FIRST_REPLY = SlaTarget(
    metric="first_reply", open_s=60, met_by="assignment", escalation_policy="lead"
)
RESOLUTION = SlaTarget(metric="resolution", open_s=4 * 3600, met_by="close", calendar="office")
LEAD = EscalationPolicy(
    name="lead",
    levels=(
        EscalationLevel(people=("ana", "ben")),
        EscalationLevel(after_s=300, people=("cleo",)),
    ),
    rounds=2,
    round_s=1800,
)


def document(
    *,
    pool: str = "a",
    targets: Iterable[SlaTarget] = (FIRST_REPLY, RESOLUTION),
    escalations: Iterable[EscalationPolicy] = (LEAD,),
    calendars: Iterable[Calendar] = (OFFICE,),
    dedupe_horizon_s: int = 86_400,
) -> PoolDocument:
    return PoolDocument(
        pool=pool,
        default_language="en",
        default_queue="main",
        queues=(Queue(name="main"), Queue(name="quick", sla_policy="quick")),
        channels={"chat": ChannelSettings()},
        calendars=tuple(calendars),
        sla_policies=(
            SlaPolicy(name="usual", targets=tuple(targets)),
            SlaPolicy(
                name="quick",
                targets=(SlaTarget(metric="first_reply", open_s=5, met_by="reply"),),
            ),
        ),
        default_sla_policy="usual",
        escalation_policies=tuple(escalations),
        dedupe_horizon_s=dedupe_horizon_s,
    )


class Stage:
    """Feeds events as the runner does, at the time `now`, and keeps the facts."""

    def __init__(self, *documents: PoolDocument, now: int = NOON) -> None:
        self.documents: dict[str, Document] = {}
        self.state = escalation_core.empty(self.documents)
        self.stored: dict[str, bytes] = {}
        self.now = now
        self.facts: list[Event] = []
        self._number = 0
        for it in documents or (document(),):
            self.configure(it)

    def feed(self, event: Event) -> list[Event]:
        self.now = max(self.now, event.at_ms)
        told = []
        for fact in escalation_core.decide(self.state, event, self.now):
            copy = read(fact.kind, fact.model_dump_json().encode())  # type: ignore[attr-defined]  # every fact has a kind
            escalation_core.evolve(self.state, copy)
            told.append(copy)
        self.facts += told
        return told

    def wait(self, ms_: int) -> list[Event]:
        """Time passes without an event; then one tick."""
        self.now += ms_
        return self.feed(Tick(**self._said("")))

    def play(self, until: int) -> list[Event]:
        """Time passes as in life: a tick whenever the core's deadline is reached."""
        told = []
        while (deadline := escalation_core.deadline(self.state)) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            told += self.feed(Tick(**self._said("")))
        self.now = max(self.now, until)
        return told

    def commit(self) -> None:
        for key, value in escalation_core.take_changed(self.state):
            if value is None:
                self.stored.pop(key, None)
            else:
                self.stored[key] = value

    def restore(self) -> None:
        """A new owner: everything from the stored entities."""
        self.commit()
        self.state = self.restored()

    def restored(self) -> EscalationState:
        state = escalation_core.empty(self.documents)
        escalation_core.load(state, self.stored)
        return state

    def configure(self, it: PoolDocument, version: int | None = None) -> list[Event]:
        hash_ = f"{it.pool}{len(self.documents) + 1}"
        self.documents[hash_] = it
        number = len(self.documents) if version is None else version
        return self.feed(
            ConfigChanged(hash=hash_, version=number, actor="operator", **self._said(it.pool))
        )

    def queued(
        self,
        id_: str = "a:1",
        *,
        pool: str = "a",
        queue: str = "main",
        channel: Channel = "chat",
        since: int | None = None,
        hop: int = 0,
        answered: bool = False,
        replied: bool = False,
        topic: str | None = None,
        priority: str = "normal",
    ) -> list[Event]:
        since = self.now if since is None else since
        return self.feed(
            InteractionQueued(
                interaction_id=id_,
                channel=channel,
                queue=queue,
                language="lv",
                language_source="given",
                priority=priority,
                topic=topic,
                waiting_since_ms=since,
                order_ms=since,
                hop=hop,
                answered=answered,
                replied=replied,
                why=QueueDecision(rule="default"),
                **self._said(pool),
            )
        )

    def assigned(self, id_: str = "a:1", *, pool: str = "a") -> list[Event]:
        return self.feed(
            InteractionAssigned(
                interaction_id=id_,
                offer_id=f"{id_}:1",
                agent_id="ag1",
                channel="chat",
                queue="main",
                language="lv",
                waited_ms=0,
                **self._said(pool),
            )
        )

    def message(self, direction: Literal["in", "out"], id_: str = "a:1") -> list[Event]:
        return self.feed(
            MessageRecorded(interaction_id=id_, direction=direction, number=1, **self._said("a"))
        )

    def closed(
        self, id_: str = "a:1", *, pool: str = "a", outcome: CloseOutcome = "solved"
    ) -> list[Event]:
        return self.feed(
            InteractionClosed(
                interaction_id=id_, queue="main", outcome=outcome, answered=True, **self._said(pool)
            )
        )

    def abandoned(self, id_: str = "a:1", *, pool: str = "a") -> list[Event]:
        return self.feed(
            InteractionAbandoned(interaction_id=id_, queue="main", waited_ms=0, **self._said(pool))
        )

    def expired(self, id_: str = "a:1", *, pool: str = "a") -> list[Event]:
        return self.feed(
            InteractionExpired(interaction_id=id_, queue="main", waited_ms=0, **self._said(pool))
        )

    def transferred_out(
        self, id_: str = "a:1", *, pool: str = "a", to_pool: str = "b", hop: int = 1
    ) -> list[Event]:
        return self.feed(
            TransferredOut(interaction_id=id_, to_pool=to_pool, hop=hop, **self._said(pool))
        )

    def acknowledged(
        self, escalation_id: str = FIRST, *, cycle: int = 1, person: str = "ana", pool: str = "a"
    ) -> list[Event]:
        return self.feed(
            PageAcknowledged(
                escalation_id=escalation_id,
                cycle=cycle,
                person=person,
                via="link",
                actor=f"person:{person}",
                **self._said(pool),
            )
        )

    def _said(self, pool: str) -> Any:
        self._number += 1
        return {
            "event_id": f"event-{self._number}",
            "pool": pool,
            "at_ms": self.now,
            "by": "test",
        }


def kinds(facts: Iterable[Event]) -> list[str]:
    return [fact.kind for fact in facts]  # type: ignore[attr-defined]  # every fact has a kind


def of(kind: type[E], facts: Iterable[Event]) -> list[E]:
    return [fact for fact in facts if isinstance(fact, kind)]


def picture(state: EscalationState) -> dict[str, object]:
    """All that two equal states must agree on, derived parts included."""
    return {
        "pools": {name: pool.config for name, pool in state.pools.items()},
        "cases": state.cases,
        "timers": dict(state.timers.pending()),
        "deadline": escalation_core.deadline(state),
    }
