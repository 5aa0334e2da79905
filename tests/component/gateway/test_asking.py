"""Why an interaction is where it is, and how long it waits: asked of the router, and shared."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from shared.contracts.event import Event
from shared.contracts.explanation import InteractionExplained, WaitEstimate
from shared.contracts.interactions import ExplanationRequested
from shared.contracts.system import EventSkipped
from shared.log import AppendError
from tests.component.gateway.house import T0, open_house, queued, rejected, until
from tests.support.memory_log import MemoryLog

HERE = "/v1/interactions/boston:7"
WHY, PLACE = f"{HERE}/explanation", f"{HERE}/position"


def explained(question: Event, **more: Any) -> InteractionExplained:
    return InteractionExplained.model_validate(
        {
            "event_id": f"{question.event_id}#explained",
            "pool": "boston",
            "at_ms": T0 + 5,
            "by": "router",
            "cause": question.event_id,
            "interaction_id": "boston:7",
            "state": "waiting",
            "queue": "general",
        }
        | more
    )


def explains(event: Event) -> Iterable[Event]:
    if isinstance(event, ExplanationRequested):
        likely = WaitEstimate(p50_s=40, p90_s=125, rests_on=("head_of_line",))
        yield explained(event, ahead=3, estimate=likely, binds="Nobody is free.")


async def test_the_router_is_asked_and_its_fact_is_the_answer() -> None:
    async with open_house(explains) as house:
        await house.tell(queued("boston:7"))
        answer = await house.get(WHY, key="lead")
        (event,) = house.commands("explanation_requested")
        story = (await house.get(HERE)).json()["facts"]

    told = answer.json()
    assert answer.status_code == 200
    assert (told["kind"], told["binds"], told["ahead"]) == (
        "interaction_explained",
        "Nobody is free.",
        3,
    )
    assert told["cause"] == event.event_id
    assert (event.actor, event.interaction_id, event.pool) == (
        "supervisor:lead",
        "boston:7",
        "boston",
    )
    assert [fact["kind"] for fact in story] == ["interaction_queued"], "pollers fill no story"


async def test_a_connector_asks_for_the_place_alone() -> None:
    async with open_house(explains) as house:
        await house.tell(queued("boston:7"))
        answer = await house.get(PLACE, key="crm")

    assert answer.json() == {
        "interaction_id": "boston:7",
        "state": "waiting",
        "queue": "general",
        "ahead": 3,
        "estimate": {"p50_s": 40, "p90_s": 125, "rests_on": ["head_of_line"]},
        "at_ms": T0 + 5,
    }


async def test_what_is_not_known_of_its_place_is_null() -> None:
    async with open_house(lambda event: [explained(event)]) as house:
        await house.tell(queued("boston:7"))
        told = (await house.get(PLACE, key="crm")).json()

    assert (told["ahead"], told["estimate"]) == (None, None)


async def test_who_asks_again_soon_and_whoever_asks_beside_gets_the_same_answer() -> None:
    async with open_house(explains, explanation_kept_s=60) as house:
        await house.tell(queued("boston:7"), queued("boston:8"))
        together = await asyncio.gather(*(house.get(path) for path in (WHY, PLACE, WHY)))
        later = await house.get(WHY, key="crm")
        assert len(house.commands("explanation_requested")) == 1

    assert {answer.status_code for answer in together} == {200}
    assert later.json() == together[0].json()


async def test_after_a_while_the_router_is_asked_anew() -> None:
    async with open_house(explains, explanation_kept_s=0) as house:
        await house.tell(queued("boston:7"))
        for _ in range(3):
            assert (await house.get(WHY)).status_code == 200
        assert len(house.commands("explanation_requested")) == 3


async def test_an_answer_that_is_late_is_202_and_found_by_who_asks_again() -> None:
    async with open_house(answer_wait_s=0.01, explanation_kept_s=0) as house:
        await house.tell(queued("boston:7"))
        first = await house.get(WHY)
        again = await house.get(PLACE)
        (event,) = house.commands("explanation_requested")
        await house.tell(explained(event, ahead=0))
        found = await house.get(WHY)
        assert len(house.commands("explanation_requested")) == 1

    assert [it.status_code for it in (first, again, found)] == [202, 202, 200]
    told = {"event_id": event.event_id, "interaction_id": "boston:7"}
    assert first.json() == again.json() == told
    assert found.json()["ahead"] == 0


async def test_a_refusal_of_the_router_is_the_answer_for_all_who_ask() -> None:
    async with open_house(
        lambda event: [rejected(event, status=404)], explanation_kept_s=9
    ) as house:
        await house.tell(queued("boston:7"))
        answers = [await house.get(path) for path in (WHY, PLACE)]
        assert len(house.commands("explanation_requested")) == 1

    assert [(it.status_code, it.json()["code"]) for it in answers] == [(404, "not_so")] * 2
    assert answers[0].headers["content-type"] == "application/problem+json"


async def test_a_question_that_broke_a_decision_is_told_as_such() -> None:
    def breaks(event: Event) -> Iterable[Event]:
        yield EventSkipped(
            event_id=f"{event.event_id}#skipped",
            pool="boston",
            at_ms=T0,
            by="router",
            cause=event.event_id,
            skipped=event.event_id,
            service="router",
            reason="KeyError",
            core_version="1",
            occurred_at_ms=T0,
        )

    async with open_house(breaks) as house:
        await house.tell(queued("boston:7"))
        answer = await house.get(WHY)

    assert (answer.status_code, answer.json()["code"]) == (500, "event_skipped")


async def test_what_is_not_known_is_not_asked() -> None:
    async with open_house(explains) as house:
        answers = [await house.get(path.replace("7", "9")) for path in (WHY, PLACE)]
        other = await house.get("/v1/interactions/salem:1/position", key="crm")
        assert not house.commands("explanation_requested")

    assert [(it.status_code, it.json()["code"]) for it in answers] == [
        (404, "unknown_interaction")
    ] * 2
    assert other.status_code == 403


class BrokenLog(MemoryLog):
    broken = False

    async def append(self, topic: str, key: str, event: Event, **more: Any) -> None:
        if self.broken:
            raise AppendError("pool-log took no record: RequestTimedOutError")
        await super().append(topic, key, event, **more)


async def test_a_question_that_the_log_did_not_take_is_asked_anew() -> None:
    log = BrokenLog()
    async with open_house(explains, log=log) as house:
        await house.tell(queued("boston:7"))
        log.broken = True
        refused = await house.get(WHY)
        log.broken = False
        answer = await house.get(WHY)

    assert (refused.status_code, answer.status_code) == (503, 200)


@pytest.mark.parametrize("key", ["desk", "lead", "boss", "crm"])
async def test_every_role_may_ask(key: str) -> None:
    async with open_house(explains) as house:
        await house.tell(queued("boston:7"))
        assert (await house.get(PLACE, key=key)).status_code == 200


async def test_explanations_of_other_gateways_are_bounded() -> None:
    async with open_house() as house:
        await house.tell(queued("boston:7"))
        explanations = house.desk.view.explained
        for number in range(2_100):
            explanations.heard(str(number), b"{}")
        await until(lambda: explanations.answer("2099") is not None)

    assert explanations.answer("0") is None
