"""A channel is down: what waits goes to a backup or is parked, and comes back with its age."""

from typing import Any

import pytest

from services.router.core import router_core
from shared.contracts.configuration import (
    INSTALLATION,
    ChannelSettings,
    LanguageLevel,
    PoolDocument,
    Queue,
)
from shared.contracts.configuration import Agent as ConfiguredAgent
from shared.contracts.event import Event
from shared.contracts.interactions import CloseRequested, CustomerAbandoned, TransferRequested
from shared.contracts.topics import POOL_LOG, SYSTEM_LOG
from shared.contracts.words import Channel
from tests.support.router_shard import T0, Shard, agent, document, find, kinds

REACHABLE: tuple[Channel, ...] = ("chat", "email")
BACKUPS: tuple[Channel, ...] = ("chat", "email")


def channels(backups: tuple[Channel, ...] = BACKUPS) -> dict[Channel, ChannelSettings]:
    return {
        "voice": ChannelSettings(backups=backups),
        "chat": ChannelSettings(units=40),
        "email": ChannelSettings(units=10),
    }


def outage_document(*agents: ConfiguredAgent, **settings: Any) -> PoolDocument:
    return document(*agents, **({"channels": channels()} | settings))


@pytest.fixture
def shard() -> Shard:
    """Ana, who does everything, is away: nothing is offered until she comes."""
    return Shard(outage_document(agent("ana")))


def call(shard: Shard, local: str, **given: Any) -> list[Event]:
    return shard.receive(local, **({"channel": "voice", "reachable_by": REACHABLE} | given))


def stored(shard: Shard, local: str) -> Any:
    return shard.state.pools["boston"].interactions[f"boston:{local}"]


# To the backup


def test_what_waits_moves_to_the_backup_and_keeps_age_place_needs_and_language(
    shard: Shard,
) -> None:
    call(shard, "1", language="pt", other_languages=("en",), priority="high")
    shard.wait(30)
    told = shard.fail_over("voice", 1)
    assert kinds(told) == ["outage_noted", "interaction_moved"]
    moved = find(told, "interaction_moved")
    assert (moved.from_channel, moved.to_channel, moved.home_channel) == ("voice", "chat", "voice")
    assert (moved.direction, moved.was_parked, moved.incident_id) == ("to_backup", False, "voice-1")
    assert (moved.waiting_since_ms, moved.order_ms) == (T0, T0 - 60_000)
    it = stored(shard, "1")
    assert (it.waiting_since_ms, it.order_ms, it.priority) == (T0, T0 - 60_000, "high")
    assert (it.language, it.other_languages) == ("pt", ("en",))
    made = find(shard.presence("ana"), "offer_made")
    assert (made.channel, made.waited_ms) == ("chat", 30_000)


def test_what_comes_later_is_queued_and_moved_in_one_go(shard: Shard) -> None:
    shard.fail_over("voice", 1)
    shard.presence("ana")
    told = call(shard, "1")
    assert kinds(told) == ["interaction_queued", "interaction_moved", "offer_made"]
    assert find(told, "interaction_queued").channel == "voice"
    assert find(told, "offer_made").channel == "chat"


def test_the_other_channels_of_the_pool_notice_nothing(shard: Shard) -> None:
    shard.receive("1", channel="chat", reachable_by=("voice",))
    assert kinds(shard.fail_over("voice", 1)) == ["outage_noted"]
    assert kinds(shard.receive("2", channel="email")) == ["interaction_queued"]


def test_it_does_not_go_where_the_customer_cannot_be_reached(shard: Shard) -> None:
    call(shard, "1", reachable_by=("email",))
    assert find(shard.fail_over("voice", 1), "interaction_moved").to_channel == "email"


def test_it_does_not_go_by_a_backup_that_is_itself_down(shard: Shard) -> None:
    shard.fail_over("chat", 1)
    call(shard, "1")
    assert find(shard.fail_over("voice", 1), "interaction_moved").to_channel == "email"


def test_it_does_not_go_where_no_configured_agent_could_serve_it() -> None:
    # given: Bea only speaks on the phone, and writes chats badly; Cy writes e-mail
    level = {"en": LanguageLevel(spoken=5, written=1)}
    shard = Shard(
        outage_document(
            ConfiguredAgent(id="bea", languages=level),
            agent("cy", channels={"email": 1}),
            channels=channels() | {"chat": ChannelSettings(min_language_level=3)},
        )
    )
    call(shard, "1")
    # then: the level counts in the mode of the new channel
    assert find(shard.fail_over("voice", 1), "interaction_moved").to_channel == "email"


def test_a_backup_that_fails_too_hands_on_to_the_next_and_the_incident_stays_the_first(
    shard: Shard,
) -> None:
    call(shard, "1")
    shard.fail_over("voice", 1)
    moved = find(shard.fail_over("chat", 1), "interaction_moved")
    assert (moved.from_channel, moved.to_channel) == ("chat", "email")
    assert (moved.home_channel, moved.incident_id, moved.number) == ("voice", "voice-1", 2)
    assert moved.moves.moved == 2


# Offers and assignments


def test_an_offer_by_the_failed_channel_is_withdrawn_and_its_interaction_moves(
    shard: Shard,
) -> None:
    shard.presence("ana")
    call(shard, "1")
    told = shard.fail_over("voice", 1)
    assert kinds(told) == ["outage_noted", "offer_ended", "interaction_moved", "offer_made"]
    assert (told[1].end, told[1].aside_until_ms) == ("withdrawn", None)  # type: ignore[attr-defined]
    assert find(told, "offer_made").offer_id == "boston:1:2"
    late = shard.accept("1", 1, "ana")  # the answer to the old offer counts no more
    assert find(late, "event_rejected").code == "offer_not_open"
    assert find(shard.accept("1", 2, "ana"), "interaction_assigned").channel == "chat"


def test_a_withdrawn_offer_whose_time_in_the_queue_had_run_out_expires() -> None:
    queues = (Queue(name="general", expires_after_s=60),)
    shard = Shard(outage_document(agent("ana"), queues=queues))
    call(shard, "1")
    shard.wait(50)
    shard.presence("ana")
    shard.wait(20)
    told = shard.fail_over("voice", 1)
    assert kinds(told) == ["outage_noted", "offer_ended", "interaction_expired"]


def test_an_assigned_one_stays_with_its_agent_through_failover_and_return(shard: Shard) -> None:
    shard.presence("ana")
    call(shard, "1")
    shard.accept("1", 1, "ana")
    assert kinds(shard.fail_over("voice", 1)) == ["outage_noted"]
    assert kinds(shard.restore_channel("voice", 2)) == ["outage_noted"]
    assert stored(shard, "1").status == "assigned"


def test_who_stands_before_it_gets_the_agent_whom_the_outage_freed() -> None:
    both = {"voice": ChannelSettings(backups=("chat",)), "chat": ChannelSettings()}
    shard = Shard(outage_document(agent("ana"), channels=both))
    shard.presence("ana")
    call(shard, "call")  # offered to Ana
    shard.wait(1)
    shard.receive("urgent", channel="chat", priority="high")
    told = shard.fail_over("voice", 1)
    assert find(told, "offer_made").interaction_id == "boston:urgent"
    assert stored(shard, "call").status == "waiting"


# Parked


def test_without_a_backup_it_is_parked_and_says_what_each_one_lacks() -> None:
    shard = Shard(outage_document(agent("ana", channels={"voice": 1, "chat": 1})))
    shard.fail_over("chat", 1)
    call(shard, "1")
    told = shard.fail_over("voice", 1)
    parked = find(told, "interaction_parked")
    assert (parked.reason, parked.incident_id) == ("channel_down", "voice-1")
    assert "chat is down, email has no agent who could serve" in parked.detail
    assert parked.moves.parked == 1
    other = find(call(shard, "2", reachable_by=()), "interaction_parked")
    assert "email does not reach the customer" in other.detail


def test_a_channel_without_backups_parks_what_comes_until_it_is_back(shard: Shard) -> None:
    shard.configure(outage_document(agent("ana"), channels=channels(())))
    shard.presence("ana")
    shard.fail_over("voice", 1)
    assert kinds(call(shard, "1")) == ["interaction_queued", "interaction_parked"]
    shard.wait(20)
    told = shard.restore_channel("voice", 2)
    assert kinds(told) == ["outage_noted", "interaction_moved", "offer_made"]
    moved = find(told, "interaction_moved")
    assert (moved.direction, moved.was_parked) == ("back", True)
    assert (moved.from_channel, moved.to_channel) == ("voice", "voice")
    assert find(told, "offer_made").waited_ms == 20_000


def test_parked_by_an_outage_it_can_expire_be_abandoned_closed_and_transferred() -> None:
    galway = outage_document(agent("gil"), pool="galway")
    queues = (Queue(name="general", expires_after_s=60), Queue(name="other"))
    boston = outage_document(agent("ana"), channels=channels(()), queues=queues)
    shard = Shard(boston, galway)
    shard.fail_over("voice", 1)
    for local in ("expires", "abandoned", "closed", "queue", "pool"):
        call(shard, local)
    assert kinds(shard.say(CustomerAbandoned, local="abandoned")) == ["interaction_abandoned"]
    assert kinds(shard.say(CloseRequested, local="closed")) == ["interaction_closed"]
    told = shard.say(TransferRequested, local="queue", to_queue="other")
    assert kinds(told) == ["interaction_requeued", "interaction_parked"]
    assert find(told, "interaction_parked").reason == "channel_down"
    told = shard.say(TransferRequested, local="pool", to_pool="galway")
    assert kinds(shard.deliver(told)) == ["interaction_queued"]
    assert kinds(shard.wait(60)) == ["interaction_expired"]
    told = shard.restore_channel("voice", 2)
    assert find(told, "interaction_moved").interaction_id == "boston:queue"


def test_what_nobody_could_serve_goes_to_a_backup_where_somebody_can() -> None:
    shard = Shard(
        outage_document(ConfiguredAgent(id="ana", languages={"lv": LanguageLevel(spoken=0)}))
    )
    assert find(call(shard, "1", language="lv"), "interaction_parked").incident_id is None
    moved = find(shard.fail_over("voice", 1), "interaction_moved")
    assert (moved.to_channel, moved.was_parked) == ("chat", True)
    told = shard.restore_channel("voice", 2)
    assert kinds(told) == ["outage_noted", "interaction_moved", "interaction_parked"]
    assert find(told, "interaction_parked").reason == "no_agent_can_serve"


# Back


def test_what_waits_by_a_backup_or_is_parked_returns_in_its_order(shard: Shard) -> None:
    shard.fail_over("voice", 1)
    call(shard, "moved")
    shard.wait(1)
    call(shard, "parked", reachable_by=())
    shard.wait(1)
    call(shard, "high", priority="high")
    told = shard.restore_channel("voice", 2)
    back = [it for it in told if kinds([it]) == ["interaction_moved"]]
    assert [it.interaction_id for it in back] == ["boston:high", "boston:moved", "boston:parked"]  # type: ignore[attr-defined]
    assert [it.was_parked for it in back] == [False, False, True]  # type: ignore[attr-defined]
    assert {it.to_channel for it in back} == {"voice"}  # type: ignore[attr-defined]
    assert [it.moves.returned for it in back] == [1, 2, 3]  # type: ignore[attr-defined]


def test_what_is_offered_by_the_backup_stays_until_the_offer_ends_and_returns_then(
    shard: Shard,
) -> None:
    shard.fail_over("voice", 1)
    shard.presence("ana")
    call(shard, "1")
    assert kinds(shard.restore_channel("voice", 2)) == ["outage_noted"]
    told = shard.decline("1", 1, "ana")
    assert kinds(told) == ["offer_ended", "interaction_requeued", "interaction_moved"]
    moved = find(told, "interaction_moved")
    assert (moved.direction, moved.incident_id, moved.moves.returned) == ("back", "voice-1", 1)


def test_an_agent_who_takes_it_by_the_backup_keeps_it_and_one_who_is_lost_sends_it_home(
    shard: Shard,
) -> None:
    shard.fail_over("voice", 1)
    shard.presence("ana")
    call(shard, "1")
    shard.accept("1", 1, "ana")
    assert kinds(shard.restore_channel("voice", 2)) == ["outage_noted"]
    told = shard.presence("ana", "offline") + shard.wait(0)
    assert kinds(told) == ["agent_changed", "interaction_requeued", "interaction_moved"]
    assert find(told, "interaction_moved").to_channel == "voice"


def test_an_agent_lost_during_the_outage_sends_it_to_the_backup(shard: Shard) -> None:
    shard.presence("ana")
    call(shard, "1")
    shard.accept("1", 1, "ana")
    shard.fail_over("voice", 1)
    told = shard.presence("ana", "offline") + shard.wait(0)
    assert kinds(told) == ["agent_changed", "interaction_requeued", "interaction_moved"]
    assert find(told, "interaction_moved").to_channel == "chat"


def test_a_returning_backup_takes_what_was_parked_or_waits_by_a_worse_one(shard: Shard) -> None:
    shard.fail_over("voice", 1)
    shard.fail_over("chat", 1)
    call(shard, "by e-mail")
    call(shard, "parked", reachable_by=("chat",))
    told = shard.restore_channel("chat", 2)
    assert [it.to_channel for it in told[1:]] == ["chat", "chat"]  # type: ignore[attr-defined]
    assert [it.direction for it in told[1:]] == ["to_backup", "to_backup"]  # type: ignore[attr-defined]


# Epochs, repeats, counts


@pytest.mark.parametrize("epoch", [1, 2, 3])
def test_an_epoch_that_was_heard_or_is_older_changes_nothing(shard: Shard, epoch: int) -> None:
    call(shard, "1")
    shard.fail_over("voice", 1)
    shard.restore_channel("voice", 2)
    shard.fail_over("voice", 3)
    assert shard.fail_over("voice", epoch) == []
    assert shard.restore_channel("voice", epoch) == []
    assert stored(shard, "1").channel == "chat"


def test_a_failover_that_comes_after_its_return_changes_nothing(shard: Shard) -> None:
    assert kinds(shard.restore_channel("voice", 2)) == ["outage_noted"]
    assert shard.fail_over("voice", 1) == []
    assert kinds(call(shard, "1")) == ["interaction_queued"]


def test_a_newer_failover_without_the_return_between_goes_on_under_its_own_incident(
    shard: Shard,
) -> None:
    call(shard, "old")
    shard.wait(1)
    shard.fail_over("voice", 1)
    assert kinds(shard.fail_over("voice", 3)) == ["outage_noted"]
    assert find(call(shard, "new"), "interaction_moved").incident_id == "voice-2"
    back = shard.restore_channel("voice", 4)[1:]
    assert [it.incident_id for it in back] == ["voice-1", "voice-2"]  # type: ignore[attr-defined]


def test_every_fact_carries_how_often_its_incident_moved_parked_and_returned(
    shard: Shard,
) -> None:
    call(shard, "1")
    call(shard, "2", reachable_by=())
    told = shard.fail_over("voice", 1) + call(shard, "3") + shard.restore_channel("voice", 2)
    counts = [it.moves for it in told if hasattr(it, "moves")]
    assert [(it.moved, it.parked, it.returned) for it in counts] == [
        (1, 0, 0), (1, 1, 0), (2, 1, 0), (2, 1, 1), (2, 1, 2), (2, 1, 3),
    ]  # fmt: skip
    shard.fail_over("voice", 3)  # another incident begins at nothing
    assert (shard.facts[-1].moves.moved, shard.facts[-1].moves.parked) == (2, 1)  # type: ignore[attr-defined]


def test_the_counts_of_the_last_sixteen_incidents_are_kept_and_of_all_that_go_on() -> None:
    shard = Shard(outage_document(agent("ana")))
    shard.fail_over("email", 1)
    shard.receive("mail", channel="email")
    for epoch in range(1, 60, 2):
        shard.fail_over("voice", epoch)
        call(shard, str(epoch), reachable_by=())
        shard.restore_channel("voice", epoch + 1)
    kept = list(shard.state.pools["boston"].entity.moves)
    assert kept == ["email-1", *(f"voice-{number}" for number in range(16, 31))]
    shard.restore()
    assert list(shard.state.pools["boston"].entity.moves) == kept


def flap(shard: Shard, incidents: range) -> None:
    """Incidents of voice, each of which counts one that waits by the backup and returns."""
    for number in incidents:
        shard.fail_over("voice", 2 * number - 1)
        call(shard, f"of {number}")
        shard.restore_channel("voice", 2 * number)


def test_totals_of_an_incident_go_on_after_many_others_while_one_is_still_to_return(
    shard: Shard,
) -> None:
    # given: Ana has a call by chat, and the outage that brought it there is long over
    shard.configure(outage_document(agent("ana", capacity_units=40)))
    shard.fail_over("voice", 1)
    shard.presence("ana")
    call(shard, "1")
    shard.accept("1", 1, "ana")
    shard.restore_channel("voice", 2)
    flap(shard, range(2, 20))
    shard.restore()
    flap(shard, range(20, 40))
    # when
    told = shard.presence("ana", "offline") + shard.wait(0)
    # then
    back = find(told, "interaction_moved")
    assert (back.incident_id, back.moves.moved, back.moves.returned) == ("voice-1", 1, 1)


@pytest.mark.parametrize("end", ["closed", "returned", "transferred"])
def test_totals_are_forgotten_when_nobody_is_to_return_any_more(shard: Shard, end: str) -> None:
    shard.configure(outage_document(agent("ana", capacity_units=40)))
    shard.configure(outage_document(agent("gil"), pool="galway"))
    shard.fail_over("voice", 1)
    shard.presence("ana")
    call(shard, "1")
    shard.accept("1", 1, "ana")
    shard.restore_channel("voice", 2)
    flap(shard, range(2, 20))
    moves = shard.state.pools["boston"].entity.moves
    assert len(moves) == 16
    assert "voice-1" in moves
    if end == "closed":
        shard.say(CloseRequested, local="1", outcome="solved", agent_id="ana")
    elif end == "returned":
        shard.presence("ana", "offline")
        shard.wait(0)
    else:
        shard.say(TransferRequested, local="1", to_pool="galway")
    flap(shard, range(20, 22))
    assert list(moves) == [f"voice-{number}" for number in range(6, 22)]


def test_totals_have_a_bound_again_after_many_that_were_to_return(shard: Shard) -> None:
    # given: somebody who cannot leave each of twenty outages, for his agent keeps him
    shard.configure(outage_document(agent("ana", capacity_units=2_000)))
    shard.presence("ana")
    for number in range(1, 21):
        shard.fail_over("voice", 2 * number - 1)
        call(shard, str(number))
        shard.accept(str(number), 1, "ana")
        shard.restore_channel("voice", 2 * number)
    moves = shard.state.pools["boston"].entity.moves
    assert len(moves) == 20
    # when
    for number in range(1, 21):
        shard.say(CloseRequested, local=str(number), outcome="solved", agent_id="ana")
    flap(shard, range(21, 22))
    # then
    assert list(moves) == [f"voice-{number}" for number in range(6, 22)]


def test_moved_and_parked_by_an_outage_are_told_to_the_outage_service_too(shard: Shard) -> None:
    call(shard, "1")
    call(shard, "2", reachable_by=())
    noted, moved, parked = shard.fail_over("voice", 1)
    both = ((POOL_LOG, "boston"), (SYSTEM_LOG, INSTALLATION))
    assert router_core.destinations(moved) == both
    assert router_core.destinations(parked) == both
    assert router_core.destinations(noted) == ((POOL_LOG, "boston"),)
    plain = find(call(shard, "3", language="lv", channel="chat"), "interaction_parked")
    assert router_core.destinations(plain) == ((POOL_LOG, "boston"),)


def test_ids_of_moves_are_never_used_twice_also_after_a_transfer_and_back(shard: Shard) -> None:
    shard.configure(outage_document(agent("gil"), pool="galway"))
    call(shard, "1")
    for epoch in (1, 3):
        shard.fail_over("voice", epoch)
        shard.restore_channel("voice", epoch + 1)
    there = shard.say(TransferRequested, local="1", to_pool="galway")
    shard.deliver(there)
    shard.fail_over("voice", 1, pool="galway")
    shard.deliver(shard.say(TransferRequested, local="1", pool="galway", to_pool="boston"))
    shard.fail_over("voice", 5)
    ids = [it.event_id for it in shard.facts]
    assert len(ids) == len(set(ids))


# Transfers, configuration, restore


def test_a_transfer_to_another_queue_of_the_pool_stays_on_the_backup(shard: Shard) -> None:
    call(shard, "1")
    shard.fail_over("voice", 1)
    told = shard.say(TransferRequested, local="1", to_queue="other")
    assert kinds(told) == ["interaction_requeued"]
    assert find(shard.restore_channel("voice", 2), "interaction_moved").queue == "other"


def test_another_pool_gets_the_home_channel_and_looks_at_its_own_outages(shard: Shard) -> None:
    shard.configure(outage_document(agent("gil"), pool="galway"))
    call(shard, "1")
    shard.fail_over("voice", 1)
    told = shard.say(TransferRequested, local="1", to_pool="galway")
    arrived = find(told, "transferred_in")
    assert (arrived.channel, arrived.reachable_by) == ("voice", REACHABLE)
    assert find(shard.deliver(told), "interaction_queued").channel == "voice"
    shard.fail_over("voice", 1, pool="galway")
    moved = find(shard.facts[-1:], "interaction_moved")
    assert (moved.pool, moved.to_channel, moved.waiting_since_ms) == ("galway", "chat", T0)


def test_an_outage_told_to_one_pool_concerns_no_other(shard: Shard) -> None:
    shard.configure(outage_document(agent("gil"), pool="galway"))
    shard.receive("1", pool="galway", channel="voice", reachable_by=REACHABLE)
    assert kinds(shard.fail_over("voice", 1)) == ["outage_noted"]


def test_a_backup_that_is_configured_later_takes_what_was_parked() -> None:
    shard = Shard(outage_document(agent("ana"), channels=channels(())))
    call(shard, "1")
    shard.fail_over("voice", 1)
    shard.presence("ana")
    told = shard.configure(outage_document(agent("ana")))
    assert kinds(told) == ["config_taken", "interaction_moved", "offer_made"]
    assert find(told, "interaction_moved").was_parked is True


def test_a_backup_that_is_taken_away_hands_on_or_parks(shard: Shard) -> None:
    call(shard, "1")
    call(shard, "2", reachable_by=("chat",))
    shard.fail_over("voice", 1)
    told = shard.configure(outage_document(agent("ana"), channels=channels(("email",))))
    assert kinds(told) == ["config_taken", "interaction_moved", "interaction_parked"]
    assert find(told, "interaction_moved").to_channel == "email"


def test_an_agent_added_during_an_outage_brings_back_what_nobody_could_serve(
    shard: Shard,
) -> None:
    shard.fail_over("voice", 1)
    shard.receive("chat", channel="chat", language="lv")
    call(shard, "call", language="lv", reachable_by=())
    told = shard.configure(outage_document(agent("ana"), agent("lia", "lv")))
    assert kinds(told) == ["config_taken", "interaction_requeued"]
    assert find(told, "interaction_requeued").reason == "unparked"
    assert find(shard.restore_channel("voice", 2), "interaction_moved").was_parked is True


def test_an_interaction_that_no_outage_touched_is_stored_as_before(shard: Shard) -> None:
    call(shard, "1", reachable_by=())
    plain = shard.stored["interaction/boston/boston:1"]
    assert b"detour" not in plain
    assert b"reachable_by" not in plain
    shard.receive("2", channel="voice", reachable_by=REACHABLE)
    shard.fail_over("voice", 1)
    assert b'"detour":{"home":"voice"' in shard.stored["interaction/boston/boston:2"]
    shard.restore_channel("voice", 2)
    assert b"detour" not in shard.stored["interaction/boston/boston:2"]


def test_outage_counts_and_whereabouts_survive_a_restore(shard: Shard) -> None:
    call(shard, "1")
    call(shard, "2", reachable_by=())
    shard.fail_over("voice", 1)
    shard.restore()
    assert shard.fail_over("voice", 1) == []
    back = shard.restore_channel("voice", 2)[1:]
    assert [(it.interaction_id, it.was_parked) for it in back] == [  # type: ignore[attr-defined]
        ("boston:1", False),
        ("boston:2", True),
    ]
    assert back[-1].moves.returned == 2  # type: ignore[attr-defined]


def test_what_was_offered_before_a_restore_and_parked_after_it_expires_in_time() -> None:
    queues = (Queue(name="general", expires_after_s=60),)
    shard = Shard(outage_document(agent("ana"), queues=queues))
    shard.presence("ana")
    call(shard, "1", reachable_by=())
    shard.restore()
    shard.fail_over("voice", 1)
    assert kinds(shard.wait(60)) == ["interaction_expired"]


def test_an_outage_of_a_pool_that_is_not_configured_is_refused_and_seen(shard: Shard) -> None:
    told = shard.fail_over("voice", 1, pool="atlantis")
    assert find(told, "event_rejected").code == "unknown_pool"
