"""Places at one provider: so many messages on their way at a time, the others wait in line."""

import asyncio
from collections.abc import Callable

from services.notifier.adapters.sending.line import Line, Ticket
from services.notifier.adapters.sending.stopwatch import Stopwatch

Turn = asyncio.Future[bool]  # True: it is my turn; False: nothing is to be written any more
_LOOK_S = 1.0  # real time asleep at most where the clock may be steered


class Turns:
    """Each provider has its own, so that one that hangs holds no other back."""

    def __init__(self, line: Line[Turn], places: int, watch: Stopwatch) -> None:
        self.line, self._places, self._free, self._watch = line, places, places, watch
        self._timer: asyncio.TimerHandle | None = None
        self._soon: asyncio.Handle | None = None

    @property
    def idle(self) -> bool:
        """Nobody waits, and nothing is on its way."""
        return self._free == self._places and not len(self.line)

    async def take(
        self,
        *,
        priority: int,
        at_ms: int,
        address: str,
        until_s: float,
        on_wait: Callable[[Turn], None],
    ) -> bool:
        """Wait for a place and tokens, until then at most. True: end with `give_back`.

        Args:
            on_wait: is handed the turn; setting it False calls it off.
        """
        turn: Turn = asyncio.get_running_loop().create_future()
        on_wait(turn)
        ticket = self.line.join(
            turn, priority=priority, at_ms=at_ms, address=address, now_s=self._watch.seconds()
        )
        self._pump_soon()
        try:
            while not turn.done() and (left_s := until_s - self._watch.seconds()) > 0:
                await asyncio.wait((turn,), timeout=self._real(left_s))
        except asyncio.CancelledError:
            self._resign(ticket)
            raise
        if not turn.done() or not turn.result():
            self._resign(ticket)
            return False
        return True

    def give_back(self) -> None:
        self._free += 1
        self._pump()

    def _resign(self, ticket: Ticket[Turn]) -> None:
        turn = ticket.item
        if turn.done() and not turn.cancelled() and turn.result():
            self.give_back()
            return
        self.line.leave(ticket)
        turn.cancel()

    def _pump_soon(self) -> None:
        """After all that one batch has begun is in line, so that its most urgent goes first."""
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_soon(self._pump)

    def _pump(self) -> None:
        for handle in (self._soon, self._timer):
            if handle is not None:
                handle.cancel()
        self._soon = self._timer = None
        while self._free > 0:
            following = self.line.next(self._watch.seconds())
            if following is None:
                return
            if isinstance(following, float):
                loop = asyncio.get_running_loop()
                self._timer = loop.call_later(self._real(following), self._pump)
                return
            if not following.item.done():
                self._free -= 1
                following.item.set_result(True)

    def _real(self, seconds: float) -> float:
        """Of real time; a steered clock may be steered meanwhile, so not for long."""
        speed = self._watch.speed()
        return seconds if speed == 1.0 else min(seconds / max(speed, 1e-6), _LOOK_S)
