"""Wiring of the router service: its core, behind the runner."""

from services.router.adapters.alarms import ring
from services.router.core import router_core
from services.router.core.state import RouterState
from services.router.settings import RouterSettings
from shared.clock import Clock
from shared.kafka.connection import Connection
from shared.runner.service import Service


def build_service(settings: RouterSettings, clock: Clock) -> Service[RouterState]:
    service = Service(
        router_core, connection=Connection(settings.kafka), clock=clock, settings=settings
    )
    service.on_committed = lambda _shard, facts: ring(facts, service.counters)
    return service
