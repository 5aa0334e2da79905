"""Offers, as a list or as server-sent events while they are made."""

from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from services.gateway.adapters.doors import bodies, shown
from services.gateway.adapters.doors.agents_acting import pool_of_agent
from services.gateway.adapters.doors.door import Call, told
from services.gateway.adapters.view.model import Offer
from services.gateway.adapters.view.subscribers import Subscriber, frame

_HEARTBEAT = b": still here\n\n"  # keeps proxies from closing, and shows a dead peer
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def of_agent(call: Call) -> Response:
    agent_id = call.path["agent_id"]
    query = call.asked(bodies.StreamQuery)
    pool = pool_of_agent(call, agent_id, query.pool)
    if query.stream or _accepts(call, "text/event-stream"):
        return _stream(call, pool, agent_id)
    return told(
        200,
        {
            "agent_id": agent_id,
            "pool": pool,
            "now_ms": call.desk.clock.now_ms(),
            "offers": [shown.offer(offer) for offer in _open(call, pool, agent_id)],
        },
    )


async def of_pool(call: Call) -> Response:
    """All agents of a pool; a stream unless JSON is asked for."""
    pool = call.path["pool"]
    call.enter(pool)
    if not _accepts(call, "application/json"):
        return _stream(call, pool, None)
    offers = [shown.offer(offer) for offer in _open(call, pool, None)]
    return told(200, {"pool": pool, "now_ms": call.desk.clock.now_ms(), "offers": offers})


def _stream(call: Call, pool: str, agent_id: str | None) -> Response:
    return StreamingResponse(
        _events(call, pool, agent_id), media_type="text/event-stream", headers=_HEADERS
    )


async def _events(call: Call, pool: str, agent_id: str | None) -> AsyncIterator[bytes]:
    """First what is open, then what changes; nothing is missed between, and nothing told twice."""
    desk = call.desk
    subscriber = Subscriber(pool, most=desk.settings.stream_queue)
    desk.view.subscribers.add(subscriber, agent_id)
    desk.metrics.streams.inc()
    try:
        yield b"retry: 1000\n\n" + b"".join(
            frame(event_id=offer.fact_id, kind="offer_made", data=offer.fact)
            for offer in _open(call, pool, agent_id)
        )
        while True:
            changes = await subscriber.take(timeout_s=desk.settings.stream_heartbeat_s)
            yield changes or _HEARTBEAT
            if subscriber.closed:
                return
    finally:
        desk.metrics.streams.dec()
        desk.view.subscribers.remove(subscriber, agent_id)


def _open(call: Call, pool: str, agent_id: str | None) -> list[Offer]:
    there = call.desk.view.board.pool(pool)
    if agent_id is None:
        return list(there.offers.values())
    agent = there.agents.get(agent_id)
    return [there.offers[offer_id] for offer_id in agent.offers] if agent is not None else []


def _accepts(call: Call, media_type: str) -> bool:
    return media_type in call.headers.get("accept", "")
