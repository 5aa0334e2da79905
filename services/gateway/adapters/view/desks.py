"""Which agents' desks hear of an event: who is named, and from whom something is taken."""

from shared.contracts import presence
from shared.contracts import routing as r
from shared.contracts.event import Event, Fact

_TOLD = (
    r.OfferMade
    | r.OfferEnded
    | r.InteractionAssigned
    | r.InteractionClosed
    | r.InteractionIdled
    | r.InteractionWoken
    | r.CapacityReleased
    | r.WrapUpExtended
    | presence.AgentChanged
    | presence.AgentWithheld
    | presence.AgentSkillsChanged
)


def told_to(event: Event, before: str | None, after: str | None) -> tuple[str, ...]:
    """The agents who are told.

    Args:
        before, after: who had the interaction assigned before this event, and who has it now. Who
            loses it is told why, also where the fact names somebody else, or nobody.
    """
    named = event.agent_id if isinstance(event, _TOLD) else None
    lost = before if before != after and isinstance(event, Fact) else None
    return tuple(dict.fromkeys(it for it in (named, lost) if it is not None))
