"""SLA clocks and escalations, decided purely: no I/O, no clock, no chance."""

from services.escalation.core.checks import Problem, problems
from services.escalation.core.core import EscalationCore, escalation_core
from services.escalation.core.due import Due, due
from services.escalation.core.state import EscalationState
from shared.hours.open_hours import NeverOpensError, OpenHours, first_opening
from shared.hours.zones import ZONE_DATA, UnknownZoneError

__all__ = [
    "ZONE_DATA",
    "Due",
    "EscalationCore",
    "EscalationState",
    "NeverOpensError",
    "OpenHours",
    "Problem",
    "UnknownZoneError",
    "due",
    "escalation_core",
    "first_opening",
    "problems",
]
