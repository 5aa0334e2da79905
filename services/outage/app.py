"""Wiring of the outage service: its core behind the runner, and the prober beside its shard."""

import os
from hashlib import blake2b

from services.outage.adapters.looks import Looker
from services.outage.adapters.prober import Orders, Prober
from services.outage.adapters.references import References
from services.outage.core import OutageState, outage_core
from services.outage.settings import OutageSettings
from shared.clock import Clock
from shared.kafka.connection import Connection
from shared.runner.owner import Standing
from shared.runner.service import Service
from shared.runner.settings import ServiceSettings

PARTITION = 0  # system-log has this one alone


class OutageService(Service[OutageState]):
    """The runner's service, with a prober that looks while this process holds the shard."""

    def __init__(
        self, settings: OutageSettings, surroundings: ServiceSettings, clock: Clock
    ) -> None:
        super().__init__(
            outage_core,
            connection=Connection(surroundings.kafka),
            clock=clock,
            settings=surroundings,
        )
        self._drain_s = settings.drain_s
        self._looker = Looker()
        self.prober = Prober(
            orders=self.orders,
            look=self._looker.look,
            references=References(self._looker.look, cache_s=settings.reference_cache_s),
            appender=self.appender,
            clock=clock,
            stamp=_stamp(settings.instance, clock),
            concurrency=settings.concurrency,
        )
        self.on_stop = self._stop_looking

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT.

        Raises:
            AppendError: the core's log does not exist.
        """
        self.prober.start()
        try:
            await super().run()
        finally:
            await self._stop_looking()
            await self._looker.aclose()

    def orders(self) -> Orders | None:
        """What to look at; None unless this process is ready, and its shard is live."""
        owner = self.owners.get(PARTITION)
        if owner is None or owner.standing is not Standing.LIVE or owner.shard is None:
            return None
        state: OutageState = owner.shard.state
        if state.plan is None or self.not_ready():
            return None
        suspect = (name for name, it in state.channels.items() if it.health == "suspect")
        looks = (look for it in state.channels.values() for look in it.looks.values())
        told_ms = max((look.newest_ms for look in looks), default=0)
        return Orders(state.plan.document, frozenset(suspect), told_ms)

    def not_ready(self) -> list[str]:
        """As the runner says; a service that looks at nothing any more is not ready either."""
        problem = self.prober.problem()
        return [*super().not_ready(), *([problem] if problem is not None else [])]

    async def _stop_looking(self) -> None:
        await self.prober.aclose(self._drain_s)


def build_service(
    settings: OutageSettings, surroundings: ServiceSettings, clock: Clock
) -> OutageService:
    return OutageService(settings, surroundings, clock)


def _stamp(instance: str, clock: Clock) -> str:
    """Different for each run of each process, so that ids of looks never meet."""
    text = f"{instance}/{os.getpid()}/{clock.now_ms()}"
    return blake2b(text.encode(), digest_size=6).hexdigest()
