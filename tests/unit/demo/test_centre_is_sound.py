"""The demo's configuration is one that `switchyard check` passes."""

from pathlib import Path

from services.notifier.core.rooms.tree import routed
from shared.configuration.load import load
from switchyard.demo.centre import write_folder
from switchyard.demo.customers import body_of
from switchyard.demo.day import LANGUAGES, plan_day
from switchyard.demo.people import World
from switchyard.demo.shifts import SHIFTS, stints
from switchyard.demo.staff import staff
from switchyard.demo.topics import queue_of

WORLD = World("http://127.0.0.1:8090", "http://127.0.0.1:8090", phones=True)
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
    # and IT, managers and staff hear of it, each in their language, managers by their own rules
    assert all(outage.it and it.managers and it.staff for it in outage.pools.values())
    told = {*outage.it}.union(*(it.managers + it.staff for it in outage.pools.values()))
    locales = {person.id: person.locale for person in loaded.people.people}
    assert {locales[it.person] for it in told} == LOCALES
    methods: set[str] = {it.method for it in told}
    assert methods == {"email", "webhook", "rules"}


def test_where_no_webhook_may_go_nobody_is_told_by_one(tmp_path: Path) -> None:
    write_folder(tmp_path, staff(seed=7, scale=0.05), World("http://demo:8090", None))
    loaded = load(tmp_path, locales=LOCALES)
    assert loaded.errors == ()
    assert {it.method for it in loaded.outage.it} == {"email"}
    assert not any(person.webhook for person in loaded.people.people)


def test_a_manager_gets_a_mail_and_a_message_to_the_telephone_before_the_next_level(
    tmp_path: Path,
) -> None:
    write_folder(tmp_path, staff(seed=7, scale=0.05), WORLD)
    loaded = load(tmp_path, locales=LOCALES)
    people = {person.id: person for person in loaded.people.people}
    for pool in loaded.pools.values():
        (policy,) = pool.escalation_policies
        for level in policy.levels:
            assert level.method == "rules"
            for rules in (people[person].rules for person in level.people):
                assert rules is not None
                assert [hop.method for hop in rules.high] == ["email", "webhook"]
                assert rules.high[0].succeed_on == "acknowledged"
                assert rules.high[0].succeed_by_s < policy.levels[1].after_s


def test_the_rooms_hear_of_escalations_in_groups_and_one_sleeps_in_the_day(tmp_path: Path) -> None:
    # given the centre's configuration
    write_folder(tmp_path, staff(seed=7, scale=0.05), WORLD)
    people = load(tmp_path, locales=LOCALES).people
    labels = {"kind": "escalation", "pool": "boston-info", "queue": "snow"}
    # when an escalation is routed by its tree
    assert people.rooms is not None
    told = {it.receiver: it.group_by for it in routed(people.rooms, labels)}
    # then the board hears of its queue, and who leads the nights of its pool, once she is up
    assert told == {"floor": ("pool", "queue"), "nadia": ("pool",)}
    quiet = next(it.quiet for it in people.people if it.id == "nadia")
    assert quiet is not None
    assert (quiet.start_minute, quiet.end_minute) == (8 * 60, 16 * 60)
    # and an outage is told at the board alone
    outage = {"kind": "incident", "channel": "voice", "severity": "critical"}
    assert [it.receiver for it in routed(people.rooms, outage)] == ["floor"]
    # and somebody hears if telling does not work
    assert [it.person for it in people.operators] == ["ivo"]


def test_one_pool_confirms_mails_and_every_mail_leads_back_to_its_customer(tmp_path: Path) -> None:
    write_folder(tmp_path, staff(seed=7, scale=0.05), WORLD)
    pools = load(tmp_path).pools
    confirms = {name for name, pool in pools.items() if pool.customer_notices.receipt}
    assert confirms == {"boston-info"}
    assert pools["boston-info"].customer_notices.longer_wait
    mails = [it for it in plan_day(seed=1, scale=0.5).contacts if it.channel == "email"]
    addresses = {body_of(it)["personal"]["address"] for it in mails}
    assert len([it for it in mails if it.pool in confirms]) > 100
    assert all(address.endswith("@example.org") for address in addresses)


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
