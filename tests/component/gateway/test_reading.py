"""What the doors show of the log, and when they are open."""

from typing import Any

import pytest

from shared.contracts import routing
from shared.contracts.configuration import PoolDocument, canonical, hash_of
from shared.contracts.system import ConfigTaken
from shared.contracts.topics import POOL_LOG
from shared.log import LogRecord
from tests.component.gateway.house import (
    BOSTON,
    T0,
    assigned,
    configure,
    escalated,
    offered,
    open_house,
    pool_document,
    queued,
    queues_everything,
    rejected,
    until,
)


def config_taken(document: PoolDocument, *, version: int) -> ConfigTaken:
    return ConfigTaken(
        event_id=f"{document.pool}#config/{version}",
        pool=document.pool,
        at_ms=T0,
        by="router",
        hash=hash_of(canonical(document)),
        version=version,
        service="router",
    )


async def test_an_interaction_is_explained_by_its_facts_in_order() -> None:
    async with open_house(queues_everything) as house:
        body = {"pool": "boston", "channel": "chat", "language": "en", "id": "7"}
        await house.post("/v1/interactions", body | {"customer": "c-1"})
        await house.tell(offered("boston:7", "ana"), *escalated("boston:7"))
        await house.post("/v1/offers/boston:7:1/decline", {})
        found = (await house.get("/v1/interactions/boston:7")).json()

    assert [fact["kind"] for fact in found["facts"]] == [
        "interaction_received",
        "interaction_queued",
        "offer_made",
        "escalation_opened",
        "page_requested",
        "offer_answered",
        "event_rejected",
    ]
    assert (found["state"], found["agent_id"], found["offer_id"]) == (
        "offered",
        "ana",
        "boston:7:1",
    )
    assert found["facts"][2]["why"]["chosen"]["agent_id"] == "ana"


async def test_interactions_are_listed_by_state_page_by_page() -> None:
    async with open_house() as house:
        for number in range(5):
            await house.tell(queued(f"boston:{number}"))
        await house.tell(offered("boston:2", "ana"))
        pages: list[Any] = []
        cursor: int | None = 0
        while cursor is not None:
            path = f"/v1/interactions?pool=boston&state=waiting&limit=3&cursor={cursor}"
            pages.append((await house.get(path)).json())
            cursor = pages[-1]["next_cursor"]
        everything = (await house.get("/v1/interactions?pool=boston")).json()

    found = [[it["interaction_id"] for it in page["interactions"]] for page in pages]
    assert found == [["boston:0", "boston:1", "boston:3"], ["boston:4"]]
    assert len(everything["interactions"]) == 5


async def test_queues_tell_what_waits_by_language_and_how_long() -> None:
    async with open_house() as house:
        await house.tell(queued("boston:1", since_ms=T0 - 9_000), queued("boston:2", since_ms=T0))
        before = (await house.get("/v1/queues?pool=boston")).json()["queues"]
        await house.tell(offered("boston:1", "ana"))
        after = (await house.get("/v1/queues?pool=boston")).json()["queues"]

    assert before == [
        {
            "queue": "general",
            "waiting": 2,
            "longest_wait_ms": 9_000,
            "by_language": {"en": 2},
            "open": True,
            "opens_at_ms": None,
        }
    ]
    assert (after[0]["waiting"], after[0]["longest_wait_ms"]) == (1, 0)


async def test_the_status_of_a_pool_counts_interactions_agents_and_escalations() -> None:
    async with open_house() as house:
        await house.tell(queued("boston:1"), offered("boston:1", "ana"), queued("boston:2"))
        await house.tell(assigned("boston:1", "ana"), *escalated("boston:2"))
        everything = (await house.get("/v1/status")).json()
        one = (await house.get("/v1/status?pool=boston", key="crm")).json()

    assert [pool["pool"] for pool in everything["pools"]] == ["boston", "salem"]
    (boston,) = one["pools"]
    assert (boston["waiting"], boston["interactions"]["assigned"]) == (1, 1)
    assert boston["agents"] == {"ready": 0, "away": 0, "offline": 2}
    assert (boston["open_escalations"], boston["unacknowledged_escalations"]) == (1, 1)
    assert boston["config_version"] == 1


async def test_agents_are_shown_with_their_work_also_those_never_heard_of() -> None:
    async with open_house() as house:
        await house.tell(queued("boston:1"), offered("boston:1", "ana"))
        await house.tell(assigned("boston:1", "ana"))
        found = (await house.get("/v1/agents?pool=boston", key="lead")).json()
        own = (await house.get("/v1/agents/ana", key="desk")).json()
        other = await house.get("/v1/agents/ben", key="desk")

    assert [(it["agent_id"], it["assigned"]) for it in found["agents"]] == [
        ("ana", ["boston:1"]),
        ("ben", []),
    ]
    assert own["assigned"] == ["boston:1"]
    assert other.status_code == 403


async def test_escalations_tell_who_was_paged() -> None:
    async with open_house() as house:
        await house.tell(queued("boston:1"), *escalated("boston:1"))
        found = (await house.get("/v1/escalations?pool=boston&open=true")).json()["escalations"]

    assert [(it["state"], it["pages"][0]["person"]) for it in found] == [("open", "maria")]


async def test_a_refused_contact_is_shown_as_rejected() -> None:
    async with open_house(lambda event: [rejected(event)]) as house:
        body = {"pool": "boston", "channel": "chat", "language": "en", "id": "7"}
        answer = await house.post("/v1/interactions", body)
        found = (await house.get("/v1/interactions/boston:7")).json()

    assert answer.status_code == 409
    assert found["state"] == "rejected"


async def test_a_new_configuration_is_used_once_the_router_has_taken_it() -> None:
    async with open_house() as house:
        zoe = pool_document("boston", "ana", "ben", "zoe")
        await configure(house.log, house.documents, zoe, version=2)
        await until(lambda: house.desk.view.records == house.written())
        changed = await house.get("/v1/agents/zoe")
        await house.tell(config_taken(zoe, version=2))
        taken = await house.get("/v1/agents/zoe")
        await house.tell(config_taken(BOSTON, version=1))  # the first, said again
        still = await house.get("/v1/agents/zoe")

    assert [answer.status_code for answer in (changed, taken, still)] == [404, 200, 200]


async def test_an_unknown_interaction_is_not_found() -> None:
    async with open_house() as house:
        answer = await house.get("/v1/interactions/boston:nothing")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_interaction")


@pytest.mark.parametrize("topic", ["pool-log", "system-log"])
async def test_the_doors_are_shut_until_the_view_has_caught_up(topic: str) -> None:
    async with open_house() as house:
        del house.desk.view._followers[topic]
        ready = await house.http.get("/readyz")
        asked = await house.get("/v1/status")
        alive = await house.http.get("/healthz")

    assert (ready.status_code, asked.status_code, alive.status_code) == (503, 503, 200)
    assert ready.json()["reasons"] == [f"the view has not caught up with {topic}"]
    assert asked.headers["retry-after"] == "1"


async def test_a_check_that_fails_shuts_the_doors_with_its_reason() -> None:
    async with open_house(checks=(lambda: "this clock is 2000 ms off the broker's",)) as house:
        ready = await house.http.get("/readyz")
        body = {"pool": "boston", "channel": "chat", "language": "en"}
        asked = await house.post("/v1/interactions", body)
        assert not house.commands("interaction_received")

    assert (ready.status_code, asked.status_code) == (503, 503)
    assert "2000 ms" in ready.json()["reasons"][0]


async def test_a_pool_whose_first_document_has_not_come_makes_not_ready() -> None:
    async with open_house() as house:
        await configure(house.log, {}, pool_document("lynn", "lea"))
        await until(lambda: house.desk.view.records == house.written())
        before = await house.http.get("/readyz")
        await configure(house.log, house.documents, pool_document("lynn", "lea"))
        after = await house.http.get("/readyz")

    assert (before.status_code, after.status_code) == (503, 200)


def broken(_record: LogRecord) -> None:
    raise RuntimeError


async def test_a_task_that_ends_is_told_by_health() -> None:
    async with open_house() as house:
        house.desk.view.apply = broken  # type: ignore[assignment, method-assign] # a fault of ours
        await house.log.append(POOL_LOG, "boston", queued("boston:1"))
        await until(lambda: bool(house.desk.crashed))
        alive = await house.http.get("/healthz")

    assert (alive.status_code, alive.json()["ended_tasks"]) == (503, ["view"])


async def test_a_record_that_cannot_be_read_stops_nothing() -> None:
    async with open_house() as house:
        house.log.records.append(
            LogRecord(POOL_LOG, 0, 0, "offer_made", "router", T0, "boston", b"{", "")
        )
        house.log.records.append(
            LogRecord(POOL_LOG, 0, 0, "offer_made", "router", T0, "boston", b"{}", "no-source")
        )
        await house.tell(queued("boston:1"))
        found = await house.get("/v1/interactions/boston:1")

    assert found.status_code == 200
    assert house.desk.view.unreadable == 2


async def test_requests_are_counted_by_route_and_not_by_id() -> None:
    async with open_house() as house:
        await house.get("/v1/interactions/boston:1")
        text = (await house.http.get("/metrics")).text

    assert (
        'switchyard_gateway_requests_total{method="GET",'
        'route="/v1/interactions/{interaction_id}",status="404"} 1.0' in text
    )
    assert "boston:1" not in text


async def test_a_contact_that_moved_is_its_new_pools() -> None:
    moved = routing.TransferredIn(
        event_id="boston:7#in/1",
        pool="salem",
        at_ms=T0 + 5,
        by="router",
        interaction_id="boston:7",
        from_pool="boston",
        hop=1,
        channel="chat",
        body_hash="h",
        language="en",
        language_source="given",
        waiting_since_ms=T0,
    )
    late = routing.TransferredOut(
        event_id="boston:7#out/1",
        pool="boston",
        at_ms=T0 + 5,
        by="router",
        interaction_id="boston:7",
        to_pool="salem",
        hop=1,
    )
    async with open_house(answer_wait_s=0) as house:
        await house.tell(queued("boston:7"))
        # The partition of its new pool was read first.
        await house.tell(moved, late, offered("boston:7", "ana"))
        here = (await house.get("/v1/interactions/boston:7")).json()
        old = await house.get("/v1/interactions/boston:7", key="crm")
        await house.post("/v1/interactions/boston:7/close", {"reason": "done"}, key="boss")
        (command,) = house.commands("close_requested")

    assert (here["pool"], here["state"], here["hop"]) == ("salem", "waiting", 1)
    assert old.status_code == 403
    assert command.pool == "salem"
