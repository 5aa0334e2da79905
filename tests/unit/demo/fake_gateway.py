"""A gateway that routes by itself: the first ready agent of the pool gets what comes next."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route


class FakeGateway:
    """`fail_first`: so many commands get 503 on their first try, to be tried again."""

    def __init__(self, *, fail_first: int = 0) -> None:
        self.seen: defaultdict[str, list[str]] = defaultdict(list)
        self.keys: dict[str, int] = {}
        self.presence: dict[str, str] = {}
        self.accepted: set[str] = set()
        self._fail = fail_first
        self._streams: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        self._waiting: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._busy: set[str] = set()

    def app(self) -> Starlette:
        post = [
            ("/v1/interactions", self._receive),
            ("/v1/interactions/{id}/{what}", self._change),
            ("/v1/agents/{id}/presence", self._present),
            ("/v1/offers/{id}/{answer}", self._answer),
            ("/v1/pools/{pool}/heartbeats", self._beat),
        ]
        return Starlette(
            routes=[
                *(Route(path, door, methods=["POST"]) for path, door in post),
                Route("/v1/pools/{pool}/offers", self._stream),
            ]
        )

    def _once(self, request: Request, what: str) -> Response | None:
        """Count a command; the first ones are told to come again."""
        key = request.headers["idempotency-key"]
        self.keys[key] = self.keys.get(key, 0) + 1
        if self._fail and self.keys[key] == 1:
            self._fail -= 1
            return Response(status_code=503)
        self.seen[what].append(key)
        return None

    async def _receive(self, request: Request) -> Response:
        if (again := self._once(request, "received")) is not None:
            return again
        body = msgspec.json.decode(await request.body())
        interaction = f"{body['pool']}:{body['id']}"
        self._waiting[body["pool"]].append((interaction, body["channel"]))
        self._offer(body["pool"])
        return Response(status_code=202)

    def _offer(self, pool: str) -> None:
        name = pool.removeprefix("boston-")
        free = [
            agent
            for agent, status in self.presence.items()
            if status == "ready" and agent.startswith(name) and agent not in self._busy
        ]
        stream = self._streams.get(pool)
        if not free or stream is None or not self._waiting[pool]:
            return
        interaction, channel = self._waiting[pool].pop(0)
        self._busy.add(free[0])
        offer_id = f"{interaction}:1"
        stream.put_nowait(
            {
                "offer_id": offer_id,
                "interaction_id": interaction,
                "agent_id": free[0],
                "channel": channel,
                "expires_at_ms": 0,
            }
        )

    async def _change(self, request: Request) -> Response:
        what = request.path_params["what"]
        if (again := self._once(request, what)) is not None:
            return again
        if what == "close":
            body = msgspec.json.decode(await request.body())
            self._busy.discard(body["agent_id"])
            self._offer(request.path_params["id"].partition(":")[0])
        return JSONResponse({})

    async def _present(self, request: Request) -> Response:
        if (again := self._once(request, "presence")) is not None:
            return again
        agent = request.path_params["id"]
        self.presence[agent] = msgspec.json.decode(await request.body())["status"]
        self._offer("boston-" + agent.partition("-")[0])
        return Response(status_code=202)

    async def _answer(self, request: Request) -> Response:
        if (again := self._once(request, request.path_params["answer"])) is not None:
            return again
        if request.path_params["answer"] == "accept":
            self.accepted.add(request.path_params["id"])
        else:
            self._busy.discard(msgspec.json.decode(await request.body())["agent_id"])
        return JSONResponse({})

    async def _beat(self, request: Request) -> Response:
        return self._once(request, "beat") or Response(status_code=202)

    async def _stream(self, request: Request) -> Response:
        pool = request.path_params["pool"]
        queue = self._streams[pool] = asyncio.Queue()

        async def events() -> AsyncIterator[str]:
            yield ": welcome\n\n"
            while True:
                offer = await queue.get()
                yield f"event: offer_made\ndata: {msgspec.json.encode(offer).decode()}\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")
