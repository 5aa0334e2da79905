"""Offers are seen as they are made, over a real socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import uvicorn

from shared.contracts.catalogue import KINDS
from tests.component.gateway.house import T0, House, assigned, offered, open_house, queued, until


@asynccontextmanager
async def served(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """The house's application behind uvicorn, as in earnest; the lifespan is the house's."""
    config = uvicorn.Config(
        house.app, port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        yield http
    server.should_exit = True
    await serving


class Stream:
    """Reads frame by frame."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def frame(self) -> dict[str, str]:
        found: dict[str, str] = {}
        async with asyncio.timeout(5):
            async for line in self._lines:
                if not line and found:
                    return found
                name, _, value = line.partition(":")
                if line:
                    found[name or "comment"] = value.strip()
        return found


@asynccontextmanager
async def listening(
    http: httpx.AsyncClient, path: str, key: str, **headers: str
) -> AsyncIterator[Stream]:
    headers = {"X-API-Key": key, "Accept": "text/event-stream"} | headers
    async with http.stream("GET", path, headers=headers, timeout=5) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        stream = Stream(response)
        assert "retry" in await stream.frame()
        yield stream


def data(frame: dict[str, str]) -> Any:
    return msgspec.json.decode(frame["data"])


async def test_an_agent_sees_what_is_open_and_then_what_changes_and_nothing_of_others() -> None:
    async with open_house() as house, served(house) as http:
        await house.tell(queued("boston:1"), offered("boston:1", "ana"))
        async with listening(http, "/v1/agents/ana/offers", "desk") as stream:
            first = await stream.frame()
            await house.tell(queued("boston:2"), offered("boston:2", "ben"))
            await house.tell(assigned("boston:1", "ana"))
            second = await stream.frame()

    assert (first["event"], first["id"]) == ("offer_made", "boston:1#offer/1")
    assert data(first)["offer_id"] == "boston:1:1"
    assert (second["event"], data(second)["interaction_id"]) == (
        "interaction_assigned",
        "boston:1",
    )


async def test_a_pool_shows_the_offers_of_all_its_agents() -> None:
    async with (
        open_house() as house,
        served(house) as http,
        listening(http, "/v1/pools/boston/offers", "crm", Accept="*/*") as stream,
    ):
        await house.tell(queued("boston:1"), offered("boston:1", "ana"))
        await house.tell(queued("boston:2"), offered("boston:2", "ben"))
        agents = [data(await stream.frame())["agent_id"] for _ in range(2)]

    assert agents == ["ana", "ben"]


async def test_a_quiet_stream_shows_that_it_lives() -> None:
    async with (
        open_house(stream_heartbeat_s=0.01) as house,
        served(house) as http,
        listening(http, "/v1/agents/ana/offers", "desk") as stream,
    ):
        frame = await stream.frame()

    assert frame == {"comment": "still here"}


async def test_a_reader_that_lags_is_told_and_dropped() -> None:
    async with open_house(stream_queue=3) as house, served(house) as http:
        async with listening(http, "/v1/pools/boston/offers", "crm") as stream:
            for number in range(5):  # no turn of the loop between: nobody can read meanwhile
                house.desk.view.subscribers.tell(
                    "boston", "ana", event_id=str(number), kind="offer_made", data=b"{}"
                )
            frame = await stream.frame()
            assert await stream.frame() == {}, "the stream has ended"
        await until(lambda: not house.desk.view.subscribers.count())

    assert frame["event"] == "error"
    assert data(frame)["code"] == "too_slow"


async def test_a_reader_that_goes_is_forgotten() -> None:
    async with open_house(stream_heartbeat_s=0.01) as house, served(house) as http:
        async with listening(http, "/v1/agents/ana/offers", "desk"):
            assert house.desk.view.subscribers.count() == 1
        await until(lambda: house.desk.view.subscribers.count() == 0)


async def test_open_offers_are_a_list_too() -> None:
    async with open_house() as house:
        await house.tell(queued("boston:1"), offered("boston:1", "ana"))
        own = await house.get("/v1/agents/ana/offers", key="desk")
        pool = await house.get("/v1/pools/boston/offers", key="crm", Accept="application/json")
        other = await house.get("/v1/agents/ben/offers", key="crm")

    assert [offer["offer_id"] for offer in own.json()["offers"]] == ["boston:1:1"]
    assert pool.json()["offers"] == own.json()["offers"]
    assert other.json()["offers"] == []


def of(kind: str, **more: Any) -> Any:
    told = {"event_id": f"boston:1#{kind}", "pool": "boston", "at_ms": T0, "by": "router"}
    return KINDS[kind].model_validate(told | {"interaction_id": "boston:1"} | more)


async def test_a_desk_hears_that_its_offer_was_superseded_or_withdrawn() -> None:
    async with open_house() as house, served(house) as http:
        await house.tell(queued("boston:1"), offered("boston:1", "ana"))
        await house.tell(offered("boston:1", "ben", attempt=2))
        async with listening(http, "/v1/agents/ana/offers", "desk") as stream:
            await stream.frame()
            for end in ("superseded", "withdrawn"):
                ended = of("offer_ended", offer_id="boston:1:1", agent_id="ana", end=end)
                await house.tell(ended)
                assert data(await stream.frame())["end"] == end


async def test_a_desk_hears_that_its_work_was_taken_away_and_why() -> None:
    again = {"queue": "general", "waiting_since_ms": T0, "order_ms": T0}
    async with open_house() as house, served(house) as http:
        has_it = (queued("boston:1"), offered("boston:1", "ana"), assigned("boston:1", "ana"))
        await house.tell(*has_it)
        async with listening(http, "/v1/agents/ana/offers", "desk") as stream:
            await house.tell(of("interaction_requeued", reason="by_hand", **again))
            taken = await stream.frame()
            await house.tell(
                assigned("boston:1", "ben"), of("interaction_requeued", reason="by_hand", **again)
            )
            await house.tell(of("agent_withheld", agent_id="ana", why="hours", withheld=True))
            after = await stream.frame()

    assert (taken["event"], data(taken)["reason"]) == ("interaction_requeued", "by_hand")
    assert after["event"] == "agent_withheld", "what others lose is theirs to hear"
