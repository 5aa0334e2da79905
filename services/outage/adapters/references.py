"""Is it us? If no reference can be reached either, a failed look says nothing of its target."""

import asyncio
import time
from collections.abc import Callable, Sequence

from services.outage.adapters.looks import Look
from shared.contracts.configuration import Probe


class References:
    """One answer at a time; it is good for `cache_s` real seconds, for every probe that asks."""

    def __init__(
        self, look: Look, *, cache_s: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._look, self._cache_s, self._monotonic = look, cache_s, monotonic
        self._lock = asyncio.Lock()
        self._asked: tuple[Probe, ...] = ()
        self._answer = True
        self._until_s = float("-inf")

    async def any_reached(self, references: tuple[Probe, ...]) -> bool:
        """True where none is configured: then nothing speaks for a fault of ours."""
        if not references:
            return True
        async with self._lock:  # who comes meanwhile takes this answer
            if references != self._asked or self._monotonic() >= self._until_s:
                self._answer = await self._ask(references)
                self._asked = references
                self._until_s = self._monotonic() + self._cache_s
            return self._answer

    async def _ask(self, references: Sequence[Probe]) -> bool:
        """All at once; the first that answers is enough."""
        looks = [asyncio.ensure_future(self._look(probe)) for probe in references]
        try:
            for found in asyncio.as_completed(looks):
                if (await found).outcome == "ok":
                    return True
            return False
        finally:
            for look in looks:
                look.cancel()
            await asyncio.gather(*looks, return_exceptions=True)
