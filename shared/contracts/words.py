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
OfferEnd = Literal["declined", "expired", "revoked", "withdrawn"]
RequeueReason = Literal[
    "declined", "expired", "revoked", "agent_lost", "transferred", "unparked"
]  # fmt: skip
ParkReason = Literal[
    "no_agent_can_serve",  # nobody in the configuration could ever serve it
    "channel_down",  # its channel is down, and no backup reaches this customer
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
