"""R1 to R6 and O2 from the router's facts alone: who waits, who is free, who was there first.

Written from the contracts, not from the router's code. Each part of it looks at one thing; this
one reads the facts of each decision in order, and asks the parts when a decision is complete.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from shared.contracts.configuration import Document, PoolDocument
from shared.contracts.event import Event
from shared.contracts.explanation import InteractionExplained
from shared.contracts.presence import AgentChanged, AgentSkillsChanged, AgentWithheld
from shared.contracts.routing import (
    CallbackPromised,
    CapacityReleased,
    InteractionAbandoned,
    InteractionAssigned,
    InteractionChanged,
    InteractionClosed,
    InteractionExpired,
    InteractionIdled,
    InteractionMoved,
    InteractionParked,
    InteractionQueued,
    InteractionRequeued,
    InteractionWidened,
    InteractionWoken,
    MessageRecorded,
    OfferEnded,
    OfferMade,
    QueueHoursChanged,
    TransferredOut,
)
from shared.contracts.system import ConfigTaken
from switchyard.report.reading import Entry
from switchyard.report.verdict import Finding
from tests.simulation.oracle.asking import AskingCheck
from tests.simulation.oracle.keeping import KeepingCheck
from tests.simulation.oracle.queueing import QueueingCheck
from tests.simulation.oracle.standing import Pool, Stay
from tests.simulation.oracle.waiting import WaitingCheck

OF_STAYS = (
    OfferMade, OfferEnded, InteractionAssigned, InteractionWidened, InteractionRequeued,
    InteractionMoved, InteractionChanged, CallbackPromised, InteractionIdled, InteractionWoken,
    MessageRecorded, InteractionParked, InteractionClosed, TransferredOut, InteractionAbandoned,
    InteractionExpired, CapacityReleased,
)  # fmt: skip


class FloorCheck:
    def __init__(self, documents: Mapping[str, Document], explained: Iterable[Entry] = ()) -> None:
        self._documents = documents
        self._pools: dict[str, Pool] = {}
        self._at: tuple[str, int] | None = None  # shard and input offset of the facts just read
        self._touched: set[str] = set()
        self.seen: Counter[str] = Counter()  # how often each behaviour was met
        self._explained: dict[str, list[Entry]] = {}
        for entry in explained:
            if entry.source is not None:
                self._explained.setdefault(entry.source.shard, []).append(entry)
        self.waiting = WaitingCheck()
        self.asking = AskingCheck(self.seen)
        self.keeping = KeepingCheck(self.seen)
        self.queueing = QueueingCheck()

    def findings(self) -> list[Finding]:
        return [
            self.waiting.conserving,
            self.asking.bounded,
            self.asking.eligible,
            self.keeping.kept,
            self.keeping.one_answer,
            self.queueing.bounds,
            self.queueing.hours,
            self.waiting.explained,
        ]

    def read(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            # What another shard wrote here, as a transfer does, changes nothing until it is heard.
            own = f"router-{entry.record.partition}"
            if entry.source is None or entry.source.shard != own:
                continue
            at = (entry.source.shard, entry.source.offset)
            if at != self._at:
                self._decided()
                self._explain(at)
                self._at = at
            self._see(entry.event)
        self._decided()
        for _, pool in sorted(self._pools.items()):
            self.asking.at_rest(pool)

    def _decided(self) -> None:
        """All that one input record led to has been read: now nobody may wait in vain."""
        for name in sorted(self._touched):
            pool = self._pools[name]
            if pool.document is not None:
                self.queueing.decided(pool, pool.document)
                self.keeping.decided(pool)
                self.waiting.decided(pool, pool.document)
        self._touched.clear()

    def _explain(self, at: tuple[str, int]) -> None:
        """What was explained before this decision, as it stood then."""
        shard, offset = at
        waiting = self._explained.get(shard, [])
        while waiting and waiting[0].source is not None and waiting[0].source.offset < offset:
            fact = waiting.pop(0).event
            assert isinstance(fact, InteractionExplained)
            self.seen["explained"] += 1
            if (pool := self._pools.get(fact.pool)) is not None:
                self.waiting.explains(pool, fact)

    def _see(self, fact: Event) -> None:
        pool = self._pools.get(fact.pool)
        if pool is None:
            pool = self._pools[fact.pool] = Pool(fact.pool)
        pool.now_ms = max(pool.now_ms, fact.at_ms)
        self._touched.add(fact.pool)
        match fact:
            case ConfigTaken():
                self._configured(pool, fact)
            case AgentChanged() | AgentWithheld() | AgentSkillsChanged():
                self.asking.agent(pool, fact)
            case QueueHoursChanged():
                self.queueing.changed(pool, fact)
                self.seen["queue opened" if fact.open else "queue closed"] += 1
            case InteractionQueued():
                stay = Stay(
                    fact.interaction_id, fact.channel, fact.queue, fact.order_ms,
                    fact.waiting_since_ms, "", callback=fact.callback,
                    not_before_ms=fact.not_before_ms, preference=fact.preference,
                )  # fmt: skip
                stay.require(fact)
                pool.stays[stay.id] = stay
                pool.forget_asides(stay.id)  # of an earlier stay in this pool
                pool.move(stay, "waiting")
                self.seen["flowed over on arrival"] += bool(fact.why.flowed_over)
                self.seen["waits for a preferred agent"] += fact.preference is not None
            case _ if isinstance(fact, OF_STAYS):
                self._of_stay(pool, pool.stays[fact.interaction_id], fact)
            case _:
                pass

    def _of_stay(self, pool: Pool, stay: Stay, fact: Event) -> None:
        match fact:
            case OfferMade():
                self.asking.offered(pool, stay, fact)
            case OfferEnded():
                self.asking.ended(pool, stay, fact)
            case InteractionAssigned():
                self.asking.assigned(pool, stay, fact)
            case InteractionWidened():
                self.asking.widened(pool, stay, fact)
            case InteractionRequeued():
                self.keeping.requeued(pool, stay, fact)
            case InteractionMoved():
                self.keeping.moved(pool, stay, fact)
            case InteractionChanged():
                self.keeping.changed(pool, stay, fact)
            case CallbackPromised():
                self.keeping.promised(pool, stay, fact)
            case InteractionIdled() | InteractionWoken() | MessageRecorded():
                self.keeping.spoken(pool, stay, fact)
            case InteractionParked():
                stay.parked_why = fact.reason
                pool.move(stay, "parked")
                self.seen[f"parked: {fact.reason}"] += 1
            case InteractionClosed() | TransferredOut():
                self.keeping.gone(pool, stay, fact)
            case InteractionAbandoned() | InteractionExpired():
                self.keeping.given_up(pool, stay, fact)
            case CapacityReleased():
                pool.wrap_ups.pop(stay.id, None)
                pool.free(fact.agent_id, stay.id)
            case _:
                pass

    def _configured(self, pool: Pool, fact: ConfigTaken) -> None:
        document = self._documents[fact.hash]
        if isinstance(document, PoolDocument):
            pool.document, pool.hash = document, fact.hash
            pool.agents = {it.id: it for it in document.agents}
            pool.by_hand.clear()  # what was changed by hand ends with the configuration before
            pool.bounds = dict(pool.inside)
