"""Customers who are called back: their place stays, and nothing they do not want ends it."""

from typing import Any

import pytest

from shared.contracts.configuration import Calendar, ChannelSettings, Queue, Span
from shared.contracts.event import Event
from shared.contracts.interactions import (
    CallbackRequested,
    ChangeRequested,
    CloseRequested,
    CustomerAbandoned,
    RequeueRequested,
    TransferRequested,
)
from tests.support.router_shard import Shard, agent, document, find, index, kinds


@pytest.fixture
def shard() -> Shard:
    """One agent, not there yet; a call waits."""
    shard = Shard(document(agent("ana")))
    shard.receive("1", channel="voice")
    return shard


def ask(shard: Shard, local: str = "1", in_s: float | None = None, **given: Any) -> list[Event]:
    at_ms = None if in_s is None else shard.now + int(in_s * 1000)
    return shard.say(CallbackRequested, local=local, not_before_ms=at_ms, **given)


def test_who_waits_for_a_call_keeps_his_place_and_the_offer_says_so(shard: Shard) -> None:
    told = ask(shard)
    assert kinds(told) == ["callback_promised"]
    assert told[0].cause == shard.events[-1][1].event_id
    shard.wait(10)
    shard.receive("2", channel="voice")
    offer = find(shard.presence("ana"), "offer_made")
    assert (offer.interaction_id, offer.callback, offer.waited_ms) == ("boston:1", True, 10_000)


def test_a_call_at_an_agreed_time_is_parked_until_then_and_has_its_age(shard: Shard) -> None:
    shard.presence("ana", "away")
    promised, parked = ask(shard, in_s=600)
    at_ms = shard.now + 600_000
    assert promised.not_before_ms == at_ms  # type: ignore[attr-defined]
    assert (parked.reason, parked.resumes_at_ms) == ("callback", at_ms)  # type: ignore[attr-defined]
    assert kinds(shard.presence("ana")) == ["agent_changed"]
    assert shard.wait(599.999) == []
    told = shard.wait(0.001)
    assert kinds(told) == ["interaction_requeued", "offer_made"]
    assert find(told, "offer_made").waited_ms == 600_000


def test_a_hang_up_after_the_promise_ends_nothing_and_is_answered(shard: Shard) -> None:
    ask(shard, in_s=600)
    told = shard.say(CustomerAbandoned, local="1", event_id="bye")
    promised = find(told, "callback_promised")
    assert (promised.cause, promised.not_before_ms) == ("bye", shard.now + 600_000)
    assert shard.say(CustomerAbandoned, local="1", event_id="bye") == []
    assert kinds(shard.wait(600)) == ["interaction_requeued"]


def test_a_hang_up_before_the_promise_is_an_end(shard: Shard) -> None:
    assert kinds(shard.say(CustomerAbandoned, local="1")) == ["interaction_abandoned"]
    assert find(ask(shard), "event_rejected").code == "interaction_ended"


def test_the_same_request_again_is_silent_and_another_time_holds_from_then_on(
    shard: Shard,
) -> None:
    ask(shard, in_s=600, event_id="once")
    assert ask(shard, in_s=600, event_id="once") == []
    assert kinds(ask(shard, in_s=60)) == ["callback_promised"]
    assert kinds(shard.wait(60)) == ["interaction_requeued"]
    assert kinds(ask(shard, in_s=60)) == ["callback_promised", "interaction_parked"]
    assert kinds(ask(shard)) == ["callback_promised", "interaction_requeued"]
    assert shard.wait(3600) == []


def test_a_promise_does_not_run_out(shard: Shard) -> None:
    shard = Shard(document(agent("ana"), queues=(Queue(name="general", expires_after_s=60),)))
    shard.receive("1")
    ask(shard, in_s=600)
    assert kinds(shard.wait(3600)) == ["interaction_requeued"]


@pytest.mark.parametrize("how", ["transfer", "change", "lost"])
def test_a_promise_does_not_run_out_in_another_queue_or_after_a_failed_call_either(
    how: str,
) -> None:
    queues = tuple(Queue(name=name, expires_after_s=60) for name in ("general", "other"))
    shard = Shard(document(agent("ana"), queues=queues))
    shard.receive("1")
    ask(shard)
    if how == "transfer":
        shard.say(TransferRequested, local="1", to_queue="other")
    elif how == "change":
        shard.say(ChangeRequested, local="1", queue="other")
    else:
        shard.presence("ana")
        shard.accept("1", 1, "ana")
        shard.presence("ana", "offline")
    assert "interaction_expired" not in kinds(shard.wait(3600))


def test_an_offer_that_is_open_stays_if_he_may_be_called_at_once(shard: Shard) -> None:
    shard.presence("ana")
    assert kinds(ask(shard)) == ["callback_promised"]
    assert kinds(shard.accept("1", 1, "ana")) == ["interaction_assigned"]


def test_an_offer_that_is_open_is_withdrawn_if_he_is_to_be_called_later(shard: Shard) -> None:
    shard.presence("ana")
    told = ask(shard, in_s=60)
    assert kinds(told) == ["offer_ended", "callback_promised", "interaction_parked"]
    assert find(told, "offer_ended").end == "withdrawn"
    assert find(shard.wait(60), "offer_made").attempt == 2


def test_who_is_with_an_agent_agrees_with_him(shard: Shard) -> None:
    shard.presence("ana")
    shard.accept("1", 1, "ana")
    refusal = find(ask(shard), "event_rejected")
    assert (refusal.code, refusal.status) == ("already_assigned", 409)


def test_a_time_that_is_years_away_is_a_mistake(shard: Shard) -> None:
    assert find(ask(shard, in_s=400 * 86_400), "event_rejected").field == "not_before_ms"


def test_an_unknown_interaction_is_refused(shard: Shard) -> None:
    assert find(ask(shard, "9"), "event_rejected").status == 404


def test_a_call_that_failed_is_a_callback_still(shard: Shard) -> None:
    ask(shard)
    shard.presence("ana")
    shard.accept("1", 1, "ana")
    shard.presence("ana", "offline")
    assert find(shard.presence("ana"), "offer_made").callback


def test_who_found_no_room_is_called_when_there_is_some() -> None:
    shard = Shard(document(agent("ana"), queues=(Queue(name="general", max_waiting=1),)))
    shard.receive("1")
    shard.receive("2")
    assert kinds(ask(shard, "2")) == ["callback_promised"]
    back = find(shard.say(CloseRequested, local="1"), "interaction_requeued")
    assert (back.interaction_id, back.reason) == ("boston:2", "unparked")
    assert find(shard.presence("ana"), "offer_made").callback


def test_who_found_no_room_is_parked_for_his_time_when_there_is_some_before_it() -> None:
    shard = Shard(document(agent("ana"), queues=(Queue(name="general", max_waiting=1),)))
    shard.receive("1")
    shard.receive("2")
    ask(shard, "2", in_s=600)
    shard.say(CloseRequested, local="1")
    assert shard.state.pools["boston"].interactions["boston:2"].parked_why == "callback"
    shard.receive("3")
    told = shard.wait(600)  # its time has come, and the queue is full again
    assert kinds(told) == ["interaction_parked"]
    assert find(told, "interaction_parked").reason == "queue_full"


@pytest.mark.parametrize(("in_h", "served_after_h"), [(None, 1), (0.5, 1), (3, 3)])
def test_who_came_to_a_closed_queue_is_called_when_it_opens_or_at_his_time(
    in_h: float | None, served_after_h: float
) -> None:
    hours = Calendar(
        name="office", timezone="UTC", week={"mon": (Span(opens_min=900, closes_min=1440),)}
    )
    queue = Queue(name="general", calendar="office", when_closed="park")
    monday_14h = 1_000_800_000
    shard = Shard(document(agent("ana"), queues=(queue,), calendars=(hours,)), now=monday_14h)
    shard.presence("ana")
    shard.receive("1", channel="voice")
    ask(shard, in_s=in_h and in_h * 3600)
    assert "offer_made" not in kinds(shard.wait(served_after_h * 3600 - 0.001))
    assert find(shard.wait(0.001), "offer_made").callback


def test_a_call_promised_while_the_channel_is_down_is_made_when_it_is_back(shard: Shard) -> None:
    shard.fail_over("voice", 1)
    assert kinds(ask(shard, in_s=60)) == ["callback_promised"]
    assert shard.wait(120) == []
    shard.presence("ana")
    offer = find(shard.restore_channel("voice", 2), "offer_made")
    assert offer.callback


def test_a_channel_that_is_down_when_the_time_comes_is_waited_for(shard: Shard) -> None:
    shard.presence("ana", "away")
    ask(shard, in_s=60)
    shard.fail_over("voice", 1)
    assert find(shard.wait(60), "interaction_parked").reason == "channel_down"
    shard.presence("ana")
    assert find(shard.restore_channel("voice", 2), "offer_made").callback


def test_a_time_that_came_while_the_channel_was_down_binds_nobody_any_more(shard: Shard) -> None:
    shard.fail_over("voice", 1)
    ask(shard, in_s=60)
    shard.wait(120)
    shard.restore_channel("voice", 2)
    assert shard.state.pools["boston"].interactions["boston:1"].resumes_at_ms is None
    told = shard.say(CustomerAbandoned, local="1")
    assert find(told, "callback_promised").not_before_ms is None


def test_a_channel_that_is_back_before_the_time_waits_for_the_time(shard: Shard) -> None:
    shard.fail_over("voice", 1)
    ask(shard, in_s=60)
    shard.presence("ana")
    assert "offer_made" not in kinds(shard.restore_channel("voice", 2))
    assert find(shard.wait(60), "offer_made").callback


def test_a_transfer_keeps_the_time_and_a_supervisor_may_put_it_forward() -> None:
    shard = Shard(document(agent("ana")))
    shard.presence("ana")
    shard.receive("1")
    ask(shard, in_s=600)
    told = shard.say(TransferRequested, local="1", to_queue="other")
    assert kinds(told) == ["interaction_requeued", "interaction_parked"]
    told = shard.say(RequeueRequested, local="1")
    assert find(told, "offer_made").queue == "other"


def test_a_transfer_to_another_pool_keeps_promise_and_time() -> None:
    shard = Shard(document(agent("ana")), document(agent("leo"), pool="riga"))
    shard.presence("leo", pool="riga")
    shard.receive("1")
    ask(shard, in_s=600)
    told = shard.deliver(shard.say(TransferRequested, local="1", to_pool="riga"))
    assert kinds(told) == ["interaction_queued", "interaction_parked"]
    offer = find(shard.wait(600), "offer_made")
    assert (offer.agent_id, offer.callback) == ("leo", True)


@pytest.mark.parametrize("after", range(4))
def test_a_shard_that_is_restored_in_the_middle_keeps_the_promise(after: int) -> None:
    def steps(shard: Shard) -> list[Any]:
        return [
            lambda: shard.receive("1", channel="voice"),
            lambda: ask(shard, in_s=600),
            lambda: shard.say(CustomerAbandoned, local="1"),
            lambda: shard.wait(1000),
            lambda: shard.presence("ana"),
        ]

    channels = {"voice": ChannelSettings()}
    one, two = (Shard(document(agent("ana"), channels=channels)) for _ in range(2))
    for number, (first, second) in enumerate(zip(steps(one), steps(two), strict=True)):
        assert first() == second()
        if number == after:
            two.restore()
            assert index(one.state) == index(two.state)
    assert one.facts == two.facts
