"""One turn: what is being decided, when and because of what; and what every fact begins with."""

from typing import TypedDict

from services.outage.core.plan import Plan
from services.outage.core.state import OutageState
from shared.contracts.configuration import INSTALLATION
from shared.contracts.event import Event
from shared.contracts.system import EventRejected

SERVICE = "outage"


class Head(TypedDict):
    event_id: str
    pool: str
    at_ms: int
    by: str
    cause: str | None
    config: str


class Turn:
    """Made for one event, or one promise that is due, and thrown away: it is no part of the state.

    cause: the event that asked for what is decided; None where only time did.
    """

    __slots__ = ("cause", "now", "state")

    def __init__(self, state: OutageState, now: int, cause: str | None) -> None:
        self.state = state
        self.now = now
        self.cause = cause

    @property
    def plan(self) -> Plan:
        """Only where something is watched or open, so a configuration was applied."""
        assert self.state.plan is not None, "decided before any configuration was applied"
        return self.state.plan

    def head(self, event_id: str, pool: str = INSTALLATION) -> Head:
        return {
            "event_id": event_id,
            "pool": pool,
            "at_ms": self.now,
            "by": SERVICE,
            "cause": self.cause,
            "config": self.state.installation.config,
        }

    def rejected(
        self, event: Event, *, code: str, field: str, message: str, status: int = 409
    ) -> EventRejected:
        return EventRejected(
            **self.head(f"{event.event_id}#rejected/{SERVICE}"),
            code=code,
            field=field,
            message=message,
            status=status,
        )
