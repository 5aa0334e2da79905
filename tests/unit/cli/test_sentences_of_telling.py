"""Every word that a fact about telling people can hold has its words in the sentence."""

from typing import Any, get_args

import pytest

from shared.contracts.event import Event
from shared.contracts.notification import DeliveryReported, NotificationHeld, NotificationOpened
from shared.contracts.rooms import GroupFlushed
from shared.contracts.troubles import TroubleReported
from switchyard.cli.sentences import sentence
from tests.unit.cli.test_sentences import example

CLOSED: list[tuple[type[Event], str]] = [
    (NotificationOpened, "because"),
    (NotificationHeld, "why"),
    (TroubleReported, "trouble_with"),
    (GroupFlushed, "because"),
    (DeliveryReported, "status"),
]


@pytest.mark.parametrize(("model", "field"), CLOSED, ids=lambda it: getattr(it, "__name__", it))
def test_every_word_of_a_closed_set_is_told_in_its_own_way(model: type[Event], field: str) -> None:
    words = get_args(model.model_fields[field].annotation)
    assert len(words) > 1
    told: dict[str, Any] = {
        word: sentence(model.model_validate(example(model, full=True) | {field: word}))
        for word in words
    }
    assert len(set(told.values())) == len(words)


def test_a_chain_is_told_as_the_personal_rules_and_not_as_a_method() -> None:
    model = TroubleReported
    told = sentence(model.model_validate(example(model, full=True) | {"method": "rules"}))
    assert "as the personal rules say" in told
