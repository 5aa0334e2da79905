"""Those who listen to offers as they are made: one bounded queue each."""

import asyncio
from collections import deque
from collections.abc import Iterable

TOO_SLOW = (
    b"event: error\n"
    b'data: {"code":"too_slow","detail":"This stream was read too slowly and is closed. '
    b'Connect again: it begins with all open offers."}\n\n'
)


def frame(*, event_id: str, kind: str, data: bytes) -> bytes:
    """One server-sent event. JSON as it was written has no newline, so `data` is one line."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (event_id.encode(), kind.encode(), data)


class Subscriber:
    """One open stream. It is dropped when it lags by more than `most` events."""

    __slots__ = ("_changed", "_most", "_waiting", "closed", "pool")

    def __init__(self, pool: str, *, most: int) -> None:
        self.pool = pool
        self._waiting: deque[bytes] = deque()
        self._changed = asyncio.Event()
        self._most = most
        self.closed = False

    def push(self, framed: bytes) -> None:
        if self.closed:
            return
        if len(self._waiting) >= self._most:
            self._waiting.clear()
            self._waiting.append(TOO_SLOW)
            self.closed = True
        else:
            self._waiting.append(framed)
        self._changed.set()

    def close(self) -> None:
        self.closed = True
        self._changed.set()

    async def take(self, *, timeout_s: float) -> bytes:
        """All that waits, or nothing after `timeout_s` (real)."""
        if not self._waiting and not self.closed:
            try:
                await asyncio.wait_for(self._changed.wait(), timeout_s)
            except TimeoutError:
                return b""
        self._changed.clear()
        taken = b"".join(self._waiting)
        self._waiting.clear()
        return taken


class Subscribers:
    def __init__(self) -> None:
        self._of_agent: dict[tuple[str, str], list[Subscriber]] = {}
        self._of_pool: dict[str, list[Subscriber]] = {}

    def add(self, subscriber: Subscriber, agent_id: str | None) -> None:
        self._list(subscriber, agent_id).append(subscriber)

    def remove(self, subscriber: Subscriber, agent_id: str | None) -> None:
        there = self._list(subscriber, agent_id)
        there.remove(subscriber)
        if not there:
            if agent_id is None:
                del self._of_pool[subscriber.pool]
            else:
                del self._of_agent[subscriber.pool, agent_id]

    def tell(self, pool: str, agent_id: str, *, event_id: str, kind: str, data: bytes) -> None:
        listening = [*self._of_agent.get((pool, agent_id), ()), *self._of_pool.get(pool, ())]
        if listening:
            framed = frame(event_id=event_id, kind=kind, data=data)
            for subscriber in listening:
                subscriber.push(framed)

    def close(self) -> None:
        """The process ends: every stream is told so."""
        for subscriber in self._all():
            subscriber.close()

    def count(self) -> int:
        return sum(1 for _ in self._all())

    def _all(self) -> Iterable[Subscriber]:
        for there in (*self._of_agent.values(), *self._of_pool.values()):
            yield from there

    def _list(self, subscriber: Subscriber, agent_id: str | None) -> list[Subscriber]:
        if agent_id is None:
            return self._of_pool.setdefault(subscriber.pool, [])
        return self._of_agent.setdefault((subscriber.pool, agent_id), [])
