"""When the prober looks, how often, and what it tells."""

import asyncio
from dataclasses import replace

from services.outage.adapters.looks import Found
from services.outage.adapters.prober import FLOOR_S, Orders
from shared.contracts.configuration import OutageDocument, Probe
from shared.contracts.outage import IncidentOpened, IncidentResolved
from shared.contracts.topics import SYSTEM_LOG
from tests.component.outage.door import Door
from tests.component.outage.house import PATIENCE_S, Deaf, House, Slow, until
from tests.support.outage_stage import Stage, document, of, watched


async def test_without_orders_nothing_is_looked_at_or_told(house: House) -> None:
    house.door.mood = "hangs"
    house.watch(house.probe(timeout_s=0.3))
    await until(lambda: house.door.looks == 1, what="a look is under way")
    house.orders = None  # the shard went to another process meanwhile
    later_ms = house.clock.now_ms() + 150_000
    await until(lambda: house.clock.now_ms() >= later_ms, what="five intervals passed")
    assert house.log.records == []
    assert house.door.looks == 1


async def test_the_end_does_not_wait_for_looks(house: House) -> None:
    house.door.mood = "hangs"
    house.watch(house.probe(timeout_s=PATIENCE_S))
    await until(lambda: house.door.looks == 1, what="a look is under way")
    async with asyncio.timeout(PATIENCE_S / 2):
        await house.prober.aclose(PATIENCE_S)
    assert house.log.records == []


async def test_the_end_waits_for_what_is_being_told(house: House) -> None:
    appender = Slow(house.log)
    prober = house.new_prober(appender)
    prober.start()
    house.watch(house.probe())
    await appender.begun.wait()
    end = asyncio.create_task(prober.aclose(PATIENCE_S))
    await until(lambda: prober._loop is None, what="it is closing")
    appender.go_on.set()
    await end
    assert "stamp:probe:1" in appender.told


async def test_a_suspect_channel_is_looked_at_twice_as_often(house: House) -> None:
    began_ms = house.clock.now_ms()
    house.watch(house.probe(every_s=60))
    assert house.orders is not None
    usual = await house.told(lambda it: len(it) >= 3)
    assert usual[2].at_ms - began_ms >= 2 * 60_000
    house.orders = Orders(house.orders.document, frozenset({"voice"}))
    hurried = await house.told(lambda it: it[-1].at_ms - it[-2].at_ms < 55_000)
    assert len(hurried) >= 4


async def test_a_probe_that_is_taken_out_is_looked_at_no_more(house: House) -> None:
    house.watch(house.probe(), house.probe(name="other"))
    await house.told(lambda it: {found.probe for found in it} == {"door", "other"})
    house.watch(house.probe(name="other"))
    assert {it.probe for it in await house.next(3)} == {"other"}


async def test_a_look_at_an_old_target_is_broken_off_and_the_new_one_looked_at_at_once(
    house: House,
) -> None:
    house.door.mood = "hangs"
    house.watch(house.probe(every_s=3_600, timeout_s=PATIENCE_S))
    await until(lambda: house.door.looks == 1, what="a look is under way")
    async with Door() as other:
        house.watch(house.probe(every_s=3_600, target=other.url))
        (found,) = await house.told(lambda it: it)
    assert found.outcome == "ok"


async def test_a_look_at_an_old_target_that_ends_as_it_changes_is_not_told(house: House) -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    async def look(probe: Probe) -> Found:
        if probe.target == house.door.url:
            began.set()
            await go_on.wait()
            return Found("failed", "of the old one")
        return Found("ok", "of the new one")

    await house.prober.aclose(1)
    prober = house.new_prober(look=look)
    prober.start()
    try:
        house.watch(house.probe())
        await began.wait()
        house.watch(house.probe(target="http://127.0.0.1:1/"))
        go_on.set()
        assert {it.detail for it in await house.told(lambda it: len(it) >= 3)} == {"of the new one"}
    finally:
        await prober.aclose(1)


async def test_a_probe_that_stays_as_it_is_notices_nothing_of_another_configuration(
    house: House,
) -> None:
    house.watch(house.probe(every_s=3_600))
    await house.told(lambda it: it)
    house.watch(house.probe(every_s=3_600), house.probe(name="other"))
    told = await house.told(lambda it: len(it) >= 4)
    assert [it.probe for it in told] == ["door", "other", "other", "other"]


async def test_looks_get_later_times_also_after_the_clock_was_set_back(house: House) -> None:
    house.watch(house.probe(), house.probe(name="other"))
    await house.told(lambda it: len(it) >= 4)
    house.clock.back_ms = 3_600_000
    times = [it.at_ms for it in await house.told(lambda it: len(it) >= 10)]
    assert times == sorted(set(times))
    house.clock.back_ms = 0
    later = (await house.next())[-1].at_ms
    assert later <= house.clock.now_ms()


async def test_looks_get_later_times_than_those_of_the_process_before(house: House) -> None:
    house.watch(house.probe())
    assert house.orders is not None
    ahead_ms = house.clock.now_ms() + 3_600_000
    house.orders = replace(house.orders, told_ms=ahead_ms)
    told = await house.next(2)
    assert ahead_ms < told[0].at_ms < told[1].at_ms


async def test_a_core_hears_of_an_outage_that_begins_after_the_clock_was_set_back(
    house: House,
) -> None:
    house.watch(house.probe())
    await house.told(lambda it: it)
    house.clock.back_ms = 3_600_000
    house.door.mood = "broken"
    told = await house.told(lambda it: sum(found.outcome == "failed" for found in it) >= 3)
    stage = Stage()
    for look in told:
        stage.feed(look)
    assert stage.health() == "failed_over"


async def test_the_fastest_clock_leaves_real_time_between_looks(house: House) -> None:
    house.clock.steer(1_000_000)
    house.watch(house.probe(every_s=1))
    began = asyncio.get_running_loop().time()
    await house.told(lambda it: len(it) >= 5)
    assert asyncio.get_running_loop().time() - began >= 4 * FLOOR_S


async def test_a_clock_that_is_made_faster_is_noticed_at_once(house: House) -> None:
    house.clock.steer(1)
    house.watch(house.probe(every_s=3_600))
    await house.told(lambda it: it)
    house.clock.steer(100_000)
    await house.told(lambda it: len(it) >= 3)


async def test_a_log_that_takes_nothing_does_not_end_the_prober(house: House) -> None:
    prober = house.new_prober(Deaf(house.log), stamp="deaf")
    prober.start()
    try:
        house.watch(house.probe(name="other"))
        told = await house.told(lambda it: any(e.event_id == "deaf:probe:3" for e in it))
        assert "deaf:probe:1" not in {it.event_id for it in told}
        assert prober.problem() is None
    finally:
        await prober.aclose(1)


async def test_the_product_finds_an_outage_by_itself_and_its_end(house: House) -> None:
    """Prober and core together: what the service does, without a broker."""
    fast = {"recovered_in_a_row": 3, "recovered_for_s": 30, "failed_over_for_s": 60}
    watch = watched(**fast).model_copy(update={"probes": (house.probe(timeout_s=0.2),)})
    stage = Stage(document(channels={"voice": watch}))
    current = stage.documents["hash1"]
    assert isinstance(current, OutageDocument)
    house.orders = Orders(current, frozenset())
    house.door.mood = "hangs"
    async with asyncio.timeout(PATIENCE_S):
        async for batch in house.log.follower(SYSTEM_LOG).batches():
            for record in batch:
                stage.feed(record.event())
            suspect = stage.health() == "suspect"
            house.orders = Orders(current, frozenset({"voice"} if suspect else ()))
            if stage.health() == "failed_over":
                house.door.mood = "well"
            if of(IncidentResolved, stage.facts):
                break
    assert [it.opened_by for it in of(IncidentOpened, stage.facts)] == ["probe"]
    assert [it.resolved_by for it in of(IncidentResolved, stage.facts)] == ["probe"]
