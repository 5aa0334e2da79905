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
    "too_big",  # the provider takes less; a shorter message may get through
    "config",  # how we reach the provider is wrong; only a change of that helps
    "bad_recipient",  # the provider does not know the address, or may not write to it
    "refused",  # later never helps
    "blocked",  # not sent: its provider is given a rest, until `retry_after_ms`
    "unknown",  # nobody can tell whether it was sent
    "not_sent",  # the lease had run out before anything was written
]
NotificationEnd = Literal[
    "delivered", "accepted", "superseded", "expired", "dead_lettered",
    "unknown",  # it may have arrived, and is of a sort that is not said twice
]  # fmt: skip
ReceiptStatus = Literal["sent", "delivered", "read", "undelivered"]  # what a provider tells later
HeldWhy = Literal[
    "quiet_hours",  # of the person
    "rate",  # as many messages as this address takes in a while
    "bundle",  # one message went there just now; what follows goes in one
]
Urgency = Literal["high", "low"]
Criterion = Literal["accepted", "delivered", "read", "acknowledged"]  # when a hop has succeeded
HopReason = Literal[
    "first",
    "not_in_time",  # the hop before it had not succeeded by its time
    "failed",  # the hop before it cannot succeed any more
    "blocked",  # the provider of the hop before it is given a rest
    "owed",  # what it ends may have been heard there
]
ContactMethod = Literal[
    "email", "webhook", "sms", "voice", "slack", "teams", "zoom", "pagerduty", "opsgenie",
    "statuspage", "apprise",
]  # fmt: skip
CONTACT_METHODS: tuple[ContactMethod, ...] = (
    "email", "webhook", "sms", "voice", "slack", "teams", "zoom", "pagerduty", "opsgenie",
    "statuspage", "apprise",
)  # fmt: skip
BY_RULES = "rules"  # in place of a contact method: as the person's own rules say
CustomerNoticePurpose = Literal["receipt", "longer_wait"]
TroubleWith = Literal[
    "provider",  # its credentials or address do not work
    "address",  # a provider does not know a person's address
    "endpoint",  # it said that it is gone
    "undelivered",  # nothing reached a person of what he had to be told
    "platform",  # Switchyard itself could not work
    "platform_works",  # and can again; to those who had heard that it could not
]
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
