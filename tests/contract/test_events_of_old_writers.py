"""What was once written to a log is read for ever, by every reader of that log."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.contracts.catalogue import KINDS, PEOPLE_EVENTS, POOL_EVENTS, SYSTEM_EVENTS, read
from shared.contracts.words import CHANNELS
from tests.contract.goldens import EVENTS, Golden, lost, never_said, newest

WHOLE = [it for it in EVENTS if not it.minimal]
MINIMAL = [it for it in EVENTS if it.minimal]
UNIONS: dict[str, TypeAdapter[Any]] = {
    "pool-log": POOL_EVENTS,
    "people-log": PEOPLE_EVENTS,
    "system-log": SYSTEM_EVENTS,
}


def kinds_of(union: TypeAdapter[Any]) -> set[str]:
    schema = union.json_schema()
    names = [way["$ref"].rsplit("/", 1)[1] for way in schema["oneOf"]]
    return {schema["$defs"][name]["properties"]["kind"]["const"] for name in names}


KINDS_OF = {name: kinds_of(union) for name, union in UNIONS.items()}


def reads(golden: Golden, content: bytes) -> list[Any]:
    """The content as every reader of its logs reads it."""
    through = [union for name, union in UNIONS.items() if golden.name in KINDS_OF[name]]
    return [read(golden.name, content), *(union.validate_json(content) for union in through)]


def refused(golden: Golden, told: dict[str, Any]) -> bool:
    try:
        read(golden.name, json.dumps(told).encode())
    except ValidationError:
        return True
    return False


def test_every_kind_has_a_whole_and_a_minimal_golden() -> None:
    assert {it.name for it in WHOLE} == set(KINDS)
    assert {it.name for it in MINIMAL} == set(KINDS)


def test_every_kind_is_in_a_log_and_every_log_has_known_kinds() -> None:
    assert set.union(*KINDS_OF.values()) == set(KINDS)


def test_the_kind_in_the_content_is_that_of_the_file() -> None:
    assert [it.told["kind"] for it in EVENTS] == [it.name for it in EVENTS]


@pytest.mark.parametrize("golden", EVENTS, ids=str)
def test_a_golden_loads_and_nothing_that_it_says_is_lost(golden: Golden) -> None:
    loaded = reads(golden, golden.content)
    assert len(loaded) > 1  # alone, and in each of its logs
    for event in loaded:
        assert type(event) is KINDS[golden.name]
        assert lost(golden.told, event.model_dump(mode="json")) == []
        assert event == loaded[0]


@pytest.mark.parametrize("golden", EVENTS, ids=str)
def test_what_is_written_again_says_the_same(golden: Golden) -> None:
    event = read(golden.name, golden.content)
    assert read(golden.name, event.model_dump_json().encode()) == event


def test_the_goldens_say_every_field_of_every_kind() -> None:
    assert never_said([read(it.name, it.content) for it in WHOLE]) == set()


@pytest.mark.parametrize("golden", newest(MINIMAL), ids=str)
def test_a_minimal_golden_says_only_what_must_be_said(golden: Golden) -> None:
    without = [
        name
        for name in golden.told.keys() - {"kind"}
        if refused(golden, {key: value for key, value in golden.told.items() if key != name})
    ]
    assert set(without) == golden.told.keys() - {"kind"}


@pytest.mark.parametrize("golden", EVENTS, ids=str)
def test_a_reader_ignores_what_it_does_not_know(golden: Golden) -> None:
    event = read(golden.name, golden.content)
    newer = {name: _with_more(value, name) for name, value in golden.told.items()}
    newer |= {"invented_later": {"by": ["a", "newer", "writer"]}}
    assert reads(golden, json.dumps(newer).encode()) == [event] * len(reads(golden, golden.content))


@pytest.mark.parametrize("golden", WHOLE, ids=str)
def test_another_version_loads_and_is_told(golden: Golden) -> None:
    newer = reads(golden, json.dumps(golden.told | {"v": 1_000}).encode())
    assert {event.v for event in newer} == {1_000}


@pytest.mark.parametrize("golden", WHOLE, ids=str)
def test_a_field_of_another_type_is_refused(golden: Golden) -> None:
    taken = [name for name in golden.told if not refused(golden, _doctored(golden, name))]
    assert taken == []


def test_an_unknown_kind_is_refused_by_name_and_by_log() -> None:
    content = b'{"kind":"never_declared","event_id":"x","pool":"p","at_ms":1,"by":"gateway"}'
    with pytest.raises(KeyError):
        read("never_declared", content)
    for union in UNIONS.values():
        with pytest.raises(ValidationError):
            union.validate_json(content)


def test_a_loss_is_found() -> None:
    assert lost({"a": {"b": 1}, "c": [1, {"d": 2}]}, {"a": {}, "c": [1, {"d": 3}]}) == [
        ".a.b",
        ".c[1].d",
    ]


def _doctored(golden: Golden, name: str) -> dict[str, Any]:
    wrong: Any = [] if isinstance(golden.told[name], dict) else {"of": "another type"}
    return golden.told | {name: wrong}


def _with_more(value: Any, name: str = "") -> Any:
    """Unknown fields inside nested records, too; a plain mapping keeps its keys."""
    if isinstance(value, dict):
        within = {name: _with_more(each, name) for name, each in value.items()}
        return within if _is_plain(value, name) else within | {"invented_later": 1}
    if isinstance(value, list):
        return [_with_more(each) for each in value]
    return value


def _is_plain(value: dict[str, Any], name: str) -> bool:
    """A mapping whose keys are data: attributes, counts by channel, levels by skill or language."""
    return (
        name in {"counts", "skills", "languages"}
        or all(isinstance(each, str) for each in value.values())
        or value.keys() <= set(CHANNELS)
    )
