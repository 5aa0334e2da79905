"""What the router keeps, entity by entity, as it is stored in the state topic.

Only what cannot be derived is here; loads, lines and timers are built from it (floor, timers).
Times are milliseconds since 1970 in logical time, but `lease_until_ms`, which is heard time.
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal, NamedTuple

from msgspec import UNSET, UnsetType

from shared.contracts.configuration import LanguageLevel
from shared.contracts.words import (
    AgentStatus,
    Channel,
    LanguageSource,
    ParkReason,
    TopicSource,
    WithheldWhy,
)

Status = Literal["waiting", "offered", "assigned", "parked"]
Ended = Literal["closed", "abandoned", "expired", "transferred"]
Needs = tuple[tuple[str, int], ...]  # (skill, least skill level), ordered by skill
Wanted = tuple[str, int, int | None]  # skill, least skill level, seconds after which it drops

REMEMBERED = 32  # commands that an interaction remembers, to know a repeat when it comes
REMEMBERED_BY_STUB = 8  # enough for late repeats; stubs are many


@dataclass(slots=True, frozen=True)
class Outage:
    """What was heard last of a channel. Kept when it is up again: the epoch fences late events."""

    epoch: int
    incident_id: str
    down: bool


@dataclass(slots=True, frozen=True)
class Moves:
    """How often interactions of the pool moved because of one incident."""

    moved: int = 0
    parked: int = 0
    returned: int = 0


@dataclass(slots=True, frozen=True)
class Detour:
    """Of an interaction that an outage moved or parked: where it belongs, and why it is away."""

    home: Channel
    incident_id: str


@dataclass(slots=True, frozen=True)
class Step:
    """What an interaction requires from a time on: see the contract `Step`."""

    after_s: int
    languages: tuple[str, ...]
    language_level: int = 0
    skills: Needs = ()
    rings: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class Preferred:
    """Until then only this agent is asked."""

    agent_id: str
    until_ms: int


class Pick(NamedTuple):
    """Why this agent: his rank, and that of the next best. Kept to be told; it decides nothing."""

    rank_names: tuple[str, ...]
    rank: tuple[int, ...]
    runner_up: str | None = None
    runner_up_rank: tuple[int, ...] = ()


@dataclass(slots=True, frozen=True)
class Offer:
    """One live offer. `agent_ready_since_ms`: before it; he gets it back if it is withdrawn."""

    attempt: int
    agent_id: str
    agent_epoch: int
    made_at_ms: int
    expires_at_ms: int
    agent_ready_since_ms: int
    pick: Pick | UnsetType = UNSET


@dataclass(slots=True)
class Pool:
    """What belongs to the pool itself. `heard_ms`: how long its agents could have been heard.

    moves: by incident, those counted first in front; bounded (evolve_outages).
    offers: how many were made so far; numbers them for the round robin.
    closed: queues that their calendar has closed.
    hours: when the calendar of a queue opens or closes it next, by queue.
    """

    name: str
    config: str = ""
    version: int = 0
    heard_ms: int = 0
    heard_at_ms: int = 0
    known: list[int] = field(default_factory=list)
    outages: dict[Channel, Outage] = field(default_factory=dict)
    moves: dict[str, Moves] = field(default_factory=dict)
    offers: int = 0
    closed: list[str] = field(default_factory=list)
    hours: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Measured:
    """What was seen of one queue, for estimates of waits.

    handle_ms: exponential average of the time that one interaction takes an agent; `handled` is
    how many were averaged, counted up to where the average forgets.
    waited_ms: of the interaction that entered service last, at `entered_at_ms`.
    """

    queue: str
    handle_ms: int = 0
    handled: int = 0
    waited_ms: int = 0
    entered_at_ms: int = 0


@dataclass(slots=True)
class Agent:
    """One agent's presence. What he holds follows from interactions and stubs.

    ready_since_ms: since when nothing changed for him: came ready, got an offer, got free.
    """

    id: str
    status: AgentStatus = "offline"
    epoch: int = 0
    number: int = 0
    status_since_ms: int = 0
    ready_since_ms: int = 0
    lease_until_ms: int = 0
    misses: int = 0
    lapsed_from: AgentStatus | None = None  # what he had said before his lease lapsed
    next_status: AgentStatus | None = None  # he drains: nothing new, and this when all is done
    last_offer: int = 0  # number of his last offer in the pool
    withheld: dict[WithheldWhy, int | None] = field(default_factory=dict)  # until when
    paced: list[int] = field(default_factory=list)  # when his last offers were, within his pace
    hours_until_ms: int | None = None  # when his calendar opens or closes next
    skills: dict[str, int] | UnsetType = UNSET  # in place of those configured
    languages: dict[str, LanguageLevel] | UnsetType = UNSET
    known: list[int] = field(default_factory=list)

    @property
    def is_there(self) -> bool:
        """Signed in, busy or not, within his hours and not about to leave."""
        return self.status == "ready" and self.next_status is None and "hours" not in self.withheld


@dataclass(slots=True)
class Aside:
    """This agent is not asked for this interaction until then; `times` makes the next longer."""

    until_ms: int
    times: int = 1


@dataclass(slots=True)
class Interaction:
    """One open interaction.

    `channel` is the one by which it waits or is served now. What is UNSET is not stored: most
    interactions are on no detour, and pay nothing for those that are.
    """

    id: str
    channel: Channel
    body_hash: str
    queue: str
    language: str
    language_source: LanguageSource
    priority: str
    waiting_since_ms: int
    order_ms: int
    status: Status = "waiting"
    other_languages: tuple[str, ...] = ()
    skills: Needs = ()
    asked_skills: Needs = ()
    topic: str | None = None
    customer: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    expires_at_ms: int | None = None
    hop: int = 0
    attempt: int = 0
    messages: int = 0
    moves: int = 0  # times it was queued again, parked or moved, for their ids
    answered: bool = False  # an agent accepted it once, perhaps in an earlier pool
    replied: bool = False
    agent_id: str | None = None  # of the assignment
    offers: list[Offer] = field(default_factory=list)  # live ones, in the order of their attempts
    won: int = 0  # attempt that was accepted last
    asides: dict[str, Aside] = field(default_factory=dict)
    known: list[int] = field(default_factory=list)
    reachable_by: tuple[Channel, ...] | UnsetType = UNSET  # other channels, with consent
    detour: Detour | UnsetType = UNSET
    language_level: int = 0
    steps: tuple[Step, ...] | UnsetType = UNSET  # UNSET: it always requires the same
    steps_since_ms: int = 0
    step: int = 0
    preferred: Preferred | UnsetType = UNSET
    delay_weight: int = 0
    policy: int = 0
    asked_drops: tuple[Wanted, ...] | UnsetType = UNSET  # all that the sender asked, if some drops
    ruled_skills: tuple[Wanted, ...] | UnsetType = UNSET  # asked by the routing rule and the topic
    callback: bool = False
    resumes_at_ms: int | None = None  # of one that is called back, and not before
    parked_why: ParkReason | UnsetType = UNSET
    overflows_at_ms: int | UnsetType = UNSET  # if it waits in its queue until then
    held: bool = False  # assigned, and idle: it takes no units
    woken: int = 0  # times it idled or woke, for their ids
    spoke_at_ms: int = 0  # when its customer or agent wrote last, since it was assigned
    hand_back_to: str | None = None  # who asked for a consult, and of which queue it was then
    hand_back_queue: str | None = None
    hand_back_ruled: tuple[Wanted, ...] | UnsetType = UNSET  # its `ruled_skills` of then
    topic_source: TopicSource = "given"
    topic_keyword: str | None = None
    pick: Pick | UnsetType = UNSET  # of the offer that led to the assignment
    served_ms: int = 0  # by its agent so far, without idling; less the start while it goes on
    language_permille: int | UnsetType = UNSET  # how sure its detection was, if less than 1000
    told_wait_s: int | UnsetType = UNSET  # that its customer was told, until told that it is longer

    @property
    def home(self) -> Channel:
        """The channel by which the customer came."""
        return self.channel if self.detour is UNSET else self.detour.home

    def offer_id(self, attempt: int) -> str:
        return f"{self.id}:{attempt}"

    def offer_to(self, agent_id: str) -> Offer | None:
        return next((it for it in self.offers if it.agent_id == agent_id), None)


@dataclass(slots=True)
class Stub:
    """What is left of an ended interaction for the dedupe horizon; wrap-up holds capacity."""

    id: str
    body_hash: str
    ended: Ended
    ended_at_ms: int
    hop: int = 0
    forward_to: str | None = None
    channel: Channel | None = None
    wrap_up_by: str | None = None
    wrap_up_until_ms: int = 0
    wrap_up_extended: bool = False
    customer: str | UnsetType = UNSET  # with the agent who had him last: he may be preferred again
    last_agent: str | UnsetType = UNSET
    known: tuple[int, ...] = ()


def fingerprint(event_id: str) -> int:
    """48 bits of BLAKE2b: short to store, equal on every machine."""
    return int.from_bytes(blake2b(event_id.encode(), digest_size=6).digest(), "big")


def remember(known: list[int], cause: str | None, bound: int = REMEMBERED) -> None:
    """Keep the last `bound` commands that were followed."""
    if cause is not None:
        known.append(fingerprint(cause))
        if len(known) > bound:
            del known[0]
