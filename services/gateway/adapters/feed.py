"""The board, live: one snapshot a second for all who look at the same pools."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from services.gateway.adapters.problems import Problem
from services.gateway.adapters.view.snapshot import snapshot
from services.gateway.adapters.view.view import View
from shared.clock import Clock

Scope = tuple[tuple[str, ...], str | None]  # the pools of a key, and the one that was asked for


class Watcher:
    """One open board. It holds the newest snapshot only: who reads slowly misses some."""

    __slots__ = ("_changed", "_newest", "closed", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.closed = False
        self._newest = b""
        self._changed = asyncio.Event()

    def put(self, framed: bytes) -> None:
        self._newest = framed
        self._changed.set()

    def close(self) -> None:
        self.closed = True
        self._changed.set()

    async def take(self, *, timeout_s: float) -> bytes:
        """The newest that was not taken yet, or nothing after `timeout_s` (real)."""
        if not self._newest and not self.closed:
            try:
                await asyncio.wait_for(self._changed.wait(), timeout_s)
            except TimeoutError:
                return b""
        self._changed.clear()
        taken, self._newest = self._newest, b""
        return taken


@dataclass(slots=True)
class _Audience:
    """Those who look at the same pools."""

    pools: Callable[[], Sequence[str]]
    watchers: list[Watcher] = field(default_factory=list)
    content: bytes = b""
    looked_s: float | None = None  # monotonic


class Feed:
    def __init__(
        self, *, view: View, clock: Clock, period_s: float, at_risk_s: int, most: int
    ) -> None:
        self._view, self._clock = view, clock
        self._period_s, self._within_ms, self._most = period_s, at_risk_s * 1_000, most
        self._audiences: dict[Scope, _Audience] = {}

    def must_have_room(self) -> None:
        """Raises Problem: too many boards are open."""
        if self.count() >= self._most:
            raise Problem(
                503,
                "too_many_boards",
                f"{self._most} boards are open on this gateway; close one, or ask another gateway.",
                headers={"Retry-After": "10"},
            )

    def open(self, scope: Scope, pools: Callable[[], Sequence[str]]) -> Watcher:
        """A watcher that has the first snapshot already; `close` it afterwards in any case."""
        audience = self._audiences.get(scope)
        if audience is None:
            audience = self._audiences[scope] = _Audience(pools)
        watcher = Watcher(scope)
        audience.watchers.append(watcher)
        self._look(audience)
        watcher.put(self._frame(audience.content))  # also if the others have seen it
        return watcher

    def close(self, watcher: Watcher) -> None:
        audience = self._audiences[watcher.scope]
        audience.watchers.remove(watcher)
        if not audience.watchers:
            del self._audiences[watcher.scope]

    def close_all(self) -> None:
        """The process ends: every board is told so."""
        for audience in self._audiences.values():
            for watcher in audience.watchers:
                watcher.close()

    def count(self) -> int:
        return sum(len(audience.watchers) for audience in self._audiences.values())

    async def run(self) -> None:
        """Look every period (real time) for ever; cancel it to stop."""
        while True:
            await asyncio.sleep(self._period_s)
            await self._let_clocks_come_near()
            for audience in tuple(self._audiences.values()):
                self._look(audience)
                await asyncio.sleep(0)  # the doors have their turn between two scopes

    async def _let_clocks_come_near(self) -> None:
        """Also while nobody looks: else the first look would pay for all of them at once."""
        for number, pool in enumerate(tuple(self._view.board.pools.values())):
            pool.clocks.at_risk(self._clock.now_ms(), self._within_ms)
            if number % 20 == 19:
                await asyncio.sleep(0)

    def now(self, pools: Sequence[str]) -> bytes:
        """What a board shows, as JSON."""
        return self._data(self._content(pools))

    def still(self) -> bytes:
        """An event that says that the stream lives, and what time it is."""
        data = b'{"now_ms":%d,"speed":%g}' % (self._clock.now_ms(), self._clock.speed())
        return b"event: still\ndata: %b\n\n" % data

    def _look(self, audience: _Audience) -> None:
        """Tell the watchers if something else is to be seen; once in a period at most."""
        now_s = time.monotonic()
        if audience.looked_s is not None and now_s - audience.looked_s < self._period_s / 2:
            return
        audience.looked_s = now_s
        before, audience.content = audience.content, self._content(audience.pools())
        if audience.content != before:
            framed = self._frame(audience.content)
            for watcher in audience.watchers:
                watcher.put(framed)

    def _content(self, pools: Sequence[str]) -> bytes:
        now_ms = self._clock.now_ms()
        return msgspec.json.encode(
            snapshot(self._view, pools, now_ms=now_ms, within_ms=self._within_ms)
        )

    def _data(self, content: bytes) -> bytes:
        return b'{"now_ms":%d,"speed":%g,"board":%b}' % (
            self._clock.now_ms(),
            self._clock.speed(),
            content,
        )

    def _frame(self, content: bytes) -> bytes:
        return b"event: board\ndata: %b\n\n" % self._data(content)
