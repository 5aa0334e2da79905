"""One turn: what is being decided, when, because of what, and who is to be looked at after it."""

from typing import TypedDict

from services.router.core.model import Interaction
from services.router.core.pool import PoolState
from shared.contracts.event import Command, Event
from shared.contracts.interactions import InteractionReceived
from shared.contracts.routing import InteractionRequeued, Preference, Routing
from shared.contracts.system import EventRejected
from shared.contracts.words import RequeueReason

SERVICE = "router"


class Head(TypedDict):
    event_id: str
    pool: str
    at_ms: int
    by: str
    cause: str | None
    config: str


class Turn:
    """Made for one event, or one due timer, and thrown away: it is no part of the state.

    `interactions` and `agents`: who changed in a way that may make a match, and why (the trigger
    that an offer names). `came_or_left`: agents who may have become the first or the last
    whom some wait for: they signed in, are not there for new work any more, or learned.
    `arrived`: what came in this turn, if its customer is to have a receipt.
    """

    __slots__ = ("agents", "arrived", "came_or_left", "cause", "interactions", "now", "pool")

    def __init__(self, pool: PoolState, now: int, cause: str | None) -> None:
        self.pool = pool
        self.now = now
        self.cause = cause
        self.interactions: dict[str, str] = {}
        self.agents: dict[str, str] = {}
        self.came_or_left: set[str] = set()
        self.arrived: InteractionReceived | None = None

    def head(self, event_id: str) -> Head:
        """What every fact begins with."""
        return {
            "event_id": event_id,
            "pool": self.pool.name,
            "at_ms": self.now,
            "by": SERVICE,
            "cause": self.cause,
            "config": self.pool.plan.hash,
        }

    def requeue(
        self,
        it: Interaction,
        reason: RequeueReason,
        *,
        routing: Routing | None = None,
        preference: Preference | None = None,
        hand_back_to: str | None = None,
    ) -> InteractionRequeued:
        """The fact that it waits again with the age it had; it is looked at after this turn."""
        self.interactions[it.id] = reason
        return InteractionRequeued(
            **self.head(f"{it.id}#requeued/{move(it)}"),
            interaction_id=it.id,
            queue=routing.queue if routing else it.queue,
            reason=reason,
            waiting_since_ms=it.waiting_since_ms,
            order_ms=routing.order_ms if routing else it.order_ms,
            routing=routing,
            preference=preference,
            hand_back_to=hand_back_to,
        )


def move(it: Interaction) -> str:
    """Number of its next move; after a transfer between pools the hop stands before it."""
    return f"{it.hop}.{it.moves + 1}" if it.hop else f"{it.moves + 1}"


def rejected(
    event: Event, now: int, config: str, *, code: str, field: str, message: str, status: int = 409
) -> EventRejected:
    """The refusal of one event; who heard it twice refuses it under the same id."""
    return EventRejected(
        event_id=f"{event.event_id}#rejected/{SERVICE}",
        pool=event.pool,
        at_ms=now,
        by=SERVICE,
        cause=event.event_id,
        config=config,
        code=code,
        field=field,
        message=message,
        status=status,
    )


def forwarded(command: Command, to_pool: str) -> Command:
    """The same command, under the same id, for the pool that has the interaction now."""
    return command.model_copy(update={"pool": to_pool})
