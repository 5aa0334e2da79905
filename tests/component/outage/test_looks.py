"""Looks through real sockets: a platform that breaks, hangs and comes back; and references."""

import asyncio
import json

import pytest
import structlog

from services.outage.adapters.references import References
from tests.component.outage.door import Door
from tests.component.outage.house import House


async def test_a_look_tells_what_it_found_as_a_code(house: House) -> None:
    began_ms = house.clock.now_ms()
    house.watch(house.probe())
    first, second, third = (await house.told(lambda it: len(it) >= 3))[:3]
    assert (first.channel, first.probe, first.outcome, first.detail) == (
        "voice", "door", "ok", "http 200",
    )  # fmt: skip
    assert (first.event_id, second.event_id) == ("stamp:probe:1", "stamp:probe:2")
    assert began_ms <= first.at_ms
    assert third.at_ms - began_ms >= 2 * 30_000


async def test_a_platform_that_breaks_and_hangs_and_comes_back_is_seen_so(house: House) -> None:
    house.watch(house.probe(timeout_s=0.2))
    await house.told(lambda it: it[-1].outcome == "ok")
    house.door.mood = "broken"
    await house.told(lambda it: it[-1].detail == "http 503")
    house.door.mood = "hangs"
    slow = (await house.told(lambda it: it[-1].detail == "timeout"))[-1]
    assert slow.took_ms >= 190
    house.door.mood = "well"
    await house.told(lambda it: it[-1].outcome == "ok")
    await house.door.close()
    gone = (await house.told(lambda it: it[-1].outcome == "failed"))[-1]
    assert gone.detail in {"ConnectError", "ReadError", "RemoteProtocolError"}
    await house.door.open()
    await house.told(lambda it: it[-1].outcome == "ok")
    assert house.door.most == 1  # never two looks of one probe at a time


async def test_a_redirect_is_not_followed_and_is_no_success(house: House) -> None:
    house.door.mood = "moved"
    house.watch(house.probe())
    found = (await house.told(lambda it: it))[0]
    assert (found.outcome, found.detail) == ("failed", "http 302")
    assert not any(b"/elsewhere" in it for it in house.door.requests)


async def test_a_tcp_look_is_a_connection(house: House) -> None:
    place = f"127.0.0.1:{house.door.port}"
    house.watch(house.probe(kind="tcp", target=place))
    assert (await house.told(lambda it: it))[0].detail == "connected"
    await house.door.close()
    found = (await house.told(lambda it: it[-1].outcome == "failed"))[-1]
    assert found.detail == "refused"


async def test_a_fault_of_ours_is_isolated(house: House) -> None:
    async with Door() as reference:
        seen = house.probe(name="reference", target=reference.url)
        deaf = house.probe(name="deaf", target="http://127.0.0.1:1/")
        house.door.mood = "broken"
        house.watch(house.probe(), references=(deaf, seen))
        assert (await house.told(lambda it: it))[0].outcome == "failed"
        reference.mood = "broken"
        found = (await house.told(lambda it: it[-1].outcome == "isolated"))[-1]
        assert found.detail == "http 503"
        reference.mood = "well"
        await house.told(lambda it: it[-1].outcome == "failed")


async def test_references_are_not_asked_while_all_is_well(house: House) -> None:
    async with Door() as reference:
        house.watch(
            house.probe(), references=(house.probe(name="reference", target=reference.url),)
        )
        await house.told(lambda it: len(it) >= 3)
        assert reference.looks == 0


async def test_one_answer_of_references_is_good_for_all_who_ask_for_a_while(
    house: House,
) -> None:
    async with Door() as reference:
        asked = (house.probe(name="reference", target=reference.url),)
        kept = References(house.looker.look, cache_s=3_600)
        assert await asyncio.gather(*(kept.any_reached(asked) for _ in range(4))) == [True] * 4
        assert reference.looks == 1
        fresh = References(house.looker.look, cache_s=0)
        reference.mood = "broken"
        assert [await fresh.any_reached(asked) for _ in range(2)] == [False, False]
        assert reference.looks == 3


async def test_a_target_that_is_no_address_proves_nothing(house: House) -> None:
    house.watch(
        house.probe(name="a", target="no address"),
        house.probe(name="b", kind="tcp", target="nowhere"),
        house.probe(name="c", target="ftp://127.0.0.1/"),
        house.probe(name="d", kind="tcp", target="[half"),
    )
    found = await house.told(lambda it: len({found.probe for found in it}) == 4)
    assert {(it.outcome, it.detail) for it in found} == {("isolated", "not_possible")}


async def test_what_a_target_holds_is_neither_told_nor_logged(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secret = house.door.url.replace("127.0.0.1", "eve:hush-hush@127.0.0.1")
    with structlog.testing.capture_logs() as lines:
        house.watch(
            house.probe(target=secret),
            house.probe(name="b", target="http://eve:hush-hush@[half"),
            house.probe(name="c", target="http://eve:hush-hush@127.0.0.1:1/"),
        )
        house.door.mood = "broken"
        await house.told(lambda it: len({found.probe for found in it}) == 3)
    assert any(b"authorization: Basic" in it or b"Authorization: Basic" in it
               for it in house.door.requests)  # fmt: skip
    everything = json.dumps(lines) + caplog.text
    everything += "".join(it.value.decode() for it in house.log.records)
    for word in ("hush", "127.0.0.1", "secret"):
        assert word not in everything
