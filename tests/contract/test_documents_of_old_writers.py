"""A configuration document that was stored once is read for ever, under the same hash."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts.configuration import (
    OutageDocument,
    PoolDocument,
    canonical,
    hash_of,
    read_document,
)
from shared.contracts.people import PeopleDocument
from tests.contract.goldens import DOCUMENTS, Golden, lost, never_said

TYPES = {"pool": PoolDocument, "people": PeopleDocument, "outage": OutageDocument}


def doctored(golden: Golden, **changed: Any) -> bytes:
    return json.dumps(golden.told | changed).encode()


def test_every_document_has_a_whole_and_a_minimal_golden() -> None:
    found = {(it.name, it.minimal) for it in DOCUMENTS}
    assert found == {(name, minimal) for name in TYPES for minimal in (False, True)}


@pytest.mark.parametrize("golden", DOCUMENTS, ids=str)
def test_a_document_loads_and_nothing_that_it_says_is_lost(golden: Golden) -> None:
    document = read_document(golden.content)
    assert type(document) is TYPES[golden.name]
    assert lost(golden.told, document.model_dump(mode="json")) == []


@pytest.mark.parametrize("golden", DOCUMENTS, ids=str)
def test_a_document_stored_again_has_the_same_hash(golden: Golden) -> None:
    stored = canonical(read_document(golden.content))
    assert canonical(read_document(stored)) == stored
    assert len(hash_of(stored)) == 32


def test_the_goldens_say_every_setting_of_every_document() -> None:
    whole = [read_document(it.content) for it in DOCUMENTS if not it.minimal]
    assert never_said([*whole]) == set()


def test_a_hash_is_that_of_the_bytes_on_every_machine() -> None:
    content = b'{"schema_version":1,"people":[]}'
    assert hash_of(content) == "b74c7e7839d4d98cf620b856cd27f10f"
    assert hash_of(content + b" ") != hash_of(content)


@pytest.mark.parametrize("golden", DOCUMENTS, ids=str)
def test_a_document_is_strict_where_events_are_tolerant(golden: Golden) -> None:
    with pytest.raises(ValidationError):
        read_document(doctored(golden, invented_later=1))
    with pytest.raises(ValidationError):
        read_document(doctored(golden, schema_version=2))


@pytest.mark.parametrize("golden", DOCUMENTS, ids=str)
def test_a_setting_of_another_type_is_refused(golden: Golden) -> None:
    for name, value in golden.told.items():
        wrong: Any = [] if isinstance(value, dict) else {"of": "another type"}
        with pytest.raises(ValidationError):
            read_document(doctored(golden, **{name: wrong}))
