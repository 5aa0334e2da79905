"""The cores by the name of their service."""

from typing import Any

from services.escalation.core import escalation_core
from services.notifier.core import notifier_core
from services.outage.core import outage_core
from services.router.core import router_core
from shared.runner.core import Core

CORES: dict[str, Core[Any]] = {
    core.service: core for core in (router_core, escalation_core, outage_core, notifier_core)
}
