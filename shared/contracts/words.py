"""Closed sets of words that several contracts use."""

from typing import Literal

Channel = Literal["voice", "chat", "email", "sms", "social", "review", "survey", "web_form"]
CHANNELS: tuple[Channel, ...] = (
    "voice", "chat", "email", "sms", "social", "review", "survey", "web_form",
)  # fmt: skip
Mode = Literal["spoken", "written"]  # how a language is used; voice is spoken, the rest written
Metric = Literal["first_reply", "resolution"]
AgentStatus = Literal["ready", "away", "offline"]
LanguageSource = Literal["given", "detected", "default"]
TopicSource = Literal["given", "keywords"]
Strategy = Literal[
    "longest_ready", "least_loaded", "round_robin", "most_proficient", "least_flexible"
]  # fmt: skip
RankName = Literal[
    "language",  # position of the language among the customer's, the first is best
    "proficiency",  # 5 less his lowest skill level among those asked; 0 is best
    "load",  # tenths of his capacity in use
    "ready_since",  # logical time, the longest ready first
    "last_offer",  # number of his last offer in the pool
    "flexibility",  # how many skills and languages he has, the least first
]
WithheldWhy = Literal[
    "pace",  # as many offers as his pace allows
    "hours",  # outside his hours
]
OfferEnd = Literal[
    "declined",
    "expired",
    "revoked",  # its agent is not there any more
    "withdrawn",  # its interaction went elsewhere
    "superseded",  # another agent, who was asked at the same time, took it
]
RequeueReason = Literal[
    "declined", "expired", "revoked", "agent_lost", "transferred", "unparked",
    "not_connected",  # accepted, but agent and customer were not brought together
    "handed_back",  # after a consult, to the agent who asked for it
    "woken",  # its customer wrote again, and its agent has no room any more
    "by_hand",  # a supervisor put it back
    "overflowed",  # its queue flows over after a while
]  # fmt: skip
ParkReason = Literal[
    "no_agent_can_serve",  # nobody in the configuration could ever serve it
    "channel_down",  # its channel is down, and no backup reaches this customer
    "closed",  # its queue is closed; it waits again when that opens
    "queue_full",  # its queue is full, and so is where that flows over to
    "callback",  # the customer is called back, not before a time that was agreed
]
CloseOutcome = Literal["solved", "no_action", "duplicate", "spam", "other"]
AttemptOutcome = Literal[
    "accepted",  # the provider took it
    "delivered",  # the provider says that it arrived
    "transient",  # later may help
    "throttled",  # later helps, not before `retry_after_ms`
    "refused",  # later never helps
    "unknown",  # nobody can tell whether it was sent
    "not_sent",  # the lease had run out before anything was written
]
NotificationEnd = Literal["delivered", "accepted", "superseded", "expired", "dead_lettered"]
ContactMethod = Literal["email", "webhook"]  # a way to reach a member of staff
ChannelHealth = Literal["healthy", "suspect", "failed_over"]
ProbeOutcome = Literal[
    "ok",
    "failed",
    "isolated",  # nor could any reference be reached: the fault is on our side, and says nothing
]
Signal = Literal["probe", "silence", "person"]  # kinds of evidence that a channel is down
Severity = Literal["minor", "major", "critical"]
IncidentStatus = Literal["investigating", "identified", "monitoring", "resolved"]
Audience = Literal["it", "managers", "staff"]  # most technical first
NoticePurpose = Literal["opening", "update", "recovery"]
