"""The demo's configuration is one that `switchyard check` passes."""

from pathlib import Path

from shared.configuration.load import load
from switchyard.demo.centre import write_folder
from switchyard.demo.day import LANGUAGES, plan_day
from switchyard.demo.people import World
from switchyard.demo.shifts import SHIFTS, stints
from switchyard.demo.staff import staff
from switchyard.demo.topics import queue_of

WORLD = World("http://127.0.0.1:8090", "http://127.0.0.1:8090")
LOCALES = frozenset({"en", "he", "pt", "ro"})


def test_the_folder_loads_without_error_and_holds_three_pools_and_300_agents(
    tmp_path: Path,
) -> None:
    write_folder(tmp_path, staff(seed=7), WORLD)
    loaded = load(tmp_path, locales=LOCALES)
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
    write_folder(tmp_path, staff(seed=7, scale=0.05), WORLD)
    pools = load(tmp_path).pools
    for contact in plan_day(seed=1, scale=1 / 18).contacts:
        pool = pools[contact.pool]
        matching = (r.queue for r in pool.rules if contact.topic in r.when["topic"])
        assert next(matching, pool.default_queue) == queue_of(contact.pool, contact.topic)


def test_an_outage_of_the_telephone_is_told_to_all_three_audiences_in_four_languages(
    tmp_path: Path,
) -> None:
    # given the centre's configuration
    write_folder(tmp_path, staff(seed=7, scale=0.05), WORLD)
    loaded = load(tmp_path, locales=LOCALES)
    # then the telephone is watched, and calls have a backup in every pool
    outage = loaded.outage
    assert [probe.target for probe in outage.channels["voice"].probes] == [
        f"{WORLD.url}/telephone/health"
    ]
    assert {pool.backups["voice"] for pool in outage.pools.values()} == {("sms",)}
    # and IT, managers and staff hear of it, each in their language, one by webhook
    assert all(outage.it and it.managers and it.staff for it in outage.pools.values())
    told = {*outage.it}.union(*(it.managers + it.staff for it in outage.pools.values()))
    locales = {person.id: person.locale for person in loaded.people.people}
    assert {locales[it.person] for it in told} == LOCALES
    methods: set[str] = {it.method for it in told}
    assert methods == {"email", "webhook"}


def test_where_no_webhook_may_go_nobody_is_told_by_one(tmp_path: Path) -> None:
    write_folder(tmp_path, staff(seed=7, scale=0.05), World("http://demo:8090", None))
    loaded = load(tmp_path, locales=LOCALES)
    assert loaded.errors == ()
    assert {it.method for it in loaded.outage.it} == {"email"}


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
