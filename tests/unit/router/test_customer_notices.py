"""What customers are told: a receipt with an honest wait, and once that it takes longer."""

from typing import Any

import pytest

from services.router.core import router_core
from services.router.core.customers.promise import LEAST_S
from services.router.core.customers.prospect import MOST_AGENTS, MOST_LINES
from shared.contracts.catalogue import read
from shared.contracts.configuration import (
    Calendar,
    ChannelSettings,
    CustomerNotices,
    PoolDocument,
    Queue,
    Span,
)
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.event import Event
from shared.contracts.explanation import WaitEstimate
from shared.contracts.interactions import (
    AgentReplied,
    CallbackRequested,
    CloseRequested,
    ExplanationRequested,
    Personal,
    SkillNeed,
    TransferRequested,
)
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG
from shared.contracts.words import Channel
from tests.support.router_shard import Shard, agent, document, find, kinds

KIND = "customer_notice_requested"
BOTH = CustomerNotices(receipt=("email", "sms"), longer_wait=True)
CHANNELS: dict[Channel, ChannelSettings] = {
    "email": ChannelSettings(offer_expires_s=86_400),
    "sms": ChannelSettings(),
    "voice": ChannelSettings(),
}
ADA = Personal(name="Ada", address="ada@example.com", subject="My street", text="It is dark.")


def pool(*agents: Any, handle_time_s: int | None = 300, **settings: Any) -> PoolDocument:
    queues = (Queue(name="general", handle_time_s=handle_time_s), Queue(name="other"))
    base = {"queues": queues, "channels": CHANNELS, "customer_notices": BOTH}
    return document(*agents, **(base | settings))


def busy(*agents: str, **settings: Any) -> Shard:
    """Each of these agents has one interaction."""
    shard = Shard(pool(*(agent(it) for it in agents), **settings))
    for number, agent_id in enumerate(agents):
        shard.presence(agent_id)
        shard.receive(f"of {agent_id}", channel="voice")
        shard.accept(f"of {agent_id}", 1, agent_id)
        shard.wait(number and 1)
    return shard


def arrive(shard: Shard, local: str = "1", **given: Any) -> list[Event]:
    base: dict[str, Any] = {"channel": "email", "personal": ADA}
    return shard.receive(local, **(base | given))


def notice(facts: list[Event]) -> CustomerNoticeRequested:
    told = find(facts, KIND)
    assert isinstance(told, CustomerNoticeRequested)
    return told


def wait_of(told: CustomerNoticeRequested) -> WaitEstimate:
    assert told.wait is not None
    return told.wait


# The receipt


def test_who_waits_gets_a_receipt_with_the_wait_that_an_explanation_would_tell() -> None:
    shard = busy("ana", "bea")
    arrive(shard, "0")

    told = notice(arrive(shard, "1", language="en"))

    asked = find(shard.say(ExplanationRequested, local="1"), "interaction_explained")
    assert told.wait == asked.estimate
    assert wait_of(told).p50_s > 60
    assert (told.purpose, told.channel, told.language) == ("receipt", "email", "en")
    assert (told.notice_id, told.person) == ("boston:1:receipt", "customer:boston:1")
    assert told.told_before_s is None


def test_the_receipt_comes_last_in_its_turn_and_goes_to_both_logs() -> None:
    shard = busy("ana")
    facts = arrive(shard)
    assert kinds(facts) == ["interaction_queued", KIND]
    told = notice(facts)
    assert list(router_core.destinations(told)) == [
        (POOL_LOG, "boston"),
        (PEOPLE_LOG, "customer:boston:1"),
    ]
    assert read(KIND, told.model_dump_json().encode()) == told


def test_it_carries_the_address_and_leaves_what_the_customer_wrote_behind() -> None:
    told = notice(arrive(busy("ana")))
    assert told.personal == Personal(name="Ada", address="ada@example.com")


def test_nothing_personal_is_stored() -> None:
    shard = busy("ana")
    arrive(shard)
    assert not any(b"ada@example.com" in value for value in shard.stored.values())


@pytest.mark.parametrize("channel", ["voice", "chat"])
def test_a_channel_that_cannot_carry_it_is_never_asked_even_if_it_is_named(channel: str) -> None:
    named = CustomerNotices(receipt=("voice", "chat", "email"))
    settings = {"chat": ChannelSettings(), "voice": ChannelSettings()}
    shard = Shard(pool(agent("ana"), customer_notices=named, channels=settings))
    assert KIND not in kinds(arrive(shard, channel=channel))


def test_without_the_setting_nobody_is_told() -> None:
    shard = busy("ana", customer_notices=CustomerNotices(longer_wait=True))
    arrive(shard)
    shard.wait(86_400)
    assert KIND not in kinds(shard.facts)


def test_the_same_arrival_twice_is_one_receipt() -> None:
    shard = busy("ana")
    arrive(shard, event_id="x")
    again = [*arrive(shard, event_id="x"), *arrive(shard, event_id="y")]
    assert kinds(again) == []
    shard.restore()
    assert kinds(arrive(shard, event_id="x")) == []


def test_what_came_before_the_setting_was_made_is_not_confirmed_when_it_is_heard_again() -> None:
    shard = busy("ana", customer_notices=CustomerNotices())
    arrive(shard, event_id="x")
    shard.configure(pool(agent("ana")))
    assert KIND not in kinds(arrive(shard, event_id="x"))


def test_what_is_refused_has_no_receipt() -> None:
    shard = busy("ana")
    assert kinds(arrive(shard, queue="nowhere")) == ["event_rejected"]


def test_a_receipt_is_told_while_an_agent_is_asked_as_for_the_next_in_line() -> None:
    shard = Shard(pool(agent("ana")))
    shard.presence("ana")
    facts = arrive(shard)
    assert kinds(facts) == ["interaction_queued", "offer_made", KIND]
    assert 0 < wait_of(notice(facts)).p50_s <= 300


def test_whom_an_agent_has_at_once_is_told_no_wait() -> None:
    auto = CHANNELS | {"email": ChannelSettings(auto_accept=True)}
    shard = Shard(pool(agent("ana"), channels=auto))
    shard.presence("ana")
    facts = arrive(shard)
    assert kinds(facts) == ["interaction_queued", "offer_made", "interaction_assigned", KIND]
    assert notice(facts).wait is None


def test_no_wait_is_told_where_nobody_is_there_or_nothing_is_known() -> None:
    assert notice(arrive(Shard(pool(agent("ana"))))).wait is None
    assert notice(arrive(busy("ana", handle_time_s=None))).wait is None


def test_what_is_parked_is_confirmed_without_a_wait() -> None:
    closed = Calendar(
        name="never", timezone="UTC", week={"mon": (Span(opens_min=0, closes_min=1),)}
    )
    general = Queue(name="general", handle_time_s=300, calendar="never", when_closed="park")
    shard = busy("ana", queues=(general,), calendars=(closed,))
    facts = arrive(shard)
    assert kinds(facts) == ["interaction_queued", "interaction_parked", KIND]
    assert notice(facts).wait is None


def test_while_the_channel_is_down_the_receipt_names_the_channel_of_arrival() -> None:
    moving = CHANNELS | {"email": ChannelSettings(backups=("voice",))}
    shard = busy("ana", channels=moving)
    shard.fail_over("email", 1)
    facts = arrive(shard, reachable_by=("voice",))
    assert kinds(facts) == ["interaction_queued", "interaction_moved", KIND]
    assert notice(facts).channel == "email"


@pytest.mark.parametrize(
    ("said", "answered"), [("auto-replied", False), ("auto-generated; x", False), ("No", True)]
)
def test_what_a_machine_sent_is_not_answered(said: str, answered: bool) -> None:
    facts = arrive(busy("ana"), attributes={"auto_submitted": said})
    assert (KIND in kinds(facts)) == answered


def test_a_transfer_to_another_pool_is_no_arrival() -> None:
    shard = Shard(pool(agent("ana")), pool(agent("gil"), pool="galway"))
    arrive(shard)
    told = shard.deliver(shard.say(TransferRequested, local="1", to_pool="galway"))
    assert kinds(told) == ["interaction_queued"]


# The longer wait


def doubled_s(told: CustomerNoticeRequested) -> int:
    return 2 * wait_of(told).p50_s


def test_at_twice_the_told_wait_the_customer_hears_once_with_a_fresh_estimate() -> None:
    shard = busy("ana")
    told = notice(arrive(shard))
    assert KIND not in kinds(shard.wait(doubled_s(told) - 0.001))

    longer = notice(shard.wait(0.001))

    assert (longer.purpose, longer.notice_id) == ("longer_wait", "boston:1:longer_wait")
    assert longer.told_before_s == wait_of(told).p50_s
    assert longer.wait is not None
    assert longer.personal == Personal()
    assert (longer.person, longer.channel) == (told.person, "email")
    assert KIND not in kinds(shard.wait(86_400))


def test_a_wait_of_seconds_counts_as_a_minute() -> None:
    shard = busy("ana", handle_time_s=2)
    assert wait_of(notice(arrive(shard))).p50_s < LEAST_S
    assert KIND not in kinds(shard.wait(2 * LEAST_S - 0.001))
    assert notice(shard.wait(0.001)).purpose == "longer_wait"


def test_who_was_told_no_wait_hears_of_no_longer_one() -> None:
    shard = Shard(pool(agent("ana")))
    arrive(shard)
    assert KIND not in kinds(shard.wait(86_400))


def test_who_has_an_agent_by_then_hears_nothing() -> None:
    shard = busy("ana")
    told = notice(arrive(shard))
    shard.say(CloseRequested, local="of ana", agent_id="ana")
    shard.accept("1", 1, "ana")
    assert KIND not in kinds(shard.wait(doubled_s(told) + 1))


def test_who_lost_his_agent_before_he_heard_from_him_is_told_when_he_waits_again() -> None:
    shard = busy("ana")
    told = notice(arrive(shard))
    shard.say(CloseRequested, local="of ana", agent_id="ana")
    shard.accept("1", 1, "ana")
    shard.wait(doubled_s(told) + 1)
    lost = shard.say(TransferRequested, local="1", to_queue="other")
    assert notice(lost).purpose == "longer_wait"


def test_who_heard_from_an_agent_is_not_told_that_it_takes_longer() -> None:
    shard = busy("ana")
    told = notice(arrive(shard))
    shard.say(CloseRequested, local="of ana", agent_id="ana")
    shard.accept("1", 1, "ana")
    shard.say(AgentReplied, local="1", agent_id="ana")
    shard.say(TransferRequested, local="1", to_queue="other")
    assert KIND not in kinds(shard.wait(2 * doubled_s(told)))


def test_who_is_asked_to_be_called_back_knows_that_it_takes_time() -> None:
    shard = busy("ana")
    told = notice(arrive(shard))
    shard.say(CallbackRequested, local="1")
    assert KIND not in kinds(shard.wait(2 * doubled_s(told)))


def test_it_is_told_also_while_an_agent_is_asked_and_after_a_restore() -> None:
    shard = busy("ana")
    told = notice(arrive(shard))
    shard.say(CloseRequested, local="of ana", agent_id="ana")  # offered for a day
    shard.restore()
    assert notice(shard.wait(doubled_s(told))).purpose == "longer_wait"


def test_a_late_tick_tells_it_once() -> None:
    shard = busy("ana")
    told = notice(arrive(shard))
    assert kinds(shard.late_tick(10 * doubled_s(told))).count(KIND) == 1
    assert KIND not in kinds(shard.late_tick(10))


def test_the_setting_of_the_moment_decides() -> None:
    shard = busy("ana")
    told = notice(arrive(shard))
    off = CustomerNotices(receipt=("email",))
    shard.configure(pool(agent("ana"), customer_notices=off))
    assert KIND not in kinds(shard.wait(doubled_s(told)))
    assert notice(shard.configure(pool(agent("ana")))).purpose == "longer_wait"


def test_the_promise_goes_along_to_another_pool() -> None:
    galway = pool(pool="galway")
    shard = busy("ana")
    shard.configure(galway)
    told = notice(arrive(shard))
    shard.deliver(shard.say(TransferRequested, local="1", to_pool="galway"))
    longer = notice(shard.wait(doubled_s(told)))
    assert (longer.pool, longer.person) == ("galway", told.person)
    back = shard.say(TransferRequested, local="1", pool="galway", to_pool="boston")
    shard.deliver(back)
    assert KIND not in kinds(shard.wait(86_400))


# The estimate looks at a few


def test_agents_who_are_not_looked_at_count_like_those_who_are() -> None:
    def told_with(number: int) -> WaitEstimate:
        agents = [f"a{each:04}" for each in range(number)]
        shard = busy(*agents)
        for each in range(number):
            arrive(shard, f"before {each}")
        return wait_of(notice(arrive(shard)))

    few, many = told_with(MOST_AGENTS), told_with(2 * MOST_AGENTS)
    assert abs(few.p50_s - many.p50_s) <= few.p50_s // 10  # twice as many before twice as many


def test_those_who_wait_for_the_same_agents_count_and_others_do_not() -> None:
    latvian = agent("lat", "lv")
    shard = Shard(pool(agent("ana", "en", "pt"), latvian))
    for agent_id in ("ana", "lat"):
        shard.presence(agent_id)
    arrive(shard, "of ana")
    arrive(shard, "of lat", language="lv")
    alone = wait_of(notice(arrive(shard, "0")))
    for number in range(5):
        arrive(shard, f"lv {number}", language="lv")
    arrive(shard, "pt", language="pt")
    shard.wait(0.001)
    one_more = wait_of(notice(arrive(shard, "1")))
    asked = find(shard.say(ExplanationRequested, local="1"), "interaction_explained")
    assert asked.ahead == 2
    assert one_more == asked.estimate
    assert one_more.p50_s > alone.p50_s


@pytest.mark.parametrize("order", ["age", "cost_of_delay"])
def test_who_has_a_head_start_is_told_the_shorter_wait(order: str) -> None:
    shard = busy("ana", order=order)
    for number in range(5):
        arrive(shard, str(number))
        shard.wait(0.01)
    late = wait_of(notice(arrive(shard, "late")))
    first = wait_of(notice(arrive(shard, "first", priority="high")))
    assert first.p50_s < late.p50_s
    asked = find(shard.say(ExplanationRequested, local="first"), "interaction_explained")
    assert first == asked.estimate


def test_where_people_wait_in_too_many_lines_no_wait_is_told() -> None:
    skills = tuple(f"s{number}" for number in range(MOST_LINES))
    shard = Shard(pool(agent("ana", skills=dict.fromkeys(skills, 3)), skills=skills))
    shard.presence("ana")
    arrive(shard, "of ana")
    for skill in skills:
        assert notice(arrive(shard, skill, skills=(SkillNeed(skill=skill),))).wait is not None
    arrive(shard, "one line more")
    assert notice(arrive(shard)).wait is None
