"""Incidents and the health of channels, as entities of the view."""

from dataclasses import dataclass, field

from services.gateway.adapters.view.story import Story
from shared.contracts.outage import Evidence
from shared.contracts.routing import MoveCounts
from shared.contracts.words import (
    Audience,
    Channel,
    ChannelHealth,
    IncidentStatus,
    NoticePurpose,
    Severity,
    Signal,
)


@dataclass(slots=True, kw_only=True)
class ChannelState:
    channel: Channel
    health: ChannelHealth = "healthy"
    since_ms: int | None = None  # None: nothing was ever told of it
    number: int = 0  # of its last change
    incident_id: str | None = None
    evidence: tuple[Evidence, ...] = ()
    down: dict[str, str] = field(default_factory=dict)  # pool to incident: failed over there
    epochs: dict[str, int] = field(default_factory=dict)  # of the last failover or return by pool


@dataclass(slots=True, kw_only=True)
class NoticeCount:
    """How many were asked to be told the same; the names are in the log."""

    sequence: int
    purpose: NoticePurpose
    audience: Audience
    requested_at_ms: int
    count: int = 0


@dataclass(slots=True, kw_only=True)
class Incident:
    id: str
    channel: Channel
    pools: tuple[str, ...]
    severity: Severity
    status: IncidentStatus = "investigating"
    title: str
    message: str
    opened_by: Signal
    opened_at_ms: int
    changed_at_ms: int
    next_update_at_ms: int | None
    resolved_at_ms: int | None = None
    resolved_by: str | None = None
    evidence: tuple[Evidence, ...] = ()
    moves: dict[str, MoveCounts] = field(default_factory=dict)  # by pool
    notices: dict[tuple[int, NoticePurpose, Audience], NoticeCount] = field(default_factory=dict)
    story: Story = field(default_factory=Story)

    def open(self) -> bool:
        return self.resolved_at_ms is None

    def moves_of(self, pools: frozenset[str] | None) -> MoveCounts:
        """The sum over these pools; None: over all."""
        counts = [it for pool, it in self.moves.items() if pools is None or pool in pools]
        return MoveCounts(
            moved=sum(it.moved for it in counts),
            parked=sum(it.parked for it in counts),
            returned=sum(it.returned for it in counts),
        )
