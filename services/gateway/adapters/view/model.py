"""The entities of the view. Plain and mutable: only `apply.py` changes them."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from services.gateway.adapters.view.clocks import Clocks
from services.gateway.adapters.view.story import Story
from services.gateway.adapters.view.waiting import WaitingLine
from shared.contracts.agents import LanguageSkill
from shared.contracts.words import AgentStatus, Channel, Metric, ParkReason, WithheldWhy

State = Literal[
    "received", "waiting", "offered", "assigned", "parked", "transferred",
    "closed", "abandoned", "expired", "rejected",
]  # fmt: skip
STATES: tuple[State, ...] = (
    "received", "waiting", "offered", "assigned", "parked", "transferred",
    "closed", "abandoned", "expired", "rejected",
)  # fmt: skip
Activity = Literal["ready", "busy", "away", "offline"]
ENDED: frozenset[State] = frozenset({"closed", "abandoned", "expired", "rejected"})


@dataclass(slots=True, kw_only=True)
class Interaction:
    id: str
    pool: str
    number: int  # in the order in which the view met them
    entered: int = 0  # number of the change that brought it to its state, for paging
    state: State = "received"
    body_hash: str = ""
    received_by: str = ""  # event_id of what brought it
    channel: Channel | None = None  # by which it waits or is handled now …
    home_channel: Channel | None = None  # … and by which the customer came
    incident_id: str | None = None  # of the outage that moved or parked it; None: by its own
    queue: str | None = None
    language: str | None = None
    language_source: str | None = None
    topic: str | None = None
    priority: str | None = None
    customer: str | None = None
    agent_id: str | None = None
    offer_id: str | None = None
    live_offers: dict[str, str] = field(default_factory=dict)  # to whom; the first one is shown
    outcome: str | None = None
    hop: int = 0
    received_at_ms: int = 0
    changed_at_ms: int = 0
    waiting_since_ms: int | None = None
    wrap_up_until_ms: int | None = None
    park_reason: ParkReason | None = None
    resumes_at_ms: int | None = None  # of one that is parked until then
    preferred_agent: str | None = None  # the only one who is asked, for a while
    step: int = 0  # of what it requires as time goes on
    callback: bool = False
    held: bool = False  # assigned, and idle: it takes none of its agent's units
    story: Story = field(default_factory=Story)


@dataclass(slots=True, kw_only=True)
class Offer:
    id: str
    interaction_id: str
    agent_id: str
    pool: str
    fact_id: str
    channel: Channel
    queue: str
    language: str
    expires_at_ms: int
    waited_ms: int
    fact: bytes  # as it was written, for streams


@dataclass(slots=True, kw_only=True)
class Agent:
    id: str
    pool: str
    status: AgentStatus = "offline"
    epoch: int = 0
    since_ms: int | None = None
    reason: str | None = None
    note: str | None = None
    next_status: AgentStatus | None = None  # which he has when his work is done
    withheld: dict[WithheldWhy, int | None] = field(default_factory=dict)  # why, until when
    skills: dict[str, int] | None = None  # changed by hand; None: as configured
    languages: dict[str, LanguageSkill] | None = None
    offers: dict[str, None] = field(default_factory=dict)
    assigned: dict[str, None] = field(default_factory=dict)
    held: dict[str, None] = field(default_factory=dict)  # of those assigned: idle ones
    wrapping_up: dict[str, None] = field(default_factory=dict)
    counted: Activity | None = None  # as what the pool's sum has him

    def activity(self) -> Activity:
        """Busy: ready, and at work or wrapping up. What is idle is no work."""
        at_work = len(self.assigned) > len(self.held) or self.wrapping_up
        if self.status == "ready" and at_work:
            return "busy"
        return self.status


@dataclass(slots=True, kw_only=True)
class Page:
    id: str
    person: str
    method: str
    cycle: int
    round: int
    level: int
    requested_at_ms: int
    recalled: str | None = None


@dataclass(slots=True, kw_only=True)
class Escalation:
    id: str
    pool: str
    interaction_id: str
    number: int
    metric: Metric
    cycle: int
    policy: str
    queue: str
    channel: Channel
    language: str
    opened_at_ms: int
    due_at_ms: int
    state: Literal["open", "acknowledged", "resolved", "exhausted"] = "open"
    acknowledged_by: str | None = None
    changed_at_ms: int = 0
    pages: dict[str, Page] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Pool:
    name: str
    config_hash: str | None = None
    config_version: int = 0
    lines: dict[str, WaitingLine] = field(default_factory=dict)
    by_state: dict[State, dict[str, Interaction]] = field(
        default_factory=lambda: {state: {} for state in STATES}
    )
    agents: dict[str, Agent] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    closed: dict[str, int | None] = field(default_factory=dict)  # queues, until when
    activities: Counter[Activity] = field(default_factory=Counter)  # agents the router told of
    escalations: dict[str, Escalation] = field(default_factory=dict)  # open or acknowledged
    unacknowledged: dict[str, Escalation] = field(default_factory=dict)  # the oldest first
    clocks: Clocks = field(default_factory=Clocks)
