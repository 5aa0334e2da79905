"""What customers are to be told, worked out from the router's facts alone."""

from dataclasses import dataclass, field

from shared.contracts.customers import CARRIED, CustomerNoticeRequested
from shared.contracts.event import Event
from shared.contracts.routing import CallbackPromised, InteractionQueued, MessageRecorded
from tests.support.router_ledger import Ledger, Where

LEAST_MS = 60_000  # a told wait counts as a minute at least


@dataclass
class Customers:
    """By interaction, whatever pool it is in. `broken` says what was told wrongly."""

    ledger: Ledger
    told: dict[str, CustomerNoticeRequested] = field(default_factory=dict)
    arrived: dict[str, InteractionQueued] = field(default_factory=dict)
    heard_from: set[str] = field(default_factory=set)  # from an agent, or that he is called back
    longer: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    def add(self, fact: Event, before: str | None) -> None:
        """`before`: where its interaction was, as the ledger had it."""
        match fact:
            case InteractionQueued(hop=0):
                for known in (self.told, self.arrived):
                    known.pop(fact.interaction_id, None)  # the id of one that is long forgotten
                for ids in (self.heard_from, self.longer):
                    ids.discard(fact.interaction_id)
                self.arrived[fact.interaction_id] = fact
            case MessageRecorded(direction="out") | CallbackPromised():
                self.heard_from.add(fact.interaction_id)
            case CustomerNoticeRequested(purpose="receipt"):
                self._receipt(fact, before)
            case CustomerNoticeRequested():
                self._longer(fact, before)
            case _:
                pass

    def _receipt(self, fact: CustomerNoticeRequested, before: str | None) -> None:
        id_ = fact.interaction_id
        arrived, notices = self.arrived[id_], self.ledger.config[fact.pool].customer_notices
        if id_ in self.told:
            self.broken.append(f"{fact.event_id}: a second receipt")
        if fact.at_ms != arrived.at_ms or fact.cause != arrived.cause:
            self.broken.append(f"{fact.event_id}: not as it arrived")
        if fact.channel != arrived.channel or fact.channel not in {*notices.receipt} & {*CARRIED}:
            self.broken.append(f"{fact.event_id}: by {fact.channel}")
        if fact.wait is not None and before not in ("waiting", "offered"):
            self.broken.append(f"{fact.event_id}: a wait of one that is {before}")
        self.told[id_] = fact

    def _longer(self, fact: CustomerNoticeRequested, before: str | None) -> None:
        id_ = fact.interaction_id
        if id_ in self.longer:
            self.broken.append(f"{fact.event_id}: told twice")
        at_ms = self._doubled_ms(id_)
        if at_ms is None or fact.at_ms < at_ms:
            self.broken.append(f"{fact.event_id}: told at {fact.at_ms}, not from {at_ms} on")
        if before not in ("waiting", "offered", "parked", "ended_offer"):
            self.broken.append(f"{fact.event_id}: it is {before}")
        self.longer.add(id_)

    def _doubled_ms(self, id_: str) -> int | None:
        """Since when he is to be told that it takes longer; None: he is not."""
        receipt = self.told.get(id_)
        if receipt is None or receipt.wait is None or id_ in self.heard_from:
            return None
        told_ms = max(receipt.wait.p50_s * 1000, LEAST_MS)
        return self.arrived[id_].waiting_since_ms + 2 * told_ms

    def forgotten(self, now: int) -> list[str]:
        """Who should have heard by now that it takes longer, and did not."""
        return [id_ for where, id_ in self._without_agent() if self._is_due(where, id_, now)]

    def _without_agent(self) -> list[Where]:
        return [
            at for at, its in self.ledger.where.items() if its in ("waiting", "offered", "parked")
        ]

    def _is_due(self, pool: str, id_: str, now: int) -> bool:
        if id_ in self.longer or not self.ledger.config[pool].customer_notices.longer_wait:
            return False
        at_ms = self._doubled_ms(id_)
        return at_ms is not None and at_ms <= now
