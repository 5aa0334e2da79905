"""The gateway tells how many contacts came in by which channel, also when none came."""

from typing import Any

import pytest

from services.gateway.adapters.evidence import Evidence
from shared.contracts.configuration import INSTALLATION
from shared.contracts.event import Event
from shared.contracts.topics import SYSTEM_LOG
from shared.log import AppendError
from tests.component.gateway.house import (
    T0,
    HandClock,
    House,
    open_house,
    queues_everything,
    rejected,
    until,
)
from tests.support.memory_log import MemoryLog
from tests.support.outage_stage import Stage, document, turns, watched

CHAT = {"pool": "boston", "channel": "chat", "language": "en"}


def told(house: House) -> list[dict[str, int]]:
    return [event.counts for event in house.commands("contacts_seen", SYSTEM_LOG)]


async def test_contacts_are_counted_by_channel_and_each_period_begins_anew() -> None:
    async with open_house(queues_everything) as house:
        for channel in ("chat", "voice", "chat"):
            answer = await house.post("/v1/interactions", CHAT | {"channel": channel})
            assert answer.status_code == 200
        await house.desk.evidence.tell()
        await house.desk.evidence.tell()
        (record, _) = [it for it in house.log.records if it.kind == "contacts_seen"]

        assert told(house) == [{"chat": 2, "voice": 1}, {}]
        assert (record.topic, record.key) == (SYSTEM_LOG, INSTALLATION)


async def test_a_contact_that_nobody_has_decided_on_yet_is_one_all_the_same() -> None:
    async with open_house() as house:
        answer = await house.post("/v1/interactions", CHAT)
        await house.desk.evidence.tell()

        assert answer.status_code == 202
        assert told(house) == [{"chat": 1}]


@pytest.mark.parametrize(
    "again",
    [
        {"id": "7"},  # the sender's own id
        {},  # an Idempotency-Key
    ],
)
async def test_a_contact_that_is_sent_twice_is_one(again: dict[str, Any]) -> None:
    headers = {} if again else {"Idempotency_Key": "k"}
    async with open_house(queues_everything) as house:
        for _ in range(2):
            answer = await house.post("/v1/interactions", CHAT | again, **headers)
            assert answer.status_code == 200
        await house.desk.evidence.tell()

        assert told(house) == [{"chat": 1}]


async def test_what_is_refused_is_no_contact() -> None:
    async with open_house(lambda event: [rejected(event)]) as house:
        refused = await house.post("/v1/interactions", CHAT)
        wrong = await house.post("/v1/interactions", CHAT | {"channel": "fax"})
        await house.desk.evidence.tell()

        assert (refused.status_code, wrong.status_code) == (409, 422)
        assert told(house) == [{}]


async def test_it_is_told_without_being_asked() -> None:
    async with open_house(evidence_period_s=0.01) as house:
        await until(lambda: len(told(house)) >= 2)

        ids = [event.event_id for event in house.commands("contacts_seen", SYSTEM_LOG)]
        assert len(set(ids)) == len(ids)


class MoodyLog(MemoryLog):
    """Does not confirm while it is told not to."""

    broken = False

    async def append(
        self, topic: str, key: str, event: Event, *, partition: int | None = None
    ) -> None:
        if self.broken:
            raise AppendError("no confirmation")
        await super().append(topic, key, event, partition=partition)


def evidence(log: MemoryLog, clock: HandClock) -> Evidence:
    return Evidence(
        appender=log, clock=clock, gateway="one", stamp="s", period_s=5, ready=lambda: True
    )


async def test_counts_that_were_not_confirmed_go_with_the_next() -> None:
    log = MoodyLog()
    counting = evidence(log, HandClock())
    counting.heard("chat")
    log.broken = True
    await counting.tell()
    counting.heard("chat")
    counting.heard("sms")
    log.broken = False
    await counting.tell()

    assert [event.counts for event in log.events(SYSTEM_LOG)] == [{"chat": 2, "sms": 1}]  # type: ignore[attr-defined] # contacts_seen alone is there


async def test_records_get_later_times_also_after_the_clock_was_set_back() -> None:
    log, clock = MemoryLog(), HandClock()
    counting = evidence(log, clock)
    for ms in (T0, T0 - 60_000, T0 - 50_000, T0 + 10):
        clock.ms = ms
        await counting.tell()

    told = [(event.at_ms - T0, event.gap_ms) for event in log.events(SYSTEM_LOG)]  # type: ignore[attr-defined] # as above
    assert told == [(0, 0), (1, 0), (2, 10_000), (10, 10_000)]


async def test_a_channel_that_is_heard_is_not_silent_after_the_clock_was_set_back() -> None:
    # given silence that made suspect
    log, clock = MemoryLog(), HandClock()
    counting = evidence(log, clock)
    watch = watched(silent_after_s=60)
    stage = Stage(document(channels={"voice": watch}))
    counting.heard("voice")
    for _ in range(14):
        await counting.tell()
        clock.ms += 5_000
    # when the clock is set back, and contacts come again
    clock.ms -= 3_600_000
    counting.heard("voice")
    await counting.tell()
    # then the core hears them
    told = [fact for event in log.events(SYSTEM_LOG) for fact in stage.feed(event)]
    assert turns(told) == ["suspect", "healthy"]


@pytest.mark.parametrize(("fast", "most_ms"), [(1.0, 10_000), (60.0, 600_000)])
async def test_the_gap_is_the_time_since_the_record_before_and_never_our_own_absence(
    fast: float, most_ms: int
) -> None:
    log, clock = MemoryLog(), HandClock(fast=fast)
    counting = evidence(log, clock)
    for ms in (T0, T0 + 4_000, T0 + 9_000_000, T0 + 8_000_000):
        clock.ms = ms
        await counting.tell()

    gaps = [event.gap_ms for event in log.events(SYSTEM_LOG)]  # type: ignore[attr-defined] # as above
    assert gaps == [0, 4_000, most_ms, 0]
