"""Wiring of the escalation service: its core, behind the runner."""

from services.escalation.core import escalation_core
from services.escalation.core.state import EscalationState
from services.escalation.settings import EscalationSettings
from shared.clock import Clock
from shared.kafka.connection import Connection
from shared.runner.service import Service


def build_service(settings: EscalationSettings, clock: Clock) -> Service[EscalationState]:
    return Service(
        escalation_core, connection=Connection(settings.kafka), clock=clock, settings=settings
    )
