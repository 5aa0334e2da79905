"""A diff says what changed by name, not by position."""

from pathlib import Path

from shared.configuration import Change, diff, load
from shared.contracts.configuration import PoolDocument
from tests.unit.configuration import centre
from tests.unit.configuration.sound import FILES, write

POOL, AGENTS = "pools/support/pool.yaml", "pools/support/agents.yaml"


def changed(folder: Path, file: str, old: str, new: str) -> tuple[Change, ...]:
    before = document(folder / "before")
    after = document(folder / "after", **{file: FILES[file].replace(old, new)})
    return diff(before, after)


def document(folder: Path, **changes: str) -> PoolDocument:
    return load(write(folder, **changes)).pools["support"]


def test_equal_documents_do_not_differ(tmp_path: Path) -> None:
    assert changed(tmp_path, POOL, "support", "support") == ()


def test_a_changed_value_is_told_with_its_path(tmp_path: Path) -> None:
    changes = changed(tmp_path, AGENTS, "{billing: 4}", "{billing: 5}")
    assert changes == (Change("agents.ana.skills.billing", "changed", 4, 5),)


def test_an_agent_more_or_less_leaves_the_others_alone(tmp_path: Path) -> None:
    less = FILES[AGENTS].splitlines(keepends=True)[1]
    [change] = changed(tmp_path, AGENTS, less, "")
    assert (change.path, change.what) == ("agents.ana", "removed")


def test_the_first_of_something_is_added(tmp_path: Path) -> None:
    empty = document(tmp_path / "before", **{AGENTS: "agents: []\n"})
    full = document(tmp_path / "after")
    assert [(it.path, it.what) for it in diff(empty, full)] == [
        ("agents.ana", "added"),
        ("agents.ben", "added"),
    ]


def test_the_order_of_priorities_matters(tmp_path: Path) -> None:
    old = "  - {name: normal}\n  - {name: urgent, head_start: 15min}\n"
    new = "  - {name: urgent, head_start: 15min}\n  - {name: normal}\n"
    [change] = changed(tmp_path, POOL, old, new)
    assert change == Change("priorities", "reordered", ["normal", "urgent"], ["urgent", "normal"])


def test_the_order_of_agents_does_not_hide_or_make_changes(tmp_path: Path) -> None:
    lines = FILES[AGENTS].splitlines(keepends=True)
    swapped = "".join([lines[0], *lines[2:], lines[1]])
    assert diff(document(tmp_path / "a"), document(tmp_path / "b", **{AGENTS: swapped})) == ()


def test_a_promise_is_found_by_its_place_in_the_policy(tmp_path: Path) -> None:
    changes = changed(tmp_path, "sla.yaml", "within: 4h", "within: 5h")
    assert changes == (Change("sla_policies.standard.targets.1.open_s", "changed", 14_400, 18_000),)


def test_without_a_document_before_everything_is_added(tmp_path: Path) -> None:
    changes = diff(None, document(tmp_path))
    assert {it.what for it in changes} == {"added"}
    assert "queues" in {it.path for it in changes}


def test_requirements_are_told_in_the_forms_in_which_people_write_them(tmp_path: Path) -> None:
    def of_centre(old: str, new: str) -> tuple[Change, ...]:
        before = load(centre.write(tmp_path)).pools["support"]
        pool = centre.CENTRE[centre.POOL].replace(old, new)
        after = load(centre.write(tmp_path, **{centre.POOL: pool})).pools["support"]
        return diff(before, after)

    money, general = "queues.money", "queues.general"
    assert of_centre("[4 for 30s, 2]", "[4 for 90s, 3]") == (
        Change(f"{money}.skills.billing", "changed", "4 for 30s, 2", "4 for 1min 30s, 3"),
    )
    assert of_centre("skills: [technical:2]\n", "skills: [technical:2, billing for 30s]\n") == (
        Change("queues.technical.skills.billing", "added", None, "1 for 30s"),
    )
    assert of_centre("4 for 45s", "[4 for 45s, 3]") == (
        Change(f"{general}.language_needs", "changed", "4 for 45s", "4 for 45s, 3"),
    )
    assert of_centre("{helpers: 2min}", "{helpers: 1min}") == (
        Change(f"{money}.rings.helpers", "changed", "2min", "1min"),
    )
    assert of_centre("    rings: {helpers: 2min}\n", "") == (
        Change(f"{money}.rings.helpers", "removed", "2min"),
    )
    assert of_centre("pace: 6 per 10min\n", "") == (Change("pace", "changed", "6 per 10min", None),)
    assert of_centre("below: 60%", "below: 62.5%") == (
        Change("unsure_language", "changed", "general below 60%", "general below 62.5%"),
    )
    assert of_centre("en: [refund, money back]", "en: [refund]") == (
        Change("topics.refund.keywords.en", "changed", ["refund", "money back"], ["refund"]),
    )


def test_two_needs_of_one_skill_do_not_hide_each_other(tmp_path: Path) -> None:
    before = centre.write(tmp_path / "a")
    pool = centre.CENTRE[centre.POOL].replace("[4 for 30s, 2]", "[5 for 30s, 2]")
    after = centre.write(tmp_path / "b", **{centre.POOL: pool})
    [change] = diff(load(before).pools["support"], load(after).pools["support"])
    assert (change.old, change.new) == ("4 for 30s, 2", "5 for 30s, 2")


def test_hours_are_told_as_hours(tmp_path: Path) -> None:
    changes = changed(tmp_path, "calendars.yaml", '"08:30-17:00"', '"09:00-17:00"')
    assert {(it.old, it.new) for it in changes} == {("08:30-17:00", "09:00-17:00")}
    assert changes[0].path == "calendars.office.week.mon"


def test_what_people_want_is_told_in_the_forms_in_which_they_write_it(tmp_path: Path) -> None:
    before = load(write(tmp_path / "a")).people
    more = """\
    phone: +31612345678
    rules: {high: [{method: sms, succeed_by: 2min}, email]}
    quiet: {mon: "22:00-07:00"}
limits: {sms: {ladder: 4 per 15min}}
rooms:
  receiver: noor
  routes: [{match: 'kind="incident", severity!=minor', receiver: dana}]
"""
    people = FILES["people.yaml"] + more
    after = load(write(tmp_path / "b", **{"people.yaml": people})).people
    told = {change.path: change.new for change in diff(before, after)}
    assert told["people.dana.quiet"] == "22:00-07:00 on mon"
    assert told["people.dana.rules"]["high"] == (
        "sms for 2min until accepted, email for 1min until accepted"
    )
    assert told["limits.sms.ladder"] == "4 per 15min"
    assert told["rooms"]["routes"][0]["match"] == 'kind="incident", severity!="minor"'
