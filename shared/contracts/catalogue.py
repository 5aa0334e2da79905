"""Every kind of event by its name, and in which logs it is found."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from shared.contracts import (
    agents,
    contacts,
    customers,
    escalation,
    explanation,
    interactions,
    notification,
    outage,
    presence,
    rooms,
    routing,
    system,
    troubles,
)
from shared.contracts.event import Event

PoolEvent = Annotated[
    interactions.InteractionReceived
    | interactions.CustomerMessaged
    | interactions.AgentReplied
    | interactions.CustomerAbandoned
    | interactions.TransferRequested
    | interactions.CloseRequested
    | interactions.HandBackRequested
    | interactions.ConnectionFailed
    | interactions.CallbackRequested
    | interactions.AssignRequested
    | interactions.RequeueRequested
    | interactions.ChangeRequested
    | interactions.ExplanationRequested
    | agents.PresenceReported
    | agents.AgentsSeen
    | agents.OfferAnswered
    | agents.WrapUpEnded
    | agents.WrapUpExtensionRequested
    | agents.AgentSkillsRequested
    | routing.InteractionQueued
    | routing.InteractionRequeued
    | routing.InteractionWidened
    | routing.InteractionChanged
    | routing.InteractionIdled
    | routing.InteractionWoken
    | routing.CallbackPromised
    | routing.QueueHoursChanged
    | routing.InteractionParked
    | routing.InteractionMoved
    | routing.OutageNoted
    | routing.OfferMade
    | routing.OfferEnded
    | routing.InteractionAssigned
    | routing.MessageRecorded
    | routing.InteractionClosed
    | routing.InteractionAbandoned
    | routing.InteractionExpired
    | routing.CapacityReleased
    | routing.WrapUpExtended
    | routing.TransferredOut
    | routing.TransferredIn
    | presence.AgentChanged
    | presence.AgentWithheld
    | presence.AgentSkillsChanged
    | explanation.InteractionExplained
    | presence.LeasesRenewed
    | routing.StubsDropped
    | outage.ChannelFailedOver
    | outage.ChannelRestored
    | escalation.SlaClockStarted
    | escalation.SlaMet
    | escalation.SlaCancelled
    | escalation.SlaBreached
    | escalation.EscalationOpened
    | escalation.PageRequested
    | escalation.PageRecalled
    | escalation.PageAcknowledged
    | escalation.EscalationAcknowledged
    | escalation.EscalationResolved
    | escalation.EscalationExhausted
    | customers.CustomerNoticeRequested
    | system.Tick
    | system.ConfigChanged
    | system.ConfigTaken
    | system.EventRejected
    | system.EventSkipped,
    Field(discriminator="kind"),
]
PeopleEvent = Annotated[
    escalation.PageRequested
    | escalation.PageRecalled
    | escalation.PageAcknowledged
    | outage.NoticeRequested
    | customers.CustomerNoticeRequested
    | troubles.TroubleReported
    | contacts.VerificationRequested
    | contacts.ContactConfirmed
    | contacts.ContactVerified
    | rooms.AlertRouted
    | rooms.AlertGrouped
    | rooms.GroupFlushed
    | notification.NotificationOpened
    | notification.NotificationHeld
    | notification.NotificationBundled
    | notification.AttemptLeased
    | notification.AttemptEnded
    | notification.AttemptInDoubt
    | notification.RetryScheduled
    | notification.DeliveryReported
    | notification.ReceiptNoted
    | notification.RedriveRequested
    | notification.NotificationReopened
    | notification.RecallNoted
    | notification.LedgerTrimmed
    | notification.NotificationEnded
    | system.Tick
    | system.ConfigChanged
    | system.ConfigTaken
    | system.EventRejected
    | system.EventSkipped,
    Field(discriminator="kind"),
]
SystemEvent = Annotated[
    outage.ContactsSeen
    | outage.ProbeEnded
    | outage.IncidentDeclared
    | outage.IncidentUpdatePosted
    | outage.IncidentResolveRequested
    | outage.ChannelHealthChanged
    | outage.IncidentOpened
    | outage.IncidentUpdated
    | outage.IncidentResolved
    | outage.ChannelFailedOver
    | outage.ChannelRestored
    | outage.NoticeRequested
    | routing.InteractionMoved
    | routing.InteractionParked
    | system.Tick
    | system.ConfigChanged
    | system.ConfigTaken
    | system.EventRejected
    | system.EventSkipped,
    Field(discriminator="kind"),
]

POOL_EVENTS: TypeAdapter[PoolEvent] = TypeAdapter(PoolEvent)
PEOPLE_EVENTS: TypeAdapter[PeopleEvent] = TypeAdapter(PeopleEvent)
SYSTEM_EVENTS: TypeAdapter[SystemEvent] = TypeAdapter(SystemEvent)

_MODULES = (
    agents,
    contacts,
    customers,
    escalation,
    explanation,
    interactions,
    notification,
    outage,
    presence,
    rooms,
    routing,
    system,
    troubles,
)
KINDS: dict[str, type[Event]] = {
    model.model_fields["kind"].default: model
    for module in _MODULES
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, Event) and "kind" in model.model_fields
}

# What model_validate_json calls in the end; a shard reads hundreds of thousands.
_READERS = {kind: model.__pydantic_validator__.validate_json for kind, model in KINDS.items()}


def read(kind: str, value: bytes) -> Event:
    """Decode one record by the kind its header names.

    Raises:
        KeyError: the kind is not in the catalogue.
        pydantic.ValidationError: the value is not of that kind.
    """
    event: Event = _READERS[kind](value)
    return event
