"""A supervisor steps in, with a reason; agents say more of their own work."""

from collections.abc import Iterable
from typing import Any

import pytest

from shared.contracts.agents import LanguageSkill
from shared.contracts.event import Event
from shared.contracts.interactions import SkillNeed
from shared.contracts.presence import AgentChanged, AgentSkillsChanged
from shared.contracts.routing import InteractionRequeued
from tests.component.gateway.house import T0, assigned, offered, open_house, queued, rejected

HERE = "/v1/interactions/boston:7"
WHY = {"reason": "the customer rang the mayor"}
STEPPING_IN: list[tuple[str, dict[str, Any]]] = [
    (f"{HERE}/change", {"priority": "urgent"}),
    (f"{HERE}/assign", {"agent_id": "ana"}),
    (f"{HERE}/requeue", {}),
    (f"{HERE}/transfer", {"to_agent": "ana"}),
    ("/v1/agents/ana/signout", {}),
    ("/v1/agents/ana/skills", {"skills": {"billing": 3}}),
]


@pytest.mark.parametrize("key", ["lead", "boss"])
@pytest.mark.parametrize(("path", "body"), STEPPING_IN)
async def test_who_steps_in_says_why_and_is_named_in_the_log(
    path: str, body: dict[str, Any], key: str
) -> None:
    async with open_house(lambda event: [rejected(event)]) as house:
        await house.tell(queued("boston:7"))
        silent = await house.post(path, body, key=key)
        told = await house.post(path, body | WHY, key=key)
        (event,) = [it for it in house.log.events("pool-log") if it.by == "gateway"]

    assert (silent.status_code, silent.json()["code"]) == (422, "reason_needed")
    assert silent.json()["field"] == "reason"
    assert told.status_code == 409, "the scripted router has the word now"
    assert event.reason == WHY["reason"]  # type: ignore[attr-defined] # it is a command
    assert event.actor in ("supervisor:lead", "manager:boss")  # type: ignore[attr-defined] # as above


@pytest.mark.parametrize(("path", "body"), STEPPING_IN)
async def test_agents_step_in_nowhere_but_in_their_own_work(
    path: str, body: dict[str, Any]
) -> None:
    async with open_house(lambda event: [rejected(event)]) as house:
        await house.tell(queued("boston:7"))
        answer = await house.post(path, body | WHY, key="desk")
        assert not any(record.by == "gateway" for record in house.log.records)

    expected = (409, "not_assigned") if "transfer" in path else (403, "role_not_allowed")
    assert (answer.status_code, answer.json()["code"]) == expected


@pytest.mark.parametrize("path", [f"{HERE}/assign", f"{HERE}/requeue", "/v1/agents/ana/signout"])
async def test_a_system_that_steps_in_says_why_as_well(path: str) -> None:
    async with open_house(lambda event: [rejected(event)]) as house:
        answer = await house.post(path, {"agent_id": "ana"} if "assign" in path else {})

    assert (answer.status_code, answer.json()["code"]) == (422, "reason_needed")


def requeued(interaction_id: str, *, cause: str | None = None, **more: Any) -> InteractionRequeued:
    told: dict[str, Any] = {"queue": "general", "reason": "by_hand"}
    return InteractionRequeued.model_validate(
        {
            "event_id": f"{interaction_id}#requeued/1",
            "pool": "boston",
            "at_ms": T0 + 9,
            "by": "router",
            "cause": cause,
            "interaction_id": interaction_id,
            "waiting_since_ms": T0,
            "order_ms": T0,
        }
        | told
        | more
    )


def follows(event: Event) -> Iterable[Event]:
    """A router that does what it is asked for."""
    match event.kind:  # type: ignore[attr-defined] # every event of the catalogue has a kind
        case "requeue_requested":
            yield requeued("boston:7", cause=event.event_id)
        case "assign_requested":
            yield assigned("boston:7", "ben", cause=event.event_id)
        case "agent_skills_requested":
            yield AgentSkillsChanged(
                **head(event),
                skills={"billing": 3},
                languages={"he": LanguageSkill(spoken=3)},
                actor="supervisor:lead",
            )
        case "presence_reported":
            yield AgentChanged(
                **head(event),
                status="ready",
                next_status="offline",
                epoch=1,
                number=2,
                reason="reported",
            )
        case _:
            yield rejected(event)


def head(event: Event) -> Any:
    return {
        "event_id": f"{event.event_id}#fact",
        "pool": "boston",
        "at_ms": T0,
        "by": "router",
        "cause": event.event_id,
        "agent_id": "ana",
    }


async def test_the_answer_says_where_it_is_now() -> None:
    async with open_house(follows) as house:
        await house.tell(
            queued("boston:7"), offered("boston:7", "ana"), assigned("boston:7", "ana")
        )
        put_back = await house.post(f"{HERE}/requeue", WHY, key="lead")
        given = await house.post(f"{HERE}/assign", {"agent_id": "ben"} | WHY, key="lead")

    told = {"interaction_id": "boston:7", "queue": "general"}
    assert put_back.json().items() >= (told | {"state": "waiting", "agent_id": None}).items()
    assert given.json().items() >= (told | {"state": "assigned", "agent_id": "ben"}).items()
    assert given.json()["facts"] == ["interaction_assigned"]


async def test_a_change_says_only_what_is_new() -> None:
    body = {
        "priority": "urgent",
        "language": "pt_br",
        "other_languages": [],
        "skills": [{"skill": "billing", "level": 3, "drops_after_s": 60}],
        "reapply": True,
    }
    async with open_house(answer_wait_s=0) as house:
        await house.tell(queued("boston:7"))
        await house.post(f"{HERE}/change", body | WHY, key="lead")
        await house.post(f"{HERE}/change", {"queue": "general"} | WHY, key="crm")
        first, second = house.commands("change_requested")

    assert (first.priority, first.queue, first.language) == ("urgent", None, "pt-BR")
    assert (first.other_languages, first.reapply) == ((), True)
    assert first.skills == (SkillNeed(skill="billing", level=3, drops_after_s=60),)
    assert (second.queue, second.priority, second.skills) == ("general", None, None)
    assert (second.other_languages, second.reapply, second.actor) == (None, False, "system:crm")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("change", {}, "body"),
        ("change", {"reapply": False}, "body"),
        ("change", {"skills": [{"skill": "billing", "level": 6}]}, "skills.0.level"),
        ("assign", {}, "agent_id"),
        ("transfer", {}, "body"),
        ("transfer", {"to_pool": "salem", "to_agent": "sam"}, "body"),
        ("transfer", {"to_pool": "salem", "consult": True}, "body"),
        ("callback", {"not_before": "2015-02-04T15:00:00"}, "not_before"),
        ("callback", {"not_before": "2015-03-20T15:00:00Z"}, "not_before"),
    ],
)
async def test_what_makes_no_sense_is_refused_before_the_log(
    path: str, body: dict[str, Any], field: str
) -> None:
    async with open_house() as house:
        await house.tell(queued("boston:7"))
        answer = await house.post(f"{HERE}/{path}", body | WHY, key="lead")
        assert not any(record.by == "gateway" for record in house.log.records)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (f"{HERE}/assign", {"agent_id": "zoe"}, (404, "unknown_agent", "agent_id")),
        (f"{HERE}/transfer", {"to_agent": "sam"}, (404, "unknown_agent", "to_agent")),
        ("/v1/interactions/salem:7/requeue", {}, (403, "pool_not_allowed", "interaction_id")),
        ("/v1/agents/sam/signout", {}, (403, "pool_not_allowed", "pool")),
        ("/v1/agents/zoe/skills", {"as_configured": True}, (404, "unknown_agent", "agent_id")),
    ],
)
async def test_who_is_not_there_or_not_of_the_key_is_told(
    path: str, body: dict[str, Any], code: tuple[int, str, str]
) -> None:
    async with open_house() as house:
        answer = await house.post(path, body | WHY, key="lead")

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == code


async def test_a_transfer_to_an_agent_may_be_a_consult() -> None:
    async with open_house(answer_wait_s=0) as house:
        await house.tell(
            queued("boston:7"), offered("boston:7", "ana"), assigned("boston:7", "ana")
        )
        body = {"to_agent": "ben", "consult": True, "restart": True}
        own = await house.post(f"{HERE}/transfer", body, key="desk")
        (event,) = house.commands("transfer_requested")

    assert own.status_code == 202
    assert (event.to_agent, event.consult, event.restart) == ("ben", True, True)
    assert (event.to_pool, event.to_queue, event.actor) == (None, None, "agent:ana-desk")


async def test_an_agent_who_repeats_a_transfer_gets_the_first_answer_again() -> None:
    def moves(event: Event) -> Iterable[Event]:
        yield requeued("boston:7", cause=event.event_id, reason="transferred")

    async with open_house(moves) as house:
        await house.tell(
            queued("boston:7"), offered("boston:7", "ana"), assigned("boston:7", "ana")
        )
        ask = {"key": "desk", "Idempotency_Key": "one"}
        first = await house.post(f"{HERE}/transfer", {"to_queue": "general"}, **ask)
        again = await house.post(f"{HERE}/transfer", {"to_queue": "general"}, **ask)
        other = await house.post(f"{HERE}/transfer", {"to_queue": "general"}, key="desk")

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "not_assigned")


async def test_agents_hand_back_report_a_failed_connection_and_ask_for_longer() -> None:
    async with open_house(answer_wait_s=0) as house:
        await house.tell(
            queued("boston:7"), offered("boston:7", "ana"), assigned("boston:7", "ana")
        )
        for door in ("hand-back", "connection-failed", "wrap-up/extend"):
            own = await house.post(f"{HERE}/{door}", key="desk")
            named = await house.post(f"{HERE}/{door}", {"agent_id": "ben"}, key="crm")
            other = await house.post(f"{HERE}/{door}", {"agent_id": "ben"}, key="desk")
            assert [it.status_code for it in (own, named, other)] == [202, 202, 403]
        said = [
            (it.kind, it.agent_id)
            for kind in ("hand_back_requested", "connection_failed", "wrap_up_extension_requested")
            for it in house.commands(kind)
        ]

    assert said == [
        ("hand_back_requested", "ana"),
        ("hand_back_requested", "ben"),
        ("connection_failed", "ana"),
        ("connection_failed", "ben"),
        ("wrap_up_extension_requested", "ana"),
        ("wrap_up_extension_requested", "ben"),
    ]


async def test_a_callback_is_asked_for_by_the_connector_or_with_a_reason_by_a_supervisor() -> None:
    async with open_house(answer_wait_s=0) as house:
        at = {"not_before": "2015-02-04T11:00:00+01:00"}
        asked = [
            await house.post(f"{HERE}/callback", at, key="crm"),
            await house.post(f"{HERE}/callback", key="crm"),
            await house.post(f"{HERE}/callback", WHY, key="lead"),
            await house.post(f"{HERE}/callback", {}, key="lead"),
            await house.post(f"{HERE}/callback", {}, key="desk"),
        ]
        times = [it.not_before_ms for it in house.commands("callback_requested")]

    assert [it.status_code for it in asked] == [202, 202, 202, 422, 403]
    assert times == [T0 + 3_600_000, None, None]


async def test_an_agent_is_signed_out_when_the_work_is_done() -> None:
    async with open_house(follows) as house:
        answer = await house.post("/v1/agents/ana/signout", {"after_work": True} | WHY, key="lead")
        (event,) = house.commands("presence_reported")

    assert (event.status, event.after_work, event.requeue_work) == ("offline", True, False)
    assert (
        answer.json().items()
        >= {
            "agent_id": "ana",
            "state": "ready",
            "next_status": "offline",
        }.items()
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("signout", {"after_work": True, "requeue_work": True}),
        ("presence", {"status": "away", "after_work": True, "requeue_work": True}),
        ("presence", {"status": "ready", "after_work": True}),
        ("presence", {"requeue_work": True}),
        ("skills", {}),
        ("skills", {"as_configured": True, "skills": {"billing": 3}}),
        ("skills", {"skills": {"billing": 0}}),
        ("skills", {"languages": {"he": {"spoken": 6, "written": 1}}}),
        ("skills", {"languages": {"no such tag!": {"spoken": 6, "written": 1}}}),
    ],
)
async def test_an_agent_leaves_in_one_way_and_serves_what_has_a_level(
    path: str, body: dict[str, Any]
) -> None:
    async with open_house() as house:
        answer = await house.post(f"/v1/agents/ana/{path}", body | WHY, key="lead")
        assert not any(record.by == "gateway" for record in house.log.records)

    assert answer.status_code == 422


async def test_an_agent_goes_after_the_work_or_puts_it_back_and_the_change_is_waited_for() -> None:
    async with open_house(follows) as house:
        drains = await house.post(
            "/v1/agents/ana/presence", {"status": "offline", "after_work": True}, key="desk"
        )
        back = await house.post(
            "/v1/agents/ana/presence", {"status": "away", "requeue_work": True}, key="desk"
        )
        first, second = house.commands("presence_reported")

    assert drains.json()["next_status"] == "offline"
    assert back.json()["facts"] == ["agent_changed"]
    assert (first.after_work, first.requeue_work) == (True, False)
    assert (second.after_work, second.requeue_work) == (False, True)


async def test_a_supervisor_who_speaks_for_an_agent_says_why() -> None:
    async with open_house(follows) as house:
        silent = await house.post("/v1/agents/ana/presence", {"status": "away"}, key="lead")
        beat = await house.post("/v1/agents/ana/presence", {}, key="lead")

    assert (silent.status_code, silent.json()["code"]) == (422, "reason_needed")
    assert beat.status_code == 202


async def test_skills_by_hand_are_shown_with_the_agent() -> None:
    async with open_house(follows) as house:
        before = (await house.get("/v1/agents/ana", key="lead")).json()
        body = {"skills": {"billing": 3}, "languages": {"he": {"spoken": 3, "written": 5}}}
        answer = await house.post("/v1/agents/ana/skills", body | WHY, key="lead")
        after = (await house.get("/v1/agents?pool=boston", key="lead")).json()["agents"][0]
        (event,) = house.commands("agent_skills_requested")

    assert (before["skills"], before["skills_by_hand"]) == ({}, False)
    assert sorted(before["languages"]) == ["en", "es", "he", "pt-BR"]
    assert answer.json()["facts"] == ["agent_skills_changed"]
    assert (event.skills, event.languages) == (
        {"billing": 3},
        {"he": LanguageSkill(spoken=3, written=5)},
    )
    assert (after["skills"], after["skills_by_hand"]) == ({"billing": 3}, True)
    assert after["languages"] == {"he": {"spoken": 3, "written": 5}}


async def test_as_configured_asks_for_neither() -> None:
    async with open_house(answer_wait_s=0) as house:
        await house.post("/v1/agents/ana/skills", {"as_configured": True} | WHY, key="boss")
        (event,) = house.commands("agent_skills_requested")

    assert (event.skills, event.languages, event.actor) == (None, None, "manager:boss")


async def test_a_contact_may_name_an_agent_and_skills_that_drop() -> None:
    body = {
        "pool": "boston",
        "channel": "chat",
        "language": "en",
        "preferred_agent": "ben",
        "skills": [{"skill": "billing", "level": 3, "drops_after_s": 90}, {"skill": "snow"}],
    }
    async with open_house(answer_wait_s=0) as house:
        await house.post("/v1/interactions", body)
        (event,) = house.commands("interaction_received")

    assert event.preferred_agent == "ben"
    assert [it.drops_after_s for it in event.skills] == [90, None]
