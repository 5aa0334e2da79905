"""What the router decides. Ids: `<interaction_id>#<what>/<number>`; every fact says why."""

from typing import Literal

from pydantic import Field

from shared.contracts.event import Fact, Milliseconds, Record
from shared.contracts.interactions import SkillNeed
from shared.contracts.words import (
    Channel,
    CloseOutcome,
    LanguageSource,
    OfferEnd,
    ParkReason,
    RankName,
    RequeueReason,
    TopicSource,
)


class QueueDecision(Record):
    """Which routing rule chose the queue, and on what it matched."""

    rule: str  # name of the rule, `asked` where the sender chose, `default` where none matched
    matched: dict[str, str] = Field(default_factory=dict)
    flowed_over: tuple[str, ...] = ()  # queues that were full or closed, in the order of the visit


class Step(Record):
    """What is required from a time on. A later step asks less, never more: more agents may serve.

    `languages`: the customer's, best first; the last may be `@interpreter`: an agent who works with
    an interpreter serves any language.
    """

    after_s: int = Field(ge=0)  # since the steps began
    languages: tuple[str, ...]
    language_level: int = 0  # the least, in the channel's mode; the channel's own least holds, too
    skills: tuple[SkillNeed, ...] = ()  # without drops: those that hold in this step
    rings: tuple[str, ...] = ()  # open ones; agents without a ring always take part


class Preference(Record):
    """Until then only this agent is asked, unless he leaves. He must be eligible like others."""

    agent_id: str
    until_ms: Milliseconds


class Routing(Record):
    """What routing rules and changes made of an interaction: where it waits, and what it needs."""

    queue: str
    priority: str
    language: str
    other_languages: tuple[str, ...] = ()
    language_level: int = 0
    skills: tuple[SkillNeed, ...] = ()
    asked_skills: tuple[SkillNeed, ...] = ()
    steps: tuple[Step, ...] = ()  # empty: nothing ever changes with time
    steps_since_ms: Milliseconds
    order_ms: int
    delay_weight: int = 0
    expires_at_ms: Milliseconds | None = None
    policy: int = 0  # version of the configuration by which it was routed
    ruled_skills: tuple[SkillNeed, ...] = ()  # those that routing rule and topic asked for


class InteractionQueued(Fact):
    """It waits for the first time. `order_ms` is its place: smaller is served earlier.

    order_ms = waiting_since_ms - head start of its priority class (bounded, so overtaking is).
    """

    kind: Literal["interaction_queued"] = "interaction_queued"
    interaction_id: str
    channel: Channel
    queue: str
    language: str
    language_source: LanguageSource
    other_languages: tuple[str, ...] = ()
    skills: tuple[SkillNeed, ...] = ()
    priority: str
    topic: str | None = None
    customer: str | None = None
    attributes: dict[str, str] = Field(default_factory=dict)
    waiting_since_ms: Milliseconds
    order_ms: int
    expires_at_ms: Milliseconds | None = None
    hop: int = 0  # transfers between pools before this; it numbers the SLA clocks
    answered: bool = False  # an agent of an earlier pool had accepted it
    replied: bool = False  # an agent of an earlier pool had written to the customer
    body_hash: str = ""  # these five: what the router itself must remember, or carry further
    asked_skills: tuple[SkillNeed, ...] = ()  # of `skills`, those that the sender asked for
    reachable_by: tuple[Channel, ...] = ()
    attempt: int = 0
    messages: int = 0
    language_level: int = 0
    steps: tuple[Step, ...] = ()  # of what it requires, as time goes on; empty: it stays as it is
    steps_since_ms: Milliseconds | None = None  # None: since it waits
    preference: Preference | None = None
    delay_weight: int = 0  # marginal cost of delay: its wait times this is its rank
    policy: int = 0  # version of the configuration by which it was routed; it is kept
    ruled_skills: tuple[SkillNeed, ...] = ()  # those that routing rule and topic asked for
    callback: bool = False  # the customer does not wait; he is called when it is his turn …
    not_before_ms: Milliseconds | None = None  # … and not before this
    topic_source: TopicSource = "given"
    topic_keyword: str | None = None
    language_confidence_permille: int = Field(default=1000, ge=0, le=1000)
    told_wait_s: int | None = None  # that its customer was told in another pool; see TransferredIn
    why: QueueDecision


class InteractionRequeued(Fact):
    """It waits again, with the age it had. `routing`: None where it is as it was."""

    kind: Literal["interaction_requeued"] = "interaction_requeued"
    interaction_id: str
    queue: str
    reason: RequeueReason
    waiting_since_ms: Milliseconds
    order_ms: int
    routing: Routing | None = None
    preference: Preference | None = None
    hand_back_to: str | None = None  # who asked for a consult, and gets it back


class InteractionWidened(Fact):
    """More agents may serve it from now on: a step began, or its preferred agent is let go."""

    kind: Literal["interaction_widened"] = "interaction_widened"
    interaction_id: str
    step: int  # the step that holds now, from 0
    let_go: str | None = None  # agent who is not preferred any more
    why: Literal[
        "waited",  # its time came
        "nobody_there",  # of those who may serve it nobody has signed in
        "nobody_exists",  # nobody is configured who could: an alarm
    ]


class InteractionChanged(Fact):
    """Somebody changed what it requires, or how urgent it is. `changed`: names of what is new."""

    kind: Literal["interaction_changed"] = "interaction_changed"
    interaction_id: str
    number: int
    changed: tuple[str, ...]
    routing: Routing
    actor: str
    reason: str | None = None


class InteractionIdled(Fact):
    """Its customer has not written for a while: it is held, and takes none of its agent's units."""

    kind: Literal["interaction_idled"] = "interaction_idled"
    interaction_id: str
    agent_id: str
    number: int


class InteractionWoken(Fact):
    """Its customer wrote: it takes units again. `overdrawn`: more than its agent has."""

    kind: Literal["interaction_woken"] = "interaction_woken"
    interaction_id: str
    agent_id: str
    number: int
    overdrawn: bool = False


class CallbackPromised(Fact):
    """The customer is called back when it is his turn; he need not stay, and cannot abandon."""

    kind: Literal["callback_promised"] = "callback_promised"
    interaction_id: str
    not_before_ms: Milliseconds | None = None


class MoveCounts(Record):
    """Of one pool and one incident so far, this fact included: how often, not how many are there.

    They only grow, so that a reader who keeps the largest is right whatever it hears twice.
    """

    moved: int = 0
    parked: int = 0
    returned: int = 0


class InteractionParked(Fact):
    """Held without a channel or an agent that could ever serve it; an alarm, never a loss."""

    kind: Literal["interaction_parked"] = "interaction_parked"
    interaction_id: str
    queue: str
    reason: ParkReason
    detail: str
    incident_id: str | None = None  # with `channel_down`; then it is told in system-log, too
    moves: MoveCounts | None = None
    resumes_at_ms: Milliseconds | None = None  # known where its queue opens, or a time was agreed


class QueueHoursChanged(Fact):
    """A queue opened, or closed, by its calendar; `until_ms` is the next change, if any."""

    kind: Literal["queue_hours_changed"] = "queue_hours_changed"
    queue: str
    open: bool
    until_ms: Milliseconds | None = None


class InteractionMoved(Fact):
    """It waits by another channel: its own is down, or is back. Age, place, needs stay as they are.

    `number` grows with each move of this interaction, for the id. In pool-log and system-log.
    """

    kind: Literal["interaction_moved"] = "interaction_moved"
    interaction_id: str
    number: int
    incident_id: str
    direction: Literal["to_backup", "back"]
    queue: str
    home_channel: Channel  # by which the customer came
    from_channel: Channel
    to_channel: Channel
    was_parked: bool = False
    waiting_since_ms: Milliseconds
    order_ms: int
    moves: MoveCounts


class OutageNoted(Fact):
    """The pool heard that a channel failed over, or is back: what waits from now on goes by it."""

    kind: Literal["outage_noted"] = "outage_noted"
    channel: Channel
    incident_id: str
    epoch: int  # of the event that told it; a smaller or equal one changes nothing any more
    down: bool


class Candidate(Record):
    """One agent as the choice saw him. `rank` is compared left to right, smaller wins."""

    agent_id: str
    rank: tuple[int, ...]


class OfferDecision(Record):
    """Why this interaction, why this agent."""

    strategy: str
    rank_names: tuple[RankName | Literal["language_position", "ready_since_ms"], ...]  # as of old
    chosen: Candidate
    runner_up: Candidate | None = None
    eligible: int  # ready agents with room who could have had it, up to `eligible_counted_to`
    eligible_counted_to: int
    language_tag: str  # the customer's language that this agent speaks
    trigger: str  # what made the router look: `received`, `agent_ready`, `declined`, …
    waiting_before: int = 0  # others in the same line when it was taken


class OfferMade(Fact):
    """One interaction held for one agent. `offer_id` = `<interaction_id>:<attempt>`."""

    kind: Literal["offer_made"] = "offer_made"
    offer_id: str
    interaction_id: str
    attempt: int
    agent_id: str
    agent_epoch: int
    channel: Channel
    queue: str
    language: str
    expires_at_ms: Milliseconds
    waited_ms: int
    policy: int = 0  # version of the configuration by which the interaction was routed
    callback: bool = False
    why: OfferDecision


class OfferEnded(Fact):
    """Not accepted. Until `aside_until_ms` this agent is not asked for this interaction again."""

    kind: Literal["offer_ended"] = "offer_ended"
    offer_id: str
    interaction_id: str
    agent_id: str
    end: OfferEnd
    aside_until_ms: Milliseconds | None = None


class InteractionAssigned(Fact):
    """The offer was accepted: from now on the interaction counts as answered."""

    kind: Literal["interaction_assigned"] = "interaction_assigned"
    interaction_id: str
    offer_id: str
    agent_id: str
    channel: Channel
    queue: str
    language: str
    waited_ms: int
    by_hand: str | None = None  # who gave it to the agent, where it was not the router's choice
    overdrawn: bool = False  # by hand only: he has more than his capacity


class MessageRecorded(Fact):
    """A message of the customer (`in`) or of the assigned agent (`out`) belongs to it."""

    kind: Literal["message_recorded"] = "message_recorded"
    interaction_id: str
    direction: Literal["in", "out"]
    number: int
    agent_id: str | None = None


class InteractionClosed(Fact):
    kind: Literal["interaction_closed"] = "interaction_closed"
    interaction_id: str
    queue: str
    agent_id: str | None = None
    outcome: CloseOutcome
    answered: bool  # an agent had accepted it
    wrap_up_until_ms: Milliseconds | None = None


class InteractionAbandoned(Fact):
    kind: Literal["interaction_abandoned"] = "interaction_abandoned"
    interaction_id: str
    queue: str
    waited_ms: int


class InteractionExpired(Fact):
    kind: Literal["interaction_expired"] = "interaction_expired"
    interaction_id: str
    queue: str
    waited_ms: int


class CapacityReleased(Fact):
    """Wrap-up is over: the agent's units are free again."""

    kind: Literal["capacity_released"] = "capacity_released"
    interaction_id: str
    agent_id: str
    early: bool


class WrapUpExtended(Fact):
    kind: Literal["wrap_up_extended"] = "wrap_up_extended"
    interaction_id: str
    agent_id: str
    until_ms: Milliseconds


class TransferredOut(Fact):
    """It left for another pool; a stub stays that forwards late events."""

    kind: Literal["transferred_out"] = "transferred_out"
    interaction_id: str
    to_pool: str
    hop: int


class TransferredIn(Fact):
    """The whole interaction, in the receiving pool's log. A known (id, hop) is dropped.

    `pool` is the receiving pool. The id keeps the pool it was born in.
    """

    kind: Literal["transferred_in"] = "transferred_in"
    interaction_id: str
    from_pool: str
    hop: int
    channel: Channel  # by which the customer came; the receiving pool looks at its own outages
    body_hash: str
    language: str
    language_source: LanguageSource
    other_languages: tuple[str, ...] = ()
    reachable_by: tuple[Channel, ...] = ()
    language_confidence_permille: int = Field(default=1000, ge=0, le=1000)
    asked_queue: str | None = None
    topic: str | None = None
    skills: tuple[SkillNeed, ...] = ()
    priority: str | None = None
    customer: str | None = None
    attributes: dict[str, str] = Field(default_factory=dict)
    waiting_since_ms: Milliseconds
    messages: int = 0
    answered: bool = False  # an agent had accepted it: an assignment that is promised is kept
    replied: bool = False  # an agent had written: so is a reply
    callback: bool = False
    not_before_ms: Milliseconds | None = None  # a call was promised for this time
    restart: bool = False  # its requirements begin as if it came now
    topic_source: TopicSource = "given"
    topic_keyword: str | None = None
    attempt: int = 0  # the last offer attempt; attempts go on counting, so offer ids stay unique
    told_wait_s: int | None = None  # that its customer was told, and not yet that it is longer


class StubsDropped(Fact):
    """Ended interactions older than the dedupe horizon were forgotten."""

    kind: Literal["stubs_dropped"] = "stubs_dropped"
    ended_before_ms: Milliseconds
    count: int
