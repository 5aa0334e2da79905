"""A diff says what changed by name, not by position."""

from pathlib import Path

from shared.configuration import Change, diff, load
from shared.contracts.configuration import PoolDocument
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
