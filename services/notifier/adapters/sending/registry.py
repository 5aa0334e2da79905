"""All providers of this process: made when first needed, kept over a restart, told to operators."""

from collections.abc import Callable, Iterator, Mapping

import structlog

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.sending.breaker import Breaker, Pass
from services.notifier.adapters.sending.kept_rests import KeptRests
from services.notifier.adapters.sending.provider import Provider
from services.notifier.adapters.sending.rates import NO_RATES, Rates
from services.notifier.adapters.sending.stopwatch import Stopwatch

_MOST = 2_000  # hosts of webhooks come and go with the configuration
_log = structlog.get_logger(__name__)
FIGURES = (
    "provider_phase",
    "provider_waiting",
    "provider_rests_total",
    "provider_blocked_total",
    "provider_delayed_total",
)
_PHASES = {"well": 0, "probing": 1, "resting": 2}


class Registry:
    """`set_up` is another text whenever something was changed that a provider may have minded."""

    def __init__(
        self,
        *,
        rates: Mapping[str, Rates],
        places: int,
        watch: Stopwatch,
        set_up: Callable[[], str],
        kept: KeptRests,
    ) -> None:
        self._rates, self._places, self._watch = rates, places, watch
        self.set_up, self._kept, self._clock = set_up, kept, kept.clock
        self._providers: dict[str, Provider] = {}
        for name, rest in kept.read().items():
            self._providers[name] = self._made(name, Breaker.restored(name, rest, watch.seconds()))

    def of(self, name: str) -> Provider:
        """`name`: as `provider_of` says it."""
        if name not in self._providers:
            if len(self._providers) >= _MOST:
                self._providers = {it.name: it for it in self._providers.values() if not it.idle}
            self._providers[name] = self._made(name, Breaker(name))
        return self._providers[name]

    def tell(
        self, provider: Provider, granted: Pass, address: str, set_up: str, delivery: Delivery
    ) -> None:
        """What came of a message that had a pass, under the set-up that was asked for with it."""
        breaker, set_ups = provider.breaker, provider.set_ups
        phase, rests, at_fault = breaker.phase, breaker.rests, set_ups.at_fault
        provider.tell(granted, address, set_up, delivery, told_ms=self._clock.now_ms())
        if breaker.phase == "resting" and (phase, rests) != (breaker.phase, breaker.rests):
            _log.warning(
                "provider_rested",
                provider=provider.name,
                rests=breaker.rests,
                rest_s=round(breaker.until_s - self._watch.seconds()),
                detail=delivery.detail,
            )
        elif phase != "well" and breaker.phase == "well":
            _log.info("provider_well", provider=provider.name, rests=rests)
        if set_ups.at_fault and not at_fault:
            _log.error("provider_set_up_wrong", provider=provider.name, detail=delivery.detail)
        if (phase, rests) != (breaker.phase, breaker.rests):
            self._keep()

    def metrics(self) -> Iterator[tuple[str, dict[str, str], float]]:
        """(name, labels, value) of each."""
        for it in self._providers.values():
            counts = it.counts
            values = (
                _PHASES[it.breaker.phase],
                len(it.line),
                counts.rests,
                counts.blocked,
                counts.delayed,
            )
            for name, value in zip(FIGURES, values, strict=True):
                yield name, {"provider": it.name}, value

    def _made(self, name: str, breaker: Breaker) -> Provider:
        method = name.partition(":")[0]
        return Provider(
            name,
            rates=self._rates.get(method, NO_RATES),
            places=self._places,
            watch=self._watch,
            breaker=breaker,
        )

    def _keep(self) -> None:
        now_s = self._watch.seconds()
        rests = {name: it.breaker.kept(now_s) for name, it in self._providers.items()}
        self._kept.write({name: it for name, it in rests.items() if it is not None})
