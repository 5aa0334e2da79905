"""The demo's configuration is one that `switchyard check` passes."""

from pathlib import Path

from shared.configuration.load import load
from switchyard.demo.centre import write_folder
from switchyard.demo.day import LANGUAGES, plan_day
from switchyard.demo.shifts import SHIFTS, stints
from switchyard.demo.staff import staff
from switchyard.demo.topics import queue_of


def test_the_folder_loads_without_error_and_holds_three_pools_and_300_agents(
    tmp_path: Path,
) -> None:
    write_folder(tmp_path, staff(seed=7))
    loaded = load(tmp_path, locales=frozenset({"en", "he"}))
    assert loaded.errors == ()
    assert len(loaded.pools) == 3
    assert sum(len(pool.agents) for pool in loaded.pools.values()) >= 300


def test_every_shift_of_every_pool_speaks_every_language() -> None:
    people = staff(seed=7, scale=0.05)
    for pool in {it.pool for it in people}:
        for shift in SHIFTS:
            spoken = {
                tag for it in people if (it.pool, it.shift) == (pool, shift) for tag in it.languages
            }
            assert spoken == set(LANGUAGES), f"{pool} {shift.name}"


def test_the_routing_rules_lead_each_contact_to_the_queue_that_the_staff_is_made_for(
    tmp_path: Path,
) -> None:
    write_folder(tmp_path, staff(seed=7, scale=0.05))
    pools = load(tmp_path).pools
    for contact in plan_day(seed=1, scale=1 / 18).contacts:
        pool = pools[contact.pool]
        matching = (r.queue for r in pool.rules if contact.topic in r.when["topic"])
        assert next(matching, pool.default_queue) == queue_of(contact.pool, contact.topic)


def test_breaks_lie_inside_the_stint_and_do_not_overlap() -> None:
    for shift in SHIFTS:
        for number in range(60):
            for stint in stints(shift, number):
                edges = [
                    stint.starts_ms,
                    *(edge for pause in stint.breaks for edge in pause),
                    stint.ends_ms,
                ]
                assert edges == sorted(edges), f"{shift.name} {number}"
