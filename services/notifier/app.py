"""Wiring of the notifier: its core behind the runner, the sender behind that, and the lifeline."""

import asyncio
from collections.abc import Sequence
from functools import partial

import structlog
from aiokafka.errors import KafkaConnectionError, KafkaError

from services.notifier.adapters.lifeline.broker_look import BrokerLook
from services.notifier.adapters.lifeline.lifeline import Lifeline
from services.notifier.adapters.wiring import Methods, build_methods, build_sender
from services.notifier.core import NotifierState, notifier_core
from services.notifier.settings import NotifierSettings
from shared.clock import Clock
from shared.contracts.people import PeopleDocument
from shared.contracts.topics import PEOPLE_LOG
from shared.contracts.troubles import TroubleReported
from shared.kafka.appender import KafkaAppender
from shared.kafka.connection import Connection
from shared.log import AppendError
from shared.runner.service import Service
from shared.runner.settings import ServiceSettings

_log = structlog.get_logger(__name__)


class NotifierService(Service[NotifierState]):
    """The runner's service with a sender, and a lifeline where there is a folder for its state."""

    def __init__(
        self, settings: NotifierSettings, surroundings: ServiceSettings, clock: Clock
    ) -> None:
        super().__init__(
            notifier_core,
            connection=Connection(surroundings.kafka),
            clock=clock,
            settings=surroundings,
        )
        methods = build_methods(settings, clock)
        if settings.state_dir is not None:
            settings.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        sender = build_sender(settings, appender=self.appender, clock=clock, methods=methods)
        self.on_committed = sender.on_committed
        self.on_stop = partial(sender.aclose, settings.drain_s)
        self.figures = sender.metrics
        self.lifeline = self._lifeline(settings, methods, clock)

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT.

        Raises:
            AppendError: the core's log does not exist.
            KafkaConnectionError: the broker was not there at the start. With a lifeline not before
                it is back, so that operators hear of it; the process is to be started anew.
        """
        if self.lifeline is None:
            await super().run()
            return
        watching = asyncio.create_task(self.lifeline.run(), name="lifeline")
        watching.add_done_callback(self._tell_failure)
        try:
            await super().run()
        except KafkaConnectionError:
            _log.warning("broker_not_there_at_start")
            await self.lifeline.broker_back()
            raise
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    def people(self) -> PeopleDocument | None:
        """The document in force, as the shards of this process know it."""
        shards = [owner.shard for owner in self.owners.values() if owner.shard is not None]
        known = [shard.state for shard in shards if shard.state.people is not None]
        return max(known, key=lambda state: state.taken.version).people if known else None

    def _lifeline(
        self, settings: NotifierSettings, methods: Methods, clock: Clock
    ) -> Lifeline | None:
        if settings.state_dir is None:
            return None
        return Lifeline(
            folder=settings.state_dir,
            methods=methods,
            people=self.people,
            reach=BrokerLook(self.connection),
            append=self._account,
            clock=clock,
            after_s=settings.lifeline_after_s,
        )

    async def _account(self, troubles: Sequence[TroubleReported]) -> None:
        """By an appender of its own: that of the service may not have started.

        Raises:
            AppendError: not all of them were confirmed.
        """
        appender = KafkaAppender(self.connection)
        appender.refusing = self.appender.refusing
        try:
            await appender.start()
            for trouble in troubles:
                await appender.append(PEOPLE_LOG, trouble.person, trouble)
        except KafkaError as error:
            raise AppendError("the broker is away again") from error
        finally:
            await appender.stop()


def build_service(
    settings: NotifierSettings, surroundings: ServiceSettings, clock: Clock
) -> NotifierService:
    """The notifier with its sender.

    Raises:
        ValueError: a key for links is missing or too short.
    """
    return NotifierService(settings, surroundings, clock)
