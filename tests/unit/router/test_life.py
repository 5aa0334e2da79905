"""From arrival to stub: refusals, repeats, parking, expiry, messages, close, abandon."""

from typing import Any

import pytest

from services.router.core import router_core
from shared.contracts.configuration import Queue
from shared.contracts.interactions import (
    AgentReplied,
    CloseRequested,
    CustomerAbandoned,
    CustomerMessaged,
    SkillNeed,
    TransferRequested,
)
from tests.support.router_shard import Shard, agent, document, find, kinds


@pytest.fixture
def shard() -> Shard:
    """Ana has interaction 1 assigned; interaction 2 waits."""
    shard = Shard(document(agent("ana"), skills=("snow",)))
    shard.presence("ana")
    shard.receive("1", channel="voice")
    shard.accept("1", 1, "ana")
    shard.receive("2")
    return shard


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"queue": "nowhere"}, "unknown_queue", "queue"),
        ({"priority": "huge"}, "unknown_priority", "priority"),
        ({"channel": "sms"}, "unknown_channel", "channel"),
        ({"skills": (SkillNeed(skill="juggling"),)}, "unknown_skill", "skills"),
    ],
)
def test_an_unknown_name_is_refused_with_field_and_remedy(
    shard: Shard, given: dict[str, Any], code: str, field: str
) -> None:
    (refusal,) = shard.receive("9", **given)
    assert (refusal.code, refusal.field, refusal.status) == (code, field, 422)  # type: ignore[attr-defined]
    assert "it has: " in refusal.message  # type: ignore[attr-defined]
    assert refusal.cause == shard.events[-1][1].event_id


def test_an_unknown_pool_agent_and_interaction_are_refused(shard: Shard) -> None:
    assert find(shard.receive("9", pool="atlantis"), "event_rejected").code == "unknown_pool"
    assert find(shard.presence("nobody"), "event_rejected").code == "unknown_agent"
    told = shard.say(CustomerMessaged, local="9")
    assert (find(told, "event_rejected").code, told[0].status) == ("unknown_interaction", 404)  # type: ignore[attr-defined]


def test_the_same_interaction_again_is_silent_and_another_body_is_refused(shard: Shard) -> None:
    assert shard.receive("1", channel="voice") == []
    assert find(shard.receive("1", body_hash="other"), "event_rejected").code == "duplicate_id"
    shard.say(CloseRequested, local="1", agent_id="ana")
    assert shard.receive("1") == []  # its stub still knows
    assert find(shard.receive("1", body_hash="other"), "event_rejected").code == "duplicate_id"


def test_a_repeated_command_is_followed_once(shard: Shard) -> None:
    for kind, given in (
        (CustomerMessaged, {}),
        (AgentReplied, {"agent_id": "ana"}),
        (TransferRequested, {"to_queue": "other"}),
    ):
        told = shard.say(kind, local="1", event_id=f"once {kind.__name__}", **given)
        assert told
        assert shard.say(kind, local="1", event_id=f"once {kind.__name__}", **given) == []
    shard.say(CloseRequested, local="1", event_id="the end")
    assert shard.say(CloseRequested, local="1", event_id="the end") == []
    assert shard.say(CustomerMessaged, local="1", event_id="once CustomerMessaged") == []


def test_a_repeated_presence_report_does_not_bring_an_agent_back(shard: Shard) -> None:
    shard.presence("ana", "ready", event_id="morning")
    shard.presence("ana", "offline")
    assert shard.presence("ana", "ready", event_id="morning") == []


def test_messages_are_numbered_and_only_the_assigned_agent_replies(shard: Shard) -> None:
    first = find(shard.say(CustomerMessaged, local="1"), "message_recorded")
    second = find(shard.say(AgentReplied, local="1", agent_id="ana"), "message_recorded")
    assert (first.direction, first.number) == ("in", 1)
    assert (second.direction, second.number, second.agent_id) == ("out", 2, "ana")
    for local, who in (("1", "bea"), ("2", "ana")):
        told = shard.say(AgentReplied, local=local, agent_id=who)
        assert find(told, "event_rejected").code == "not_assigned"


def test_what_nobody_configured_could_serve_is_parked_until_somebody_can() -> None:
    shard = Shard(document(agent("ana")))
    parked = find(shard.receive("1", language="lv"), "interaction_parked")
    assert "lv" in parked.detail
    shard.presence("ana")
    told = shard.configure(document(agent("ana", "en", "lv")))
    assert kinds(told) == ["config_taken", "interaction_requeued", "offer_made"]
    assert find(told, "interaction_requeued").reason == "unparked"
    assert find(told, "offer_made").why.trigger == "unparked"


def test_waiting_work_is_parked_when_its_last_possible_agent_is_removed(shard: Shard) -> None:
    told = shard.configure(document(agent("bea", "he")))
    assert kinds(told) == [
        "config_taken", "agent_changed", "interaction_requeued",
        "interaction_parked", "interaction_parked",
    ]  # fmt: skip
    assert find(told, "agent_changed").reason == "removed_from_config"


def test_an_agent_who_lost_a_language_loses_the_offer_that_needs_it() -> None:
    shard = Shard(document(agent("ana", "lv"), agent("bea", "lv")))
    shard.presence("ana")
    shard.receive("1", language="lv")
    told = shard.configure(document(agent("ana", "en"), agent("bea", "lv")))
    assert kinds(told) == ["config_taken", "offer_ended", "interaction_requeued"]
    assert find(told, "offer_ended").end == "revoked"


def test_the_same_or_an_older_configuration_changes_nothing(shard: Shard) -> None:
    config_changed = shard.events[0][1]
    shard.configure(document(agent("ana"), agent("bea")))
    assert shard.feed(config_changed) == []


def test_it_expires_when_its_time_in_the_queue_is_over() -> None:
    shard = Shard(document(agent("ana"), queues=(Queue(name="general", expires_after_s=60),)))
    shard.receive("waits")
    shard.receive("parked", language="lv")
    assert shard.wait(59.999) == []
    assert kinds(shard.wait(0.001)) == ["interaction_expired", "interaction_expired"]


def test_a_live_offer_is_not_cut_short_by_expiry_but_there_is_no_next_one() -> None:
    shard = Shard(document(agent("ana"), queues=(Queue(name="general", expires_after_s=60),)))
    shard.receive("1")
    shard.wait(50)
    shard.presence("ana")
    assert shard.wait(29) == []
    assert kinds(shard.wait(1)) == ["offer_ended", "interaction_expired"]


def test_abandoned_while_waiting_ends_it_and_after_an_accept_is_refused(shard: Shard) -> None:
    assert kinds(shard.say(CustomerAbandoned, local="2")) == ["interaction_abandoned"]
    told = shard.say(CustomerAbandoned, local="1")
    assert find(told, "event_rejected").code == "already_assigned"
    told = shard.say(CustomerMessaged, local="2")
    assert find(told, "event_rejected").code == "interaction_ended"


def test_close_says_whether_anybody_had_answered(shard: Shard) -> None:
    told = shard.say(CloseRequested, local="1", agent_id="bea")
    assert find(told, "event_rejected").code == "not_assigned"
    closed = find(shard.say(CloseRequested, local="1", agent_id="ana"), "interaction_closed")
    assert (closed.answered, closed.agent_id) == (True, "ana")
    told = shard.say(CloseRequested, local="2", outcome="spam")  # offered to ana by now
    assert kinds(told) == ["offer_ended", "interaction_closed"]
    assert find(told, "interaction_closed").answered is False


def test_stubs_are_dropped_together_after_the_horizon() -> None:
    shard = Shard(document(agent("ana"), dedupe_horizon_s=3600))
    for local in ("1", "2", "3"):
        shard.receive(local)
        shard.say(CloseRequested, local=local)
        shard.wait(1)
    assert {key for key in shard.stored if key.startswith("stub/")} == {
        f"stub/boston/boston:{local}" for local in ("1", "2", "3")
    }
    dropped = find(shard.wait(3660), "stubs_dropped")
    assert dropped.count == 3
    assert not [key for key in shard.stored if key.startswith(("stub/", "interaction/"))]
    assert router_core.deadline(shard.state) is None


def test_point_11_stubs_have_a_bound_and_the_oldest_go_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.router.core.pool.STUBS_KEPT", 20)
    shard = Shard(document(agent("ana")))
    for number in range(100):
        shard.receive(str(number))
        shard.say(CloseRequested, local=str(number))
        shard.wait(1)
        assert sum(key.startswith("stub/") for key in shard.stored) <= 20
    # The oldest tenth goes at a time; what ended last is still known.
    kept = {key for key in shard.stored if key.startswith("stub/")}
    assert kept == {f"stub/boston/boston:{number}" for number in range(100 - len(kept), 100)}
    assert len(kept) >= 18
    shard.restore()
    assert find(shard.receive("99", body_hash="another"), "event_rejected").code == "duplicate_id"


def test_point_11_stubs_of_one_millisecond_beyond_the_bound_go_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.router.core.pool.STUBS_KEPT", 20)
    shard = Shard(document(agent("ana")))
    for number in range(30):
        shard.receive(str(number))
        shard.say(CloseRequested, local=str(number))
    shard.wait(1)
    assert sum(key.startswith("stub/") for key in shard.stored) <= 20


def test_an_event_of_a_kind_without_a_rule_is_a_bug_and_crashes(shard: Shard) -> None:
    with pytest.raises(KeyError):
        shard.feed(shard.facts[-1])
