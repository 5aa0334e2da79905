"""Which dead letters are appended anew, and how."""

import base64

import pytest

from shared.contracts.interactions import CustomerAbandoned
from shared.runner.dead_letter import DeadLetter
from switchyard.cli.dead_letters import chosen_of, id_of, plan_redrive

EVENT = CustomerAbandoned(
    event_id="e1", pool="p", at_ms=5, by="gateway", actor="system:x", interaction_id="p:1"
)


def letter(
    *,
    offset: int = 7,
    kind: str = "customer_abandoned",
    value: bytes = EVENT.model_dump_json().encode(),
    topic: str = "pool-log",
    service: str = "router",
) -> DeadLetter:
    return DeadLetter(
        service=service,
        reason="skipped",
        detail="KeyError",
        topic=topic,
        partition=3,
        offset=offset,
        kind=kind,
        by="gateway",
        key="p",
        value_base64=base64.b64encode(value).decode(),
        at_ms=9,
    )


def test_an_event_goes_back_to_its_place_as_it_was_but_at_a_new_time() -> None:
    [publication], refused = plan_redrive([letter()], now_ms=99)
    assert refused == []
    assert (publication.topic, publication.partition, publication.key) == ("pool-log", 3, "p")
    again = EVENT.model_copy(update={"at_ms": 99})
    assert publication.value == again.model_dump_json().encode()
    assert publication.headers == [
        ("kind", b"customer_abandoned"),
        ("by", b"gateway"),
        ("at", b"99"),
    ]


def test_what_two_services_put_aside_is_appended_once() -> None:
    publications, _ = plan_redrive([letter(), letter(service="escalation")], now_ms=99)
    assert len(publications) == 1


@pytest.mark.parametrize(
    ("dead", "reason"),
    [
        (letter(value=b"{"), "it can still not be read: value"),
        (letter(value=b"{}"), "it can still not be read: event_id"),
        (letter(kind="moon_landed"), "the kind `moon_landed` is not known"),
        (letter(topic="router-state"), "router-state is no log of events"),
        (letter(kind="tick"), "time that passed is not told again"),
    ],
)
def test_what_cannot_be_followed_is_left_with_the_reason(dead: DeadLetter, reason: str) -> None:
    publications, [refused] = plan_redrive([dead], now_ms=99)
    assert publications == []
    assert refused.reason == reason


def test_letters_are_chosen_by_where_they_stood() -> None:
    letters = [letter(offset=7), letter(offset=8)]
    assert id_of(letters[1]) == "pool-log/3/8"
    assert chosen_of(letters, ["pool-log/3/8"]) == [letters[1]]
    with pytest.raises(KeyError, match="pool-log/3/9"):
        chosen_of(letters, ["pool-log/3/9"])
