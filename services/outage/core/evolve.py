"""The only way state changes: by this service's facts, and by evidence that tells something new."""

from services.outage.core import evolve_incidents, evolve_watching
from services.outage.core.model import remember
from services.outage.core.state import OutageState
from shared.contracts import outage
from shared.contracts.event import Event
from shared.contracts.routing import InteractionMoved, InteractionParked
from shared.contracts.system import ConfigTaken, EventRejected, EventSkipped


def evolve(state: OutageState, fact: Event) -> None:
    match fact:
        case outage.ContactsSeen():
            evolve_watching.contacts_seen(state, fact)
        case outage.ProbeEnded():
            evolve_watching.probe_ended(state, fact)
        case InteractionMoved() | InteractionParked():
            evolve_incidents.counted(state, fact)
        case outage.ChannelHealthChanged():
            evolve_watching.health_changed(state, fact)
        case outage.IncidentOpened():
            evolve_incidents.opened(state, fact)
            _answered(state, fact, by_person=fact.opened_by == "person")
        case outage.ChannelFailedOver():
            evolve_incidents.failed_over(state, fact)
        case outage.IncidentUpdated():
            evolve_incidents.updated(state, fact)
            _answered(state, fact, by_person=not fact.automatic)
        case outage.IncidentResolved():
            evolve_incidents.resolved(state, fact)
            _answered(state, fact, by_person=fact.resolved_by == "person")
        case outage.NoticeRequested():
            evolve_incidents.noticed(state, fact)
        case ConfigTaken():
            evolve_watching.config_taken(state, fact)
        case EventRejected():
            _answered(state, fact, by_person=True)
        case outage.ChannelRestored() | EventSkipped():
            pass  # told to others; `incident_resolved` ends it here
        case _:
            raise TypeError(f"the outage service tells no {type(fact).__name__}")


def _answered(state: OutageState, fact: Event, *, by_person: bool) -> None:
    if by_person:
        remember(state.touched_installation().known, fact.cause)
