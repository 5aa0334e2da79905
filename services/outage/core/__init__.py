"""The outage service's decisions, pure: what is down, who is told when, what moves and returns."""

from services.outage.core.core import outage_core
from services.outage.core.state import OutageState

__all__ = ["OutageState", "outage_core"]
