"""The board's doors: who may look, what is sent, and what it costs."""

import asyncio
from base64 import b64encode
from typing import Any

import pytest

from shared.contracts import routing
from shared.contracts.outage import IncidentResolved
from tests.component.gateway import busy_day
from tests.component.gateway.house import (
    T0,
    House,
    configure,
    open_house,
    queued,
    until,
)
from tests.component.gateway.test_streams import data, listening, served

DOORS = ("/board", "/board/board.css", "/v1/board/stream")
STREAM = "/v1/board/stream"


def basic(password: str, name: str = "wall") -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


async def shown(house: House, key: str = "boss", pool: str | None = None) -> Any:
    path = STREAM if pool is None else f"{STREAM}?pool={pool}"
    answer = await house.get(path, key=key, Accept="application/json")
    assert answer.status_code == 200, answer.text
    return answer.json()["board"]


@pytest.mark.parametrize("path", DOORS)
async def test_a_browser_is_asked_for_the_key_and_comes_in_with_it(path: str) -> None:
    json = {"Accept": "application/json"}
    async with open_house() as house:
        without = await house.http.get(path)
        wrong = await house.http.get(path, headers=basic("guess"))
        broken = await house.http.get(path, headers={"Authorization": "Basic %%%"})
        right = await house.http.get(path, headers=basic("boss") | json)
        bearer = await house.http.get(path, headers={"Authorization": "Bearer boss"} | json)

    for refused in (without, wrong, broken):
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith('Basic realm="Switchyard board"')
    assert (right.status_code, bearer.status_code) == (200, 200)
    assert right.content == bearer.content


async def test_what_a_browser_sends_of_itself_opens_no_other_door() -> None:
    async with open_house() as house:
        reading = await house.http.get("/v1/status", headers=basic("boss"))
        acting = await house.http.post("/v1/incidents", json={}, headers=basic("boss"))

    for answer in (reading, acting):
        assert (answer.status_code, answer.json()["code"]) == (401, "key_needed")
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", DOORS)
async def test_the_board_is_not_for_agents(path: str) -> None:
    async with open_house() as house:
        answers = {
            key: (await house.get(path, key=key, Accept="application/json")).status_code
            for key in ("desk", "lead", "boss", "crm")
        }

    assert answers == {"desk": 403, "lead": 200, "boss": 200, "crm": 200}


@pytest.mark.parametrize("path", ["/board?pool=salem", f"{STREAM}?pool=salem"])
async def test_another_pool_cannot_be_looked_at(path: str) -> None:
    async with open_house() as house:
        answer = await house.get(path, key="local")
        none_such = await house.get(path.replace("salem", "lynn"), key="local")

    assert (answer.status_code, none_such.status_code) == (403, 404)


async def test_the_page_takes_nothing_from_elsewhere_and_runs_nothing_inline() -> None:
    async with open_house() as house:
        page = await house.get("/board?theme=dark&lang=he")
        missing = await house.get("/board/keys.yaml")
        above = await house.get("/board/..%2f..%2fboard.py")

    policy = page.headers["content-security-policy"]
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert '<html lang="he" dir="rtl" data-theme="dark">' in page.text
    assert "{{" not in page.text
    assert (missing.status_code, above.status_code) == (404, 404)


@pytest.mark.parametrize("query", ["theme=pink", "lang=xx"])
async def test_a_theme_that_is_none_is_refused(query: str) -> None:
    async with open_house() as house:
        answer = await house.get(f"/board?{query}")

    assert answer.status_code == 422


async def test_it_shows_what_waits_who_is_there_and_what_is_late() -> None:
    async with open_house(configured=False) as house:
        for pool in busy_day.QUEUES:
            await configure(house.log, house.documents, busy_day.document(pool))
        await house.read()
        await house.tell(*busy_day.pool_events())
        await house.tell_system(*busy_day.system_events())
        board = await shown(house)
        vip = await shown(house, pool="vip")

    waiting = board["waiting"]
    assert waiting["total"] == sum(it["waiting"] for it in waiting["queues"]) == 74 + 41 + 9
    assert waiting["total"] == sum(it["waiting"] for it in waiting["languages"])
    assert {it["language"] for it in waiting["languages"]} == set(busy_day.LANGUAGES)
    assert waiting["longest"]["since_ms"] == min(it["oldest_ms"] for it in waiting["queues"])
    assert waiting["assigned"] == 42
    assert board["agents"] == {"ready": 12, "busy": 36, "away": 6, "offline": 6}
    assert board["clocks"]["missed"] == 18
    assert board["clocks"]["at_risk"] == 15
    assert T0 < board["clocks"]["next_due_ms"] < T0 + 300_000
    assert board["pages"]["open"] == len(board["pages"]["first"]) == 9
    assert board["incidents"][0]["moved"] == 128
    assert [it["health"] for it in board["channels"]] == [
        "healthy",
        "failed_over",
        "healthy",
        "suspect",
        "healthy",
    ]
    assert (vip["pools"], vip["waiting"]["total"], vip["incidents"][0]["moved"]) == (["vip"], 9, 0)


async def test_a_key_sees_its_own_pools_only() -> None:
    async with open_house() as house:
        await house.tell(queued("boston:1"), queued("salem:1", pool="salem"))
        board = await shown(house, key="local")

    assert (board["pools"], board["waiting"]["total"]) == (["boston"], 1)


async def test_agents_of_whom_nothing_was_ever_heard_are_offline() -> None:
    async with open_house() as house:
        board = await shown(house, pool="boston")

    assert board["agents"] == {"ready": 0, "busy": 0, "away": 0, "offline": 2}


async def test_a_channel_is_down_only_where_the_outage_was_declared() -> None:
    async with open_house() as house:
        await house.tell_system(
            busy_day.health("chat", 1, "failed_over", at_ms=T0, incident_id="chat-1"),
            busy_day.opened(at_ms=T0, pools=("salem",)),
        )
        boards = {pool: await shown(house, pool=pool) for pool in ("salem", "boston")}

    health = {
        pool: {it["channel"]: it["health"] for it in board["channels"]}["chat"]
        for pool, board in boards.items()
    }
    assert health == {"salem": "failed_over", "boston": "healthy"}
    assert boards["boston"]["incidents"] == []


async def test_an_incident_that_is_over_stays_for_an_hour() -> None:
    resolved = {"resolved_by": "probe", "sequence": 2, "lasted_ms": 60_000}
    async with open_house() as house:
        end = busy_day.opened(at_ms=T0, pools=("boston",)).model_dump() | resolved
        end |= {"kind": "incident_resolved", "event_id": "end", "at_ms": T0 + 60_000}
        await house.tell_system(
            busy_day.opened(at_ms=T0, pools=("boston",)), IncidentResolved.model_validate(end)
        )
        soon = await shown(house)
        house.clock.ms += 3_660_001
        later = await shown(house)

    assert [it["state"] for it in soon["incidents"]] == ["resolved"]
    assert later["incidents"] == []


async def test_a_change_is_sent_and_where_nothing_changes_nothing_is() -> None:
    async with (
        open_house(board_period_s=0.02, board_heartbeat_s=0.1) as house,
        served(house) as http,
        listening(http, STREAM, "boss") as stream,
    ):
        first = await stream.frame()
        still = await stream.frame()
        await house.tell(queued("boston:1"))
        changed = await stream.frame()

    assert (first["event"], data(first)["board"]["waiting"]["total"]) == ("board", 0)
    assert (still["event"], data(still)["now_ms"]) == ("still", T0)
    assert (changed["event"], data(changed)["board"]["waiting"]["total"]) == ("board", 1)


async def test_one_look_serves_all_who_see_the_same_pools() -> None:
    async with open_house(board_period_s=60) as house:
        feed, looks = house.desk.feed, 0
        content = feed._content

        def counted(pools: Any) -> bytes:
            nonlocal looks
            looks += 1
            return content(pools)

        feed._content = counted  # type: ignore[method-assign] # to count what runs
        for _ in range(50):
            feed.open((("*",), None), lambda: ["boston"])
        feed.open((("boston",), None), lambda: ["boston"])

    assert looks == 2


async def test_who_reads_slowly_gets_the_newest_and_holds_no_more() -> None:
    async with open_house(board_period_s=0.001) as house:
        watcher = house.desk.feed.open((("*",), None), lambda: ["boston"])
        for number in range(20):
            await house.tell(queued(f"boston:{number}"))
        newest = b'"total":20'
        await until(lambda: newest in watcher._newest)
        taken = await watcher.take(timeout_s=1)

    assert taken.count(b"event:") == 1


async def test_a_board_that_is_closed_is_forgotten_and_there_is_a_bound() -> None:
    async with open_house(boards=1, board_heartbeat_s=0.02) as house, served(house) as http:
        async with listening(http, STREAM, "boss"):
            full = await http.get(STREAM, headers={"X-API-Key": "boss"})
            assert house.desk.feed.count() == 1
        await until(lambda: house.desk.feed.count() == 0)

    assert (full.status_code, full.json()["code"]) == (503, "too_many_boards")


async def test_an_open_board_keeps_up_with_a_pool_that_comes_new() -> None:
    async with (
        open_house(board_period_s=0.02) as house,
        served(house) as http,
        listening(http, STREAM, "boss") as stream,
    ):
        first = await stream.frame()
        await configure(house.log, house.documents, busy_day.document("vip"))
        second = await stream.frame()

    assert data(first)["board"]["pools"] == ["boston", "salem"]
    assert data(second)["board"]["pools"] == ["boston", "salem", "vip"]


async def test_what_is_parked_is_told_apart_from_what_waits() -> None:
    async with open_house() as house:
        requeued = routing.InteractionParked(
            event_id="p",
            pool="boston",
            at_ms=T0,
            by="router",
            interaction_id="boston:1",
            queue="general",
            reason="no_agent_can_serve",
            detail="",
        )
        await house.tell(queued("boston:1"), requeued)
        board = await shown(house)

    assert (board["waiting"]["total"], board["waiting"]["parked"]) == (0, 1)
    assert board["waiting"]["longest"] is None


async def test_the_streams_end_with_the_process() -> None:
    async with open_house() as house:
        watcher = house.desk.feed.open((("*",), None), lambda: ["boston"])
        await watcher.take(timeout_s=1)
        waiting = asyncio.create_task(watcher.take(timeout_s=60))
        await asyncio.sleep(0)

    assert await asyncio.wait_for(waiting, 5) == b""
    assert watcher.closed
