"""What `config apply` publishes: a pure function of what was loaded and what is applied."""

from pathlib import Path

import pytest

from shared.configuration import Loaded, document_hash, load
from shared.contracts.configuration import INSTALLATION, PEOPLE, hash_of, read_document
from shared.contracts.system import ConfigChanged
from shared.contracts.topics import CONFIG, PEOPLE_LOG, POOL_LOG, SYSTEM_LOG, partition_of
from switchyard.rollout.plan import Applied, Order, Publication, latest_of, left_behind, plan_apply
from tests.unit.configuration.sound import FILES, write

ORDER = Order(
    actor="operator:noor", reason="summer", now_ms=1_000, pool_partitions=12, people_partitions=3
)


def loaded(folder: Path, **changes: str) -> Loaded:
    return load(write(folder, **changes))


def applied(publications: list[Publication]) -> dict[str, Applied]:
    """The history that the publications leave behind."""
    return latest_of(
        Applied.model_validate_json(it.value)
        for it in publications
        if it.key is not None and it.key.startswith("applied/")
    )


def told(publications: list[Publication]) -> list[ConfigChanged]:
    return [
        ConfigChanged.model_validate_json(it.value)
        for it in publications
        if it.topic in (POOL_LOG, PEOPLE_LOG, SYSTEM_LOG)
    ]


def test_a_document_is_stored_under_the_hash_of_its_bytes(tmp_path: Path) -> None:
    now = loaded(tmp_path)
    stored = {
        it.key: it.value
        for it in plan_apply(now, {}, ORDER)
        if it.key is not None and it.key.startswith("document/")
    }
    assert {key: hash_of(value) for key, value in stored.items()} == {
        key: key.removeprefix("document/") for key in stored
    }
    assert [read_document(value) for value in stored.values()] == [
        now.people,
        now.pools["support"],
        now.outage,
    ]


def test_the_pool_is_told_in_its_partition_and_people_in_every_one(tmp_path: Path) -> None:
    plan = plan_apply(loaded(tmp_path), {}, ORDER)
    pool_log = [it for it in plan if it.topic == POOL_LOG]
    people_log = [it for it in plan if it.topic == PEOPLE_LOG]
    assert [(it.partition, it.key) for it in pool_log] == [(partition_of("support", 12), "support")]
    assert [(it.partition, it.key) for it in people_log] == [(0, None), (1, None), (2, None)]
    events = told(people_log)
    assert {event.pool for event in events} == {PEOPLE}
    assert [event.partition for event in events] == [0, 1, 2]
    assert len({event.event_id for event in events}) == 3


def test_outages_are_told_once_in_the_log_of_the_installation(tmp_path: Path) -> None:
    now = loaded(tmp_path)
    [record] = [it for it in plan_apply(now, {}, ORDER) if it.topic == SYSTEM_LOG]
    assert (record.partition, record.key) == (0, INSTALLATION)
    [event] = told([record])
    assert (event.pool, event.partition) == (INSTALLATION, None)
    assert event.hash == document_hash(now.outage)
    assert event.event_id == f"config:{INSTALLATION}:1:{event.hash}"


def test_a_new_backup_is_a_change_of_its_pool_and_of_outages(tmp_path: Path) -> None:
    before = applied(plan_apply(loaded(tmp_path / "a"), {}, ORDER))
    pool = FILES["pools/support/pool.yaml"].replace("backups: [voice]", "backups: []")
    after = loaded(tmp_path / "b", **{"pools/support/pool.yaml": pool})
    assert [event.pool for event in told(plan_apply(after, before, ORDER))] == [
        "support",
        INSTALLATION,
    ]


def test_who_and_why_stay_in_the_log_and_in_the_history(tmp_path: Path) -> None:
    plan = plan_apply(loaded(tmp_path), {}, ORDER)
    assert {(event.actor, event.reason, event.at_ms) for event in told(plan)} == {
        ("operator:noor", "summer", 1_000)
    }
    entry = applied(plan)["support"]
    assert (entry.actor, entry.reason, entry.at_ms) == ("operator:noor", "summer", 1_000)


def test_headers_let_readers_skip_without_decoding(tmp_path: Path) -> None:
    plan = plan_apply(loaded(tmp_path), {}, ORDER)
    headers = {tuple(it.headers) for it in plan if it.topic != CONFIG}
    assert headers == {(("kind", b"config_changed"), ("by", b"operator"), ("at", b"1000"))}


def test_a_document_comes_before_its_event_and_the_history_last(tmp_path: Path) -> None:
    # A crash in between leaves the history out, so that the next apply says it all again.
    kinds = [
        it.topic if it.topic != CONFIG else (it.key or "").partition("/")[0]
        for it in plan_apply(loaded(tmp_path), {}, ORDER)
    ]
    assert kinds == [
        "document", PEOPLE_LOG, PEOPLE_LOG, PEOPLE_LOG, "applied",
        "document", POOL_LOG, "applied",
        "document", SYSTEM_LOG, "applied",
    ]  # fmt: skip


def test_what_is_applied_already_is_not_published_again(tmp_path: Path) -> None:
    now = loaded(tmp_path)
    assert plan_apply(now, applied(plan_apply(now, {}, ORDER)), ORDER) == []


def test_only_the_changed_pool_is_published_with_the_next_version(tmp_path: Path) -> None:
    before = applied(plan_apply(loaded(tmp_path / "a"), {}, ORDER))
    pool = FILES["pools/support/pool.yaml"].replace("wrap_up: 15s", "wrap_up: 20s")
    after = loaded(tmp_path / "b", **{"pools/support/pool.yaml": pool})
    plan = plan_apply(after, before, ORDER)
    [event] = told(plan)
    assert (event.pool, event.version) == ("support", 2)
    assert event.hash == document_hash(after.pools["support"])
    assert [it.key for it in plan if it.topic == CONFIG] == [
        f"document/{event.hash}",
        "applied/support/2",
    ]


def test_said_again_after_a_crash_it_is_the_same_change(tmp_path: Path) -> None:
    first = told(plan_apply(loaded(tmp_path), {}, ORDER))
    again = told(plan_apply(loaded(tmp_path), {}, ORDER))
    assert [event.event_id for event in first] == [event.event_id for event in again]


def test_going_back_to_an_older_document_is_a_new_version(tmp_path: Path) -> None:
    pool = FILES["pools/support/pool.yaml"].replace("wrap_up: 15s", "wrap_up: 20s")
    one, two = loaded(tmp_path / "a"), loaded(tmp_path / "b", **{"pools/support/pool.yaml": pool})
    history = applied(plan_apply(one, {}, ORDER))
    history |= applied(plan_apply(two, history, ORDER))
    [event] = told(plan_apply(one, history, ORDER))
    assert event.version == 3
    assert event.hash == document_hash(one.pools["support"])


def test_a_configuration_with_errors_is_never_applied(tmp_path: Path) -> None:
    broken = loaded(tmp_path, **{"people.yaml": "people: [}"})
    with pytest.raises(ValueError, match="never applied"):
        plan_apply(broken, {}, ORDER)


def test_a_pool_that_left_the_folder_is_named(tmp_path: Path) -> None:
    entry = Applied(pool="old", version=1, hash="x", at_ms=0, actor="a", reason="")
    shared = {name: entry.model_copy(update={"pool": name}) for name in (PEOPLE, INSTALLATION)}
    assert left_behind(loaded(tmp_path), {"old": entry, **shared}) == ("old",)
