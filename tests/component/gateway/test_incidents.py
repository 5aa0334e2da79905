"""Incidents over HTTP: declared, told of, resolved, and their story with its sums."""

from collections.abc import Iterable
from typing import Any

import pytest

from shared.contracts import outage
from shared.contracts.configuration import INSTALLATION
from shared.contracts.event import Event
from shared.contracts.routing import InteractionParked, MoveCounts
from shared.contracts.topics import POOL_LOG, SYSTEM_LOG
from tests.component.gateway.busy_day import health, moved, opened
from tests.component.gateway.house import T0, House, open_house, queued, rejected

DECLARED = {"channel": "chat", "title": "Chat is down", "message": "Use the phone."}


def decides(event: Event) -> Iterable[Event]:
    """An outage service that believes people and refuses what it does not know."""
    match event:
        case outage.IncidentDeclared():
            down = health("chat", 1, "failed_over", at_ms=T0, incident_id="chat-1")
            yield down.model_copy(update={"cause": event.event_id})
            pools = event.pools or ("boston", "salem")
            yield opened(at_ms=T0, cause=event.event_id, title=event.title, pools=pools)
            for pool in pools:
                yield switched(pool, 1).model_copy(update={"cause": event.event_id})
        case outage.IncidentUpdatePosted(incident_id="chat-1"):
            yield updated(cause=event.event_id)
        case outage.IncidentResolveRequested(incident_id="chat-1"):
            yield resolved(cause=event.event_id)
        case _ if event.pool == INSTALLATION and not isinstance(event, outage.ContactsSeen):
            yield rejected(event, status=404).model_copy(update={"by": "outage"})


def switched(pool: str, epoch: int, *, back: bool = False) -> Event:
    model = outage.ChannelRestored if back else outage.ChannelFailedOver
    return model(
        event_id=f"chat-1#switched/{pool}/{epoch}",
        pool=pool,
        at_ms=T0,
        by="outage",
        channel="chat",
        incident_id="chat-1",
        epoch=epoch,
    )


def updated(cause: str | None = None) -> Event:
    return outage.IncidentUpdated(
        event_id="chat-1#update/2",
        pool=INSTALLATION,
        at_ms=T0 + 60_000,
        by="outage",
        cause=cause,
        incident_id="chat-1",
        sequence=2,
        automatic=False,
        status="identified",
        severity="major",
        message="The vendor works on it.",
        next_update_at_ms=T0 + 900_000,
    )


def resolved(cause: str | None = None) -> Event:
    return outage.IncidentResolved(
        event_id="chat-1#resolved",
        pool=INSTALLATION,
        at_ms=T0 + 120_000,
        by="outage",
        cause=cause,
        incident_id="chat-1",
        sequence=3,
        resolved_by="person",
        lasted_ms=120_000,
    )


def notice(person: str, *, sequence: int = 1, audience: str = "staff") -> Event:
    return outage.NoticeRequested.model_validate(
        {
            "event_id": f"chat-1:n{sequence}:{person}:email",
            "pool": INSTALLATION,
            "at_ms": T0 + 5,
            "by": "outage",
            "notice_id": f"chat-1:n{sequence}:{person}:email",
            "incident_id": "chat-1",
            "sequence": sequence,
            "purpose": "opening" if sequence == 1 else "recovery",
            "audience": audience,
            "person": person,
            "method": "email",
            "channel": "chat",
            "severity": "critical",
            "status": "investigating",
            "opened_by": "person",
            "started_at_ms": T0,
            "expires_at_ms": T0 + 86_400_000,
        }
    )


def parked(number: int, counts: MoveCounts) -> InteractionParked:
    return InteractionParked(
        event_id=f"boston:{number}#parked/1",
        pool="boston",
        at_ms=T0 + 7,
        by="router",
        interaction_id=f"boston:{number}",
        queue="general",
        reason="channel_down",
        detail="",
        incident_id="chat-1",
        moves=counts,
    )


async def test_a_declaration_is_answered_with_the_incident_that_it_opened() -> None:
    async with open_house(decides) as house:
        answer = await house.post("/v1/incidents", DECLARED, key="boss")
        (event,) = house.commands("incident_declared", SYSTEM_LOG)
        (record,) = [it for it in house.log.records if it.kind == "incident_declared"]

    assert answer.status_code == 200
    assert answer.json() == {
        "event_id": event.event_id,
        "incident_id": "chat-1",
        "state": "investigating",
        "facts": ["channel_health_changed", "incident_opened", "channel_failed_over"],
    }
    assert (record.topic, record.key, event.pool) == (SYSTEM_LOG, INSTALLATION, INSTALLATION)
    assert (event.actor, event.pools, event.severity) == ("manager:boss", (), "critical")
    assert (event.title, event.message) == ("Chat is down", "Use the phone.")


async def test_nobody_decides_in_time_and_that_is_told() -> None:
    async with open_house() as house:
        answer = await house.post("/v1/incidents", DECLARED, key="boss")

    assert (answer.status_code, answer.json()["incident_id"]) == (202, None)


async def test_a_declaration_that_is_repeated_is_one() -> None:
    async with open_house(decides) as house:
        answers = [
            await house.post("/v1/incidents", DECLARED, key="boss", Idempotency_Key="k")
            for _ in range(2)
        ]
        assert len(house.commands("incident_declared", SYSTEM_LOG)) == 1

    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotency-replayed"] == "true"


async def test_a_failover_that_is_read_in_a_pools_log_first_does_not_answer_the_command() -> None:
    async with open_house(answer_wait_s=5.0) as house:
        house.desk.view.outcomes[SYSTEM_LOG].expect("declared")
        copy = switched("boston", 1).model_copy(update={"cause": "declared"})
        await house.log.append(POOL_LOG, "boston", copy)
        await house.read()
        waiting = house.desk.view.outcomes[SYSTEM_LOG].expect("declared")
        assert not waiting.done()
        await house.tell_system(opened(at_ms=T0, cause="declared"))

        assert waiting.result().facts == ["incident_opened"]


async def test_news_and_the_end_change_the_incident() -> None:
    async with open_house(decides) as house:
        await house.post("/v1/incidents", DECLARED, key="boss")
        news = {"message": "The vendor works on it.", "status": "identified", "next_update_s": 840}
        first = await house.post("/v1/incidents/chat-1/updates", news, key="boss")
        now = (await house.get("/v1/incidents/chat-1")).json()
        last = await house.post("/v1/incidents/chat-1/resolve", key="boss")
        after = (await house.get("/v1/incidents/chat-1")).json()
        (event,) = house.commands("incident_update_posted", SYSTEM_LOG)

    assert (first.json()["state"], last.json()["state"]) == ("identified", "resolved")
    assert (event.status, event.next_update_s) == ("identified", 840)
    assert (now["severity"], now["next_update_at_ms"]) == ("major", T0 + 900_000)
    assert (after["state"], after["next_update_at_ms"]) == ("resolved", None)
    assert (after["resolved_at_ms"], after["resolved_by"]) == (T0 + 120_000, "person")


async def test_the_story_has_what_was_said_before_what_was_decided() -> None:
    async with open_house(decides) as house:
        await house.post("/v1/incidents", DECLARED, key="boss")
        await house.post("/v1/incidents/chat-1/resolve", key="boss")
        told = (await house.get("/v1/incidents/chat-1")).json()

    assert [fact["kind"] for fact in told["facts"]] == [
        "incident_declared",
        "channel_health_changed",
        "incident_opened",
        "channel_failed_over",
        "channel_failed_over",
        "incident_resolve_requested",
        "incident_resolved",
    ]
    assert told["facts"][0]["actor"] == "manager:boss"
    assert told["evidence"] == [{"signal": "probe", "at_ms": T0, "detail": "timeout"}]


async def test_the_story_counts_who_is_told_and_what_moves_by_pool() -> None:
    async with open_house() as house:
        await house.tell_system(opened(at_ms=T0, pools=("boston", "salem")))
        await house.tell_system(notice("ana"), notice("ben"), notice("ida", audience="it"))
        await house.tell_system(
            moved(1, at_ms=T0 + 6, counts=(1, 0, 0)),
            parked(2, MoveCounts(moved=1, parked=1)),
            moved(1, at_ms=T0 + 9, counts=(1, 1, 1), direction="back"),
            moved(1, at_ms=T0 + 6, counts=(1, 0, 0)),  # heard again, late
            moved(9, at_ms=T0 + 6, pool="salem", counts=(4, 0, 0)),
        )
        told = (await house.get("/v1/incidents/chat-1")).json()

    assert told["moves"] == [
        {"pool": "boston", "moved": 1, "parked": 1, "returned": 1},
        {"pool": "salem", "moved": 4, "parked": 0, "returned": 0},
    ]
    assert (told["moved"], told["parked"], told["returned"]) == (5, 1, 1)
    assert [(it["audience"], it["purpose"], it["count"]) for it in told["notices"]] == [
        ("staff", "opening", 2),
        ("it", "opening", 1),
    ]


async def test_open_incidents_come_first_and_then_the_newest() -> None:
    async with open_house() as house:
        await house.tell_system(opened("chat-1", at_ms=T0), resolved())
        for name in ("sms-1", "sms-2"):
            end = resolved().model_copy(update={"incident_id": name})
            await house.tell_system(opened(name, at_ms=T0), *([end] if name == "sms-2" else []))
        found = (await house.get("/v1/incidents")).json()
        first = (await house.get("/v1/incidents?limit=2")).json()
        rest = (await house.get(f"/v1/incidents?cursor={first['next_cursor']}")).json()
        going_on = (await house.get("/v1/incidents?state=open")).json()
        over = (await house.get("/v1/incidents?state=resolved")).json()

    assert ids(found) == ["sms-1", "sms-2", "chat-1"]
    assert ids(first) + ids(rest) == ids(found)
    assert rest["next_cursor"] is None
    assert ids(going_on) == ["sms-1"]
    assert ids(over) == ["sms-2", "chat-1"]


def ids(found: Any) -> list[str]:
    return [it["incident_id"] for it in found["incidents"]]


async def test_a_key_for_one_pool_declares_for_that_pool_and_sees_no_other() -> None:
    async with open_house(decides) as house:
        other = await house.post(
            "/v1/incidents", DECLARED | {"pools": ["boston", "salem"]}, key="local"
        )
        no_such = await house.post("/v1/incidents", DECLARED | {"channel": "sms"}, key="local")
        await house.post("/v1/incidents", DECLARED, key="local")
        (event,) = house.commands("incident_declared", SYSTEM_LOG)
        await house.tell_system(moved(9, at_ms=T0, pool="salem", counts=(4, 0, 0)))
        told = (await house.get("/v1/incidents/chat-1", key="local")).json()

    assert (other.status_code, other.json()["field"]) == (403, "pools")
    assert (no_such.status_code, no_such.json()["code"]) == (422, "channel_not_in_pools")
    assert event.pools == ("boston",)
    assert (told["moves"], told["moved"]) == ([], 0)


async def test_a_key_for_one_pool_cannot_speak_for_an_outage_of_more() -> None:
    async with open_house(decides) as house:
        await house.tell_system(
            opened("chat-1", at_ms=T0, pools=("boston", "salem")),
            switched("boston", 1),
            switched("salem", 1),
            opened("sms-1", at_ms=T0, pools=("salem",)),
        )
        news = {"message": "All is well."}
        answers = [
            await house.post(f"/v1/incidents/{path}", body, key="local")
            for path, body in (
                ("chat-1/updates", news),
                ("chat-1/resolve", news),
                ("sms-9/resolve", news),
            )
        ]
        listed = (await house.get("/v1/incidents", key="local")).json()
        own = (await house.get("/v1/incidents/chat-1", key="local")).json()
        foreign = await house.get("/v1/incidents/sms-1", key="local")
        assert not any(record.by == "gateway" for record in house.log.records)

    assert [answer.status_code for answer in answers] == [403, 403, 404]
    assert ids(listed) == ["chat-1"]
    assert own["pools"] == ["boston"]
    assert [fact.get("pools", fact["pool"]) for fact in own["facts"]] == [["boston"], "boston"]
    assert foreign.status_code == 404


async def test_an_incident_that_nobody_knows_is_the_outage_services_to_refuse() -> None:
    async with open_house(decides) as house:
        answer = await house.post("/v1/incidents/fax-1/resolve", key="boss")
        read = await house.get("/v1/incidents/fax-1")
        assert len(house.commands("incident_resolve_requested", SYSTEM_LOG)) == 1

    assert (answer.status_code, answer.json()["code"]) == (404, "not_so")
    assert (read.status_code, read.json()["code"]) == (404, "unknown_incident")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/incidents", {}, "channel"),
        ("/v1/incidents", {"channel": "fax"}, "channel"),
        ("/v1/incidents", DECLARED | {"title": "Down\r\nBcc: all@x.example"}, "title"),
        ("/v1/incidents", DECLARED | {"severity": "awful"}, "severity"),
        ("/v1/incidents", DECLARED | {"next_update_s": 0}, "next_update_s"),
        ("/v1/incidents", DECLARED | {"colour": "red"}, "colour"),
        ("/v1/incidents/chat-1/updates", {}, "body"),
        ("/v1/incidents/chat-1/updates", {"message": "  "}, "body"),
        ("/v1/incidents/chat-1/updates", {"status": "resolved"}, "status"),
    ],
)
async def test_what_is_not_as_documented_is_refused_with_its_place(
    path: str, body: Any, field: str
) -> None:
    async with open_house(decides) as house:
        answer = await house.post(path, body, key="boss")
        assert not any(record.by == "gateway" for record in house.log.records)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize("key", ["desk", "lead"])
async def test_declaring_is_for_managers_and_systems(key: str) -> None:
    async with open_house(decides) as house:
        answer = await house.post("/v1/incidents", DECLARED, key=key)
        reading = await house.get("/v1/incidents", key=key)

    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
    assert reading.status_code == (200 if key == "lead" else 403)


async def test_channels_tell_their_health_and_where_contacts_go() -> None:
    async with open_house() as house:
        before = await channels(house)
        await house.tell_system(
            health("chat", 2, "failed_over", at_ms=T0 + 9, incident_id="chat-1"),
            health("chat", 1, "suspect", at_ms=T0 + 5),  # late: older than what is known
            switched("boston", 1),
        )
        during = await channels(house)
        await house.tell_system(switched("boston", 2, back=True), switched("boston", 1))
        after = await channels(house)

    assert [it["channel"] for it in before] == ["voice", "chat"]
    assert {it["health"] for it in before} == {"healthy"}
    chat = during[1]
    assert (chat["health"], chat["since_ms"], chat["incident_id"]) == (
        "failed_over",
        T0 + 9,
        "chat-1",
    )
    assert [(it["pool"], it["failed_over"], it["incident_id"]) for it in chat["pools"]] == [
        ("boston", True, "chat-1"),
        ("salem", False, None),
    ]
    assert [it["failed_over"] for it in after[1]["pools"]] == [False, False]


async def channels(house: House) -> list[dict[str, Any]]:
    found = (await house.get("/v1/channels")).json()["channels"]
    assert isinstance(found, list)
    return found


async def test_a_channel_that_is_well_again_has_no_incident() -> None:
    async with open_house() as house:
        await house.tell_system(
            health("chat", 1, "failed_over", at_ms=T0, incident_id="chat-1"),
            health("chat", 2, "healthy", at_ms=T0 + 1, incident_id="chat-1"),
        )
        chat = (await channels(house))[1]

    assert (chat["health"], chat["incident_id"]) == ("healthy", None)


async def test_a_pool_that_gets_the_channel_while_it_is_down_belongs_to_the_incident() -> None:
    async with open_house() as house:
        await house.tell_system(opened("chat-1", at_ms=T0, pools=("salem",)))
        await house.tell_system(switched("boston", 1))
        told = await house.get("/v1/incidents/chat-1", key="local")

    assert told.json()["pools"] == ["boston"]


async def test_an_interaction_tells_by_which_channel_it_waits_and_why() -> None:
    here = "/v1/interactions/boston:1"
    async with open_house() as house:
        await house.tell(queued("boston:1"), moved(1, at_ms=T0 + 1, counts=(1, 0, 0)))
        there = (await house.get(here)).json()
        await house.tell(parked(1, MoveCounts(moved=1, parked=1)))
        held = (await house.get(here)).json()
        back = moved(1, at_ms=T0 + 9, counts=(1, 1, 1), direction="back")
        await house.tell(back)
        again = (await house.get(here)).json()
        (line,) = (await house.get("/v1/queues?pool=salem")).json()["queues"]
        status = (await house.get("/v1/status?pool=boston")).json()["pools"][0]

    states = [(it["state"], it["channel"], it["home_channel"]) for it in (there, held, again)]
    assert states == [
        ("waiting", "email", "chat"),
        ("parked", "email", "chat"),
        ("waiting", "chat", "chat"),
    ]
    assert [it["incident_id"] for it in (there, held, again)] == ["chat-1", "chat-1", None]
    assert there["waiting_since_ms"] == T0 + 1 - 60_000
    assert [fact["kind"] for fact in again["facts"]] == [
        "interaction_queued",
        "interaction_moved",
        "interaction_parked",
        "interaction_moved",
    ]
    assert (line["waiting"], status["waiting"]) == (0, 1)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (["email", "sms"], 200),
        ([], 200),
        (["chat"], 422),
        (["email", "email"], 422),
        (["pigeon"], 422),
    ],
)
async def test_a_contact_says_by_what_else_the_customer_is_reached(
    given: list[str], status: int
) -> None:
    def queues(event: Event) -> Iterable[Event]:
        if event.by == "gateway" and hasattr(event, "interaction_id"):
            yield queued(event.interaction_id, cause=event.event_id)

    async with open_house(queues) as house:
        answer = await house.post(
            "/v1/interactions",
            {"pool": "boston", "channel": "chat", "language": "en", "reachable_by": given},
        )
        events = house.commands("interaction_received")

    assert answer.status_code == status, answer.text
    if given == ["chat"]:
        assert "leave out the contact's own channel" in answer.json()["detail"]
    assert [list(event.reachable_by) for event in events] == ([given] if status == 200 else [])
