"""All that can happen in a small centre, a few moves deep, and nothing breaks R1 to R6."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.router.core.evolve import CHANGES
from services.router.core.offers import matching, supervision
from services.router.core.turn import Turn
from shared.contracts.event import Event
from shared.contracts.routing import CapacityReleased, OfferEnded
from tests.support.small_model import search, search_all

DEPTH = 4
# All that came at once and are offered to two give most states: there it stops a move earlier.
DEPTHS = {
    ("to_one", "all came"): 4,
    ("in_steps", "all came"): 4,
    ("to_two_at_once", "all came"): 3,
    ("to_two_at_once", "nobody came"): 4,
    ("to_one", "nobody came"): 4,
    ("in_steps", "nobody came"): 4,
}


@pytest.mark.timeout(600)  # a minute on two free processors
def test_whatever_happens_in_a_small_centre_every_invariant_holds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for found in search_all(DEPTHS):
        with capsys.disabled():
            print(f"\n  {found}", end="")
        assert found.broken == [], str(found)
        assert found.depth == DEPTHS[found.variant, found.start]
        assert found.states > 1000


def asides_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    old = matching._offer

    def offer(turn: Turn, it: Any, trigger: str) -> Iterator[Event]:
        asides, it.asides = it.asides, {}
        facts = old(turn, it, trigger)
        first = next(facts, None)
        it.asides = asides
        if first is not None:
            yield first
            yield from facts

    monkeypatch.setattr(matching, "_offer", offer)


def superseded_offers_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    old = CHANGES[OfferEnded]

    def ended(state: Any, pool: Any, fact: OfferEnded) -> None:
        if fact.end != "superseded":
            old(state, pool, fact)

    changes: dict[Any, Any] = CHANGES
    monkeypatch.setitem(changes, OfferEnded, ended)


def capacity_not_released(monkeypatch: pytest.MonkeyPatch) -> None:
    old = CHANGES[CapacityReleased]

    def released(state: Any, pool: Any, fact: CapacityReleased) -> None:
        pool.floor.take(pool.seat(fact.agent_id), pool.stubs[fact.interaction_id].channel, 1)
        old(state, pool, fact)

    changes: dict[Any, Any] = CHANGES
    monkeypatch.setitem(changes, CapacityReleased, released)


def age_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    old = Turn.requeue

    def requeue(turn: Turn, *given: Any, **named: Any) -> Any:
        return old(turn, *given, **named).model_copy(update={"order_ms": turn.now})

    monkeypatch.setattr(Turn, "requeue", requeue)


def repeats_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "is_repeat", lambda _it, _event: False)


@pytest.mark.parametrize(
    ("plant", "variant", "says"),
    [
        (asides_ignored, "to_one", "R4"),
        (superseded_offers_kept, "to_two_at_once", "R2"),
        (capacity_not_released, "to_one", "R5"),
        (age_lost, "to_one", "R6"),
        (repeats_followed, "to_one", "R1"),
    ],
)
def test_a_planted_bug_is_found_in_a_few_moves(
    plant: Callable[[pytest.MonkeyPatch], None],
    variant: str,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plant(monkeypatch)
    found = search(variant, "all came", DEPTH)
    assert {it.split()[0] for it in found.broken} >= {says}, str(found)
    assert len(found.way) <= DEPTH
