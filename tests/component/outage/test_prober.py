"""When the prober looks, how often, and what it tells."""

import asyncio

from services.outage.adapters.prober import FLOOR_S, Orders
from shared.contracts.configuration import OutageDocument
from shared.contracts.outage import IncidentOpened, IncidentResolved
from shared.contracts.topics import SYSTEM_LOG
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
