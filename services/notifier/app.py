"""Wiring of the notifier: its core behind the runner, and the sender after each commit."""

from functools import partial

from services.notifier.adapters.wiring import build_sender
from services.notifier.core import NotifierState, notifier_core
from services.notifier.settings import NotifierSettings
from shared.clock import Clock
from shared.kafka.connection import Connection
from shared.runner.service import Service
from shared.runner.settings import ServiceSettings


def build_service(
    settings: NotifierSettings, surroundings: ServiceSettings, clock: Clock
) -> Service[NotifierState]:
    """The notifier with its sender.

    Raises:
        ValueError: a key for links is missing or too short.
    """
    service = Service(
        notifier_core,
        connection=Connection(surroundings.kafka),
        clock=clock,
        settings=surroundings,
    )
    sender = build_sender(settings, appender=service.appender, clock=clock)
    service.on_committed = sender.on_committed
    service.on_stop = partial(sender.aclose, settings.drain_s)
    return service
