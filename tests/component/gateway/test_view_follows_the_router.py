"""Whatever the router decides, the view shows what the router itself knows; and the checks hold."""

from typing import Any

import pytest

from services.gateway.adapters.view.view import View
from switchyard.report.checker import Checker
from tests.component.gateway.routed_day import DOCUMENTS, POOL, Day, day

SEEDS = (1, 2, 3)
STEPS = 250
OF_ROUTING = ("R1", "R2", "R3", "R4", "O1")


@pytest.fixture(scope="module", params=SEEDS)
def lived(request: pytest.FixtureRequest) -> Day:
    seed: int = request.param
    return day(seed, STEPS)


@pytest.fixture(scope="module")
def view(lived: Day) -> View:
    found = View(documents={}, ended_kept=100_000)
    for record in lived.records:
        found.apply(record)
    assert found.unreadable == 0
    return found


def test_every_open_interaction_is_shown_as_the_router_has_it(lived: Day, view: View) -> None:
    there = lived.state.pools[POOL].interactions
    assert there, "the day left nothing open"
    for it in there.values():
        known = view.interaction(it.id)
        assert known is not None
        shown = {
            "state": known.state,
            "queue": known.queue,
            "language": known.language,
            "priority": known.priority,
            "channel": known.channel,
            "step": known.step,
            "held": known.held,
            "callback": known.callback,
            "offers": [*known.live_offers.items()],
            "agent": known.agent_id,
        }
        assert shown == as_the_router_has_it(it), it.id


def as_the_router_has_it(it: Any) -> dict[str, Any]:
    offers = [(it.offer_id(offer.attempt), offer.agent_id) for offer in it.offers]
    return {
        "state": it.status,
        "queue": it.queue,
        "language": it.language,
        "priority": it.priority,
        "channel": it.channel,
        "step": it.step,
        "held": it.held,
        "callback": it.callback,
        "offers": offers,
        "agent": offers[0][1] if offers else it.agent_id,
    }


def test_the_lines_hold_what_waits_and_nothing_else(lived: Day, view: View) -> None:
    waiting: dict[str, int] = {}
    for it in lived.state.pools[POOL].interactions.values():
        if it.status == "waiting":
            waiting[it.queue] = waiting.get(it.queue, 0) + 1
    lines = view.board.pool(POOL).lines
    assert {name: len(line) for name, line in lines.items() if len(line)} == waiting


def test_every_agent_is_shown_as_the_router_has_him(lived: Day, view: View) -> None:
    pool = lived.state.pools[POOL]
    for agent in pool.agents.values():
        known, seat = view.board.agent(POOL, agent.id), pool.seat(agent.id)
        by_hand = agent.skills if isinstance(agent.skills, dict) else None
        wrapping = {it.id for it in pool.stubs.values() if it.wrap_up_by == agent.id}
        assert (known.status, known.epoch, known.next_status, known.withheld, known.skills) == (
            agent.status,
            agent.epoch,
            agent.next_status,
            agent.withheld,
            by_hand,
        )
        assert set(known.assigned) == seat.assigned
        assert {offer_id.rpartition(":")[0] for offer_id in known.offers} == seat.offered
        assert set(known.wrapping_up) == wrapping


def test_the_checks_of_the_report_hold_and_were_exercised(lived: Day) -> None:
    checker = Checker(dict(DOCUMENTS))
    checker.read(lived.records, [], [])
    found = {it.name: it for it in checker.verdicts()}
    assert {name: found[name].evidence for name in OF_ROUTING} == dict.fromkeys(OF_ROUTING, ())
    assert {found[name].state for name in OF_ROUTING} == {"held"}


def test_the_days_have_everything_that_the_router_can_decide_of_them() -> None:
    kinds = {record.kind for seed in SEEDS for record in day(seed, STEPS).records if record.source}
    assert kinds >= {
        "interaction_widened", "interaction_changed", "interaction_idled", "interaction_woken",
        "callback_promised", "interaction_parked", "agent_withheld", "agent_skills_changed",
        "interaction_explained", "wrap_up_extended",
    }  # fmt: skip
