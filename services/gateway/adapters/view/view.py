"""Follows the three logs from their beginning: what the doors show and wait for."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping

import structlog

from services.gateway.adapters.view import (
    agent_facts,
    escalation_facts,
    ledger_facts,
    routing_facts,
)
from services.gateway.adapters.view.board import Board
from services.gateway.adapters.view.clocks import ClockFact
from services.gateway.adapters.view.desks import told_to
from services.gateway.adapters.view.directory import Directory
from services.gateway.adapters.view.explained import Explained
from services.gateway.adapters.view.ledger import Ledger
from services.gateway.adapters.view.model import Interaction
from services.gateway.adapters.view.outage_facts import Outages
from services.gateway.adapters.view.outcomes import Outcomes
from services.gateway.adapters.view.people import People
from services.gateway.adapters.view.repeats import Repeats
from services.gateway.adapters.view.subscribers import Subscribers
from shared.contracts import explanation, presence, routing
from shared.contracts.configuration import Document
from shared.contracts.contacts import ContactVerified, VerificationRequested
from shared.contracts.event import Event
from shared.contracts.interactions import InteractionReceived
from shared.contracts.notification import NotificationOpened
from shared.contracts.system import ConfigChanged, ConfigTaken, EventRejected, EventSkipped
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.log import Follower, LogRecord

log = structlog.get_logger(__name__)
FOLLOWED = (POOL_LOG, SYSTEM_LOG, PEOPLE_LOG)
_DECIDES = "router"  # under whose configuration commands are followed
_OUTAGE = "outage"
_TELLS = "notifier"
_NOT_SHOWN = frozenset(
    {
        "tick", "agents_seen", "leases_renewed", "stubs_dropped", "contacts_seen", "probe_ended",
        "explanation_requested",
    }
)  # fmt: skip
_OF_PEOPLE = ledger_facts.KINDS | {  # what others tell people-log stands elsewhere, too
    "verification_requested", "contact_verified", "config_changed", "config_taken",
    "event_rejected", "event_skipped",
}  # fmt: skip
_COMMANDS_KEPT = 20_000  # of which we know the interaction, to tell their rejection in its story


class View:
    def __init__(
        self,
        *,
        documents: Mapping[str, Document],
        ended_kept: int,
        notifications_kept: int = 20_000,
        outcomes_kept: int = 50_000,
    ) -> None:
        self.board = Board(ended_kept=ended_kept)
        self.directory = Directory(documents)
        self.outages = Outages()
        self.ledger = Ledger(kept=notifications_kept)
        self.people = People(documents)
        # By the log that a command goes to: its facts are told there, and some elsewhere as well.
        self.outcomes = {topic: Outcomes(remembered=outcomes_kept) for topic in FOLLOWED}
        self.subscribers = Subscribers()
        self.explained = Explained()
        self.records = 0
        self.unreadable = 0
        self._repeats = Repeats()
        self._commands: OrderedDict[str, str] = OrderedDict()  # event_id -> interaction_id
        self._followers: dict[str, Follower] = {}

    async def run(self, topic: str, follower: Follower) -> None:
        """Follow one log for ever; cancel it to stop."""
        self._followers[topic] = follower
        async for batch in follower.batches():
            for number, record in enumerate(batch):
                self.apply(record)
                if number % 200 == 199:
                    await asyncio.sleep(0)  # a long catch-up must not starve the doors
            self.outcomes[topic].tell()

    def behind(self) -> list[str]:
        """The logs that are not read to where their end was at the start."""
        return [
            topic
            for topic in FOLLOWED
            if (follower := self._followers.get(topic)) is None or not follower.caught_up()
        ]

    def caught_up(self) -> bool:
        return not self.behind()

    def interaction(self, interaction_id: str) -> Interaction | None:
        return self.board.interactions.get(interaction_id)

    def apply(self, record: LogRecord) -> None:
        """Take in one record. What cannot be read is counted and left to its owner."""
        self.records += 1
        if record.kind in _NOT_SHOWN:
            return
        if record.topic == PEOPLE_LOG and record.kind not in _OF_PEOPLE:
            return
        try:
            if self._repeats.seen(record):
                return
            event = record.event()
        except (KeyError, ValueError) as error:  # pydantic's ValidationError is a ValueError
            self.unreadable += 1
            log.warning(
                "record_not_read",
                kind=record.kind,
                partition=record.partition,
                offset=record.offset,
                error=type(error).__name__,
            )
            return
        if record.topic == SYSTEM_LOG:
            self.outages.follow(event, record.value)
            if record.by == _OUTAGE:  # the router's facts have their place in pool-log
                self.outcomes[SYSTEM_LOG].heard(record.kind, event)
        elif record.topic == PEOPLE_LOG:
            self._tell(event, record.value)
            if record.by == _TELLS:
                self.outcomes[PEOPLE_LOG].heard(record.kind, event)
        else:
            self._take(record.kind, event, record.value)

    def _tell(self, event: Event, value: bytes) -> None:
        """One event of people-log."""
        match event:
            case NotificationOpened():
                ledger_facts.opened(self.ledger, event)
            case VerificationRequested():
                self.people.asked(event)
            case ContactVerified():
                self.people.verified(event)
            case ConfigChanged():
                if self.people.version is None:  # as of pools: a later one may be refused
                    self.people.take(event.hash, event.version)
            case ConfigTaken():
                self.people.take(event.hash, event.version)
            case _ if isinstance(event, ledger_facts.RowFact):
                ledger_facts.follow(self.ledger, event, value)
            case _:
                pass  # refusals: whoever asked is told, nothing else is to be shown

    def _take(self, kind: str, event: Event, value: bytes) -> None:
        """One event of pool-log."""
        holder = self._holder(event)
        match event:
            case ConfigChanged():
                # A later one counts when the router has taken it: it may be refused.
                if self.directory.version(event.pool) is None:
                    self.directory.take(event.pool, event.hash, event.version)
            case ConfigTaken():
                if event.service == _DECIDES:
                    self.directory.take(event.pool, event.hash, event.version)
                    agent_facts.as_configured(self.board, event.pool)
            case presence.AgentChanged() | presence.AgentWithheld() | presence.AgentSkillsChanged():
                agent_facts.follow(self.board, event)
            case routing.QueueHoursChanged():
                agent_facts.queue_hours(self.board, event)
            case explanation.InteractionExplained():
                if event.cause is not None:
                    self.explained.heard(event.cause, value)
            case EventRejected() | EventSkipped():
                self._refused(event, value)
            case _:
                self._of_interaction(event, value)
        self._tell_streams(kind, event, value, holder)
        self.outcomes[POOL_LOG].heard(kind, event)

    def _of_interaction(self, event: Event, value: bytes) -> None:
        interaction_id = _interaction_of(event)
        if interaction_id is None:
            return
        if isinstance(
            event, InteractionReceived | routing.InteractionQueued | routing.TransferredIn
        ):
            known: Interaction | None = self.board.meet(interaction_id, event.pool, event.at_ms)
        else:
            known = self.board.interactions.get(interaction_id)
        if isinstance(event, escalation_facts.EscalationFact):
            escalation_facts.follow(self.board, event)
        elif isinstance(event, ClockFact):
            self.board.pool(event.pool).clocks.follow(event)
        if known is None:
            return
        known.story.add(value)
        if isinstance(event, InteractionReceived):
            routing_facts.received(known, event)
        elif isinstance(event, routing_facts.InteractionFact):
            routing_facts.follow(self.board, known, event, value)
        if event.cause is None:
            self._commands[event.event_id] = interaction_id
            if len(self._commands) > _COMMANDS_KEPT:
                self._commands.popitem(last=False)

    def _refused(self, fact: EventRejected | EventSkipped, value: bytes) -> None:
        """Shown in the story of the interaction that the refused command was about."""
        refused = fact.skipped if isinstance(fact, EventSkipped) else fact.cause
        known = self.interaction(self._commands.get(refused or "", ""))
        if known is None:
            return
        known.story.add(value)
        if known.state == "received" and known.received_by == refused:
            self.board.move(known, "rejected", fact.at_ms)

    def _holder(self, event: Event) -> str | None:
        """The agent who has the interaction of this event before it is followed."""
        known = self.interaction(_interaction_of(event) or "")
        return known.agent_id if known is not None and known.state == "assigned" else None

    def _tell_streams(self, kind: str, event: Event, value: bytes, holder: str | None) -> None:
        after = self._holder(event) if holder is not None else None
        for agent_id in told_to(event, holder, after):
            self.subscribers.tell(
                event.pool, agent_id, event_id=event.event_id, kind=kind, data=value
            )


def _interaction_of(event: Event) -> str | None:
    found: str | None = getattr(event, "interaction_id", None)
    if found is None:
        escalation_id: str | None = getattr(event, "escalation_id", None)
        found = escalation_id.partition("#")[0] if escalation_id else None
    return found
