"""What is promised to one interaction is kept: its age, a call back, who asked for a consult.

Also O2: only the agent who has it answers; and that idling and work after hours are as told.
"""

from collections import Counter

from shared.contracts.configuration import PoolDocument
from shared.contracts.routing import (
    CallbackPromised,
    InteractionAbandoned,
    InteractionChanged,
    InteractionClosed,
    InteractionExpired,
    InteractionIdled,
    InteractionMoved,
    InteractionRequeued,
    InteractionWoken,
    MessageRecorded,
    Routing,
    TransferredOut,
)
from shared.contracts.words import RequeueReason
from switchyard.report.verdict import Finding
from tests.simulation.oracle.standing import Pool, Stay

GIVEN_AWAY: tuple[RequeueReason, ...] = ("transferred", "by_hand", "not_connected", "handed_back")


class KeepingCheck:
    def __init__(self, seen: Counter[str]) -> None:
        self._seen = seen
        self.kept = Finding("kept", "age, calls back, consults, idle and last work are as promised")
        self.one_answer = Finding("O2", "only the agent who has it answers the customer")

    def requeued(self, pool: Pool, stay: Stay, fact: InteractionRequeued) -> None:
        self._seen[f"requeued: {fact.reason}"] += 1
        self._age_kept(pool, stay, fact, fact.routing)
        had = stay.assigned_to
        if fact.reason == "handed_back" and (
            fact.preference is None or fact.preference.agent_id != stay.consulted_by
        ):
            self.kept.broken(f"{fact.event_id}: not handed back to {stay.consulted_by}")
        if had is not None:
            self._leave(pool, stay, had, fact)
        if fact.preference is not None:
            pool.asides.pop((stay.id, fact.preference.agent_id), None)
        if fact.reason in ("transferred", "handed_back") or fact.hand_back_to is not None:
            stay.consulted_by = fact.hand_back_to
            self._seen["consult"] += fact.hand_back_to is not None
        stay.preference, stay.assigned_to, stay.idle = fact.preference, None, False
        if fact.reason == "by_hand" or (stay.not_before_ms or 0) <= fact.at_ms:
            stay.not_before_ms = None
        self._require(pool, stay, fact.routing)
        pool.move(stay, "waiting")

    def _leave(self, pool: Pool, stay: Stay, had: str, fact: InteractionRequeued) -> None:
        """Who gave it away by command is not asked again at once."""
        pool.free(had, stay.id)
        if fact.reason in GIVEN_AWAY:
            aside_s = pool.document.aside_s if pool.document else 0
            pool.asides[stay.id, had] = fact.at_ms + aside_s * 1000

    def moved(self, pool: Pool, stay: Stay, fact: InteractionMoved) -> None:
        self._age_kept(pool, stay, fact, None)
        stay.channel = fact.to_channel
        pool.move(stay, "waiting")

    def changed(self, pool: Pool, stay: Stay, fact: InteractionChanged) -> None:
        for name in fact.changed or ("nothing",):
            self._seen[f"changed: {name}"] += 1
        self._place_kept(pool, stay, fact.routing, fact.event_id)
        self._require(pool, stay, fact.routing, anew=False)
        if stay.status == "limbo":
            pool.move(stay, "waiting")

    def _require(
        self, pool: Pool, stay: Stay, routing: Routing | None, *, anew: bool = True
    ) -> None:
        if routing is not None:
            counted = stay.status == "waiting"
            pool.inside[stay.queue] -= counted
            stay.require(routing, anew=anew)
            pool.inside[stay.queue] += counted

    def promised(self, pool: Pool, stay: Stay, fact: CallbackPromised) -> None:
        self._seen["callback promised"] += not stay.callback
        self._seen["callback at a time"] += fact.not_before_ms is not None
        self._seen["hung up, and is called back"] += stay.callback
        stay.callback, stay.not_before_ms = True, fact.not_before_ms
        if stay.status == "limbo":
            pool.move(stay, "waiting")

    def given_up(
        self, pool: Pool, stay: Stay, fact: InteractionAbandoned | InteractionExpired
    ) -> None:
        self.kept.exercised += 1
        if stay.callback:
            self.kept.broken(f"{fact.event_id}: {stay.id} was promised a call, and never got it")
        pool.move(stay, "ended")

    def gone(self, pool: Pool, stay: Stay, fact: InteractionClosed | TransferredOut) -> None:
        agent_id = stay.assigned_to
        if agent_id is not None:
            pool.free(agent_id, stay.id)
            if isinstance(fact, InteractionClosed) and fact.wrap_up_until_ms is not None:
                pool.wrap_ups[stay.id] = agent_id
                pool.take(agent_id, stay)
        stay.assigned_to, stay.idle = None, False
        pool.move(stay, "ended")

    def spoken(
        self, pool: Pool, stay: Stay, fact: InteractionIdled | InteractionWoken | MessageRecorded
    ) -> None:
        if isinstance(fact, MessageRecorded):
            stay.spoke_ms = fact.at_ms
            if fact.direction == "out":
                self.one_answer.exercised += 1
                if stay.assigned_to != fact.agent_id:
                    self.one_answer.broken(
                        f"{stay.id}: {fact.agent_id} answered, but {stay.assigned_to} had it"
                    )
            return
        self.kept.exercised += 1
        if stay.assigned_to != fact.agent_id:
            self.kept.broken(f"{fact.event_id}: {stay.assigned_to} has it, not {fact.agent_id}")
        if isinstance(fact, InteractionIdled):
            self._seen["idled"] += 1
            self._idled(pool, stay, fact)
            stay.idle = True
            pool.free(fact.agent_id, stay.id)
        else:
            self._seen["woken, overdrawn" if fact.overdrawn else "woken"] += 1
            stay.idle, stay.spoke_ms = False, fact.at_ms
            pool.take(fact.agent_id, stay)

    def _idled(self, pool: Pool, stay: Stay, fact: InteractionIdled) -> None:
        document = pool.document
        channels = {} if document is None else {str(k): v for k, v in document.channels.items()}
        after_s = channels[stay.channel].idle_after_s if stay.channel in channels else None
        if after_s is None or fact.at_ms < stay.spoke_ms + after_s * 1000:
            self.kept.broken(f"{fact.event_id}: idled before its time")

    def decided(self, pool: Pool) -> None:
        """Who has finished what he had is as he wanted to be after it."""
        for agent_id in pool.draining:
            self.kept.exercised += 1
            holds = any(it.assigned_to == agent_id for it in pool.stays.values())
            wraps = agent_id in pool.wrap_ups.values()
            if pool.status[agent_id] != "offline" and not holds and not wraps:
                self.kept.broken(f"{agent_id}: has no work any more, at {pool.now_ms}, and waits")

    def _age_kept(
        self,
        pool: Pool,
        stay: Stay,
        fact: InteractionRequeued | InteractionMoved,
        routing: Routing | None,
    ) -> None:
        self.kept.exercised += 1
        if fact.waiting_since_ms != stay.since_ms:
            self.kept.broken(f"{stay.id}: lost its age in {fact.event_id}")
        if routing is not None:
            self._place_kept(pool, stay, routing, fact.event_id)
        elif fact.order_ms != stay.order_ms:
            self.kept.broken(f"{stay.id}: lost its place in {fact.event_id}")

    def _place_kept(self, pool: Pool, stay: Stay, routing: Routing, event_id: str) -> None:
        """Its place is its age, with the head start of its class."""
        found = _head_start_ms(pool.document, routing.priority)
        if found is not None and routing.order_ms != stay.since_ms - found:
            self.kept.broken(f"{stay.id}: lost its place in {event_id}")


def _head_start_ms(document: PoolDocument | None, priority: str) -> int | None:
    """None: an emergency, which is before all by more than any age."""
    for it in document.priorities if document is not None else ():
        if it.name == priority:
            return None if it.emergency else it.head_start_s * 1000
    return 0
