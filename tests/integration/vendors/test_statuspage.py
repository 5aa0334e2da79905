"""Statuspage over real HTTP: an outage is told once to everybody, whatever became of a try."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.methods import Method
from services.notifier.core import Content
from shared.contracts.outage import NoticeRequested
from shared.contracts.people import Person
from shared.contracts.words import Severity
from tests.support.ledger import ROOM, notice, page
from tests.support.vendors.server import (
    Behaviour,
    Conversation,
    Vendor,
    accepts,
    answers,
    error_body_with_200,
    fails,
    loses_its_body,
    playing,
    resets_after_body,
    silent_202,
    slow,
    throttles,
)
from tests.support.vendors.stage import asked
from tests.support.vendors.trials import attempt, methods, shown_by
from tests.support.words import customer_notice, digest, group, trouble, verification

KEY = "89a229ce1a8dbcf9ff30430fbe35eb4c"
PAGE = "gytm4qzbx9t6"
COMPONENT = "8kbf7d35c070"
PUBLIC = ROOM.model_copy(update={"locale": "en", "statuspage": "public"})
LINE = f"statuspage.public {KEY} {PAGE} {COMPONENT}"
INCIDENTS = f"/v1/pages/{PAGE}/incidents"


@dataclass
class Page:
    """A page as Statuspage keeps it. `loses` answers are given by breaking the connection."""

    incidents: list[dict[str, Any]] = field(default_factory=list)
    loses: int = 0

    async def __call__(self, one: Conversation) -> None:
        heard = await one.hear()
        if heard.verb == "GET":
            unresolved = [it for it in self.incidents if it["status"] != "resolved"]
            await one.answer(200, json.dumps(unresolved).encode())
            return
        told = heard.json()["incident"]
        if heard.verb == "POST":
            self.incidents.insert(
                0, {"id": f"inc{len(self.incidents) + 1}", "incident_updates": []}
            )
        incident = next(
            it for it in self.incidents if heard.verb == "POST" or heard.path.endswith(it["id"])
        )
        incident |= told
        update = {"status": told["status"], "body": told["body"]}
        incident["incident_updates"].insert(0, update)
        if self.loses:
            self.loses -= 1
            one.reset()
            return
        status = 201 if heard.verb == "POST" else 200
        await one.answer(status, json.dumps(incident).encode())


def method(vendor: Vendor, *lines: str, **settings: Any) -> Method[Any]:
    return methods(vendor.url, *(lines or (LINE,)), **settings)["statuspage"]


async def sent(
    content: Content, *script: Behaviour, person: Person = PUBLIC, **lease: Any
) -> tuple[Delivery, Vendor]:
    async with playing(*script) as vendor:
        return await attempt(method(vendor), content, person, **lease), vendor


def news(sequence: int = 1, **changes: object) -> NoticeRequested:
    return notice("room", sequence=sequence, method="statuspage", **changes)  # type: ignore[arg-type] # fields of the notice


def verbs(vendor: Vendor) -> list[tuple[str, str]]:
    return [(request.verb, request.path) for request in vendor.requests]


async def test_an_outage_is_created_updated_and_resolved_as_one_incident() -> None:
    public = Page()
    async with playing(public) as vendor:
        built = method(vendor)
        opened = await attempt(built, news(message="We look into it."), PUBLIC)
        updated = await attempt(
            built, news(2, status="identified", message="Found."), PUBLIC, thread="inc1"
        )
        over = await attempt(built, news(3, purpose="recovery", message="Over."), PUBLIC)

    assert [it.outcome for it in (opened, updated, over)] == ["accepted"] * 3
    assert {it.provider_id for it in (opened, updated, over)} == {"inc1"}
    (incident,) = public.incidents
    assert incident["metadata"] == {"switchyard": {"outage_id": "chat-7"}}
    assert [(it["status"], it["body"]) for it in incident["incident_updates"]] == [
        ("resolved", "Over."),
        ("identified", "Found."),
        ("investigating", "We look into it."),
    ]
    assert verbs(vendor) == [
        ("GET", f"{INCIDENTS}/unresolved"),
        ("POST", INCIDENTS),
        ("GET", f"{INCIDENTS}/unresolved"),
        ("PATCH", f"{INCIDENTS}/inc1"),
        ("GET", f"{INCIDENTS}/unresolved"),
        ("PATCH", f"{INCIDENTS}/inc1"),
    ]
    assert {it.headers["authorization"] for it in vendor.requests} == {f"OAuth {KEY}"}


@pytest.mark.parametrize(
    ("severity", "state"),
    [
        ("minor", "degraded_performance"),
        ("major", "partial_outage"),
        ("critical", "major_outage"),
    ],
)
async def test_the_components_of_the_connector_show_how_bad_it_is_until_it_is_over(
    severity: Severity, state: str
) -> None:
    public = Page()
    async with playing(public) as vendor:
        await attempt(method(vendor), news(severity=severity), PUBLIC)
        assert public.incidents[0]["components"] == {COMPONENT: state}
        assert public.incidents[0]["impact_override"] == severity
        await attempt(method(vendor), news(2, purpose="recovery", severity=severity), PUBLIC)
    assert public.incidents[0]["components"] == {COMPONENT: "operational"}


async def test_without_components_none_is_named() -> None:
    public = Page()
    async with playing(public) as vendor:
        await attempt(method(vendor, f"statuspage.public {KEY} {PAGE}"), news(), PUBLIC)
    assert "components" not in public.incidents[0]


async def test_nothing_of_the_inside_gets_to_the_public() -> None:
    public = Page()
    async with playing(public) as vendor:
        inside = news(audience="it", pools=("boston-vip",), moved=12)
        await attempt(method(vendor), inside, PUBLIC)
    shown = json.dumps(public.incidents)
    for word in ("boston-vip", "timeout after 5 s", "room"):
        assert word not in shown
    assert public.incidents[0]["name"]


async def test_an_opening_whose_answer_was_lost_is_not_made_twice() -> None:
    """The process died after the provider took it, and before that was noted."""
    public = Page(loses=1)
    async with playing(public) as vendor:
        first = await attempt(method(vendor), news(), PUBLIC)
        again = await attempt(method(vendor), news(), PUBLIC, number=2, possible_repeat=True)
    assert (first.outcome, again.outcome) == ("unknown", "accepted")
    assert again.provider_id == "inc1"
    assert len(public.incidents) == 1


async def test_an_update_whose_answer_was_lost_is_not_told_twice() -> None:
    public = Page()
    async with playing(public) as vendor:
        await attempt(method(vendor), news(), PUBLIC)
        public.loses = 1
        lost = await attempt(method(vendor), news(2, message="Found."), PUBLIC)
        again = await attempt(method(vendor), news(2, message="Found."), PUBLIC, number=2)
    assert (lost.outcome, again.outcome) == ("unknown", "accepted")
    assert len(public.incidents[0]["incident_updates"]) == 2


async def test_an_incident_of_somebody_else_is_left_alone() -> None:
    foreign = {"id": "other", "status": "investigating", "metadata": {"jira": {}}, "name": "x"}
    odd: list[Any] = ["text", {"id": 7}, {"id": "a b", "metadata": {"switchyard": "chat-7"}}]
    public = Page(incidents=[foreign])
    async with playing(answers(200, json.dumps(odd)), public) as vendor:
        delivery = await attempt(method(vendor), news(), PUBLIC)
    assert delivery.outcome == "accepted"
    assert foreign == {
        "id": "other",
        "status": "investigating",
        "metadata": {"jira": {}},
        "name": "x",
    }
    assert len(public.incidents) == 2


async def test_a_recovery_of_what_is_not_open_there_needs_no_word() -> None:
    """It was never there, or somebody has resolved it by hand."""
    delivery, vendor = await sent(news(2, purpose="recovery"), Page())
    assert (delivery.outcome, delivery.detail) == ("accepted", "GET: no open incident")
    assert verbs(vendor) == [("GET", f"{INCIDENTS}/unresolved")]


async def test_it_tells_of_outages_only() -> None:
    for content in (page("room"), trouble(), verification(), group(), customer_notice(), digest()):
        delivery, vendor = await sent(content, Page())
        assert (delivery.outcome, vendor.requests) == ("refused", [])


@pytest.mark.parametrize(
    ("behaviour", "outcome", "detail"),
    [
        (error_body_with_200({"error": "no"}), "transient", "GET: 200 without a list"),
        (accepts("<html>"), "transient", "GET: 200 without a list"),
        (loses_its_body(200), "transient", "GET: 200 without a list"),
        (fails(401), "config", "GET: 401"),
        (fails(404), "config", "GET: 404"),
        (fails(422), "transient", "GET: 422"),
        (fails(500), "transient", "GET: 500"),
        (resets_after_body(), "transient", "GET: "),
    ],
)
async def test_while_it_cannot_be_seen_what_stands_there_nothing_is_made(
    behaviour: Behaviour, outcome: str, detail: str
) -> None:
    delivery, vendor = await sent(news(), behaviour)
    assert delivery.outcome == outcome
    assert delivery.detail.startswith(detail)
    assert [request.verb for request in vendor.requests] == ["GET"]


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        (error_body_with_200({"error": "no"}), "unknown"),
        (silent_202(), "unknown"),
        (accepts({"id": 7.5}, status=201), "unknown"),
        (loses_its_body(201), "unknown"),
        (fails(401), "config"),
        (fails(422, {"error": ["name is missing"]}), "refused"),
        (fails(413), "too_big"),
        (fails(503), "transient"),
        (resets_after_body(), "unknown"),
    ],
)
async def test_only_the_id_of_an_incident_proves_that_it_is_there(
    behaviour: Behaviour, outcome: str
) -> None:
    delivery, vendor = await sent(news(), accepts("[]"), behaviour)
    assert delivery.outcome == outcome
    assert [request.verb for request in vendor.requests] == ["GET", "POST"]


@pytest.mark.parametrize(
    ("behaviour", "wait_ms"),
    [(throttles(None, status=420), 60_000), (throttles(None), 60_000), (throttles(9), 9_000)],
)
async def test_both_ways_of_saying_too_many_are_waited_for(
    behaviour: Behaviour, wait_ms: int
) -> None:
    for script in ((behaviour,), (accepts("[]"), behaviour)):
        delivery, _ = await sent(news(), *script)
        assert (delivery.outcome, delivery.retry_after_ms) == ("throttled", wait_ms)


async def test_one_that_is_silent_holds_nobody() -> None:
    async with playing(slow()) as vendor:
        looking = await attempt(method(vendor, pager_timeout_s=0.3), news(), PUBLIC)
    async with playing(accepts("[]"), slow()) as vendor:
        making = await attempt(method(vendor, pager_timeout_s=0.3), news(), PUBLIC)
    assert (looking.outcome, making.outcome) == ("transient", "unknown")


@pytest.mark.parametrize(("questions", "written"), [(0, []), (2, ["GET"])])
async def test_without_permission_nothing_is_made(questions: int, written: list[str]) -> None:
    async with playing(Page()) as vendor:
        delivery = await attempt(method(vendor), news(), PUBLIC, may_send=asked(questions))
    assert delivery.outcome == "not_sent"
    assert [request.verb for request in vendor.requests] == written


async def test_what_is_not_configured_is_told_to_the_operator_without_a_request() -> None:
    async with playing(Page()) as vendor:
        unknown = await attempt(method(vendor, f"statuspage.other {KEY} p"), news(), PUBLIC)
        half = await attempt(method(vendor, f"statuspage.public {KEY}"), news(), PUBLIC)
        without = await attempt(method(vendor), news(), ROOM)
    assert [it.outcome for it in (unknown, half, without)] == ["config", "config", "refused"]
    assert vendor.requests == []


async def test_texts_keep_within_the_limits() -> None:
    public = Page()
    async with playing(public) as vendor:
        await attempt(method(vendor), news(title="t" * 900, message="m" * 40_000), PUBLIC)
    assert len(public.incidents[0]["name"]) <= 255
    assert len(public.incidents[0]["body"]) <= 25_000


async def test_no_secret_is_in_outcomes_or_log_lines() -> None:
    for script in ((Page(),), (fails(401, KEY),), (accepts("[]"), fails(422, KEY))):
        async with playing(*script) as vendor:
            assert KEY not in await shown_by(method(vendor), news(), PUBLIC)
    nowhere = methods(f"http://user:{KEY}@127.0.0.1:1/", LINE)["statuspage"]
    assert KEY not in await shown_by(nowhere, news(), PUBLIC)
