"""The board in a real Chromium: it enters with the key, is live, and talks to nobody else.

With SWITCHYARD_KEEP_PICTURES=1 the pictures in docs/pictures are made anew.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from shared.contracts.outage import ChannelHealthChanged, IncidentResolved
from tests.component.gateway import busy_day
from tests.component.gateway.browser import Browser, browsing, must_have_chromium
from tests.component.gateway.house import T0, House, configure, open_house, until

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
PICTURES = ROOT / (
    "docs/pictures" if os.environ.get("SWITCHYARD_KEEP_PICTURES") == "1" else "build/pictures"
)
DRAWN = "return document.querySelector('main').getAttribute('aria-busy') === 'false'"


@dataclass
class Wall:
    """A gateway on a busy day, served on a port of its own, and a browser in front of it."""

    house: House
    browser: Browser
    server: "Served"

    async def look(self, query: str = "", *, key: bool = True) -> None:
        """Load the page. The key is in the address as a person would type it into the prompt."""
        secret = "wall:boss@" if key else ""
        await self.browser.open(f"http://{secret}127.0.0.1:{self.server.port}/board{query}")

    async def figure(self, name: str) -> str:
        return await self.browser.text(f"#{name} dd")

    async def shows(self, name: str, value: str) -> None:
        await self.browser.until(
            "return document.querySelector(arguments[0]).innerText === arguments[1]",
            f"#{name} dd",
            value,
        )


class Served:
    """The gateway's application behind uvicorn; it can go away and come back on its port."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.port = 0

    async def start(self) -> None:
        config = uvicorn.Config(
            self._house.app,
            port=self.port,
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(self._server.serve())
        await until(lambda: self._server.started)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.should_exit = True
        await self._serving


@asynccontextmanager
async def a_wall(**settings: Any) -> AsyncIterator[Wall]:
    must_have_chromium()
    quick = {"board_period_s": 0.1, "board_heartbeat_s": 0.5}
    async with open_house(configured=False, **quick | settings) as house, browsing() as browser:
        for pool in busy_day.QUEUES:
            await configure(house.log, house.documents, busy_day.document(pool))
        await house.read()
        await house.tell(*busy_day.pool_events())
        await house.tell_system(*busy_day.system_events())
        server = Served(house)
        await server.start()
        try:
            await browser.size(1920, 1080)
            yield Wall(house, browser, server)
        finally:
            await server.stop()


async def test_the_board_is_live_and_takes_nothing_from_elsewhere() -> None:
    async with a_wall() as wall:
        house, browser = wall.house, wall.browser
        await wall.look()
        await browser.until(DRAWN)
        assert await wall.figure("waiting") == "124"
        await browser.run("window.sameAsBefore = true")

        await house.tell(busy_day.waits("vip", "new", queue="billing", language="he", since_ms=T0))
        await wall.shows("waiting", "125")
        await house.tell_system(_healthy(), _resolved())
        await browser.until(
            "return document.querySelector('#channels li:nth-child(2)').className === 'healthy'"
        )
        assert "Resolved" in await browser.text("#incidents li .state")
        assert "Resolved: Chat is down" in await browser.run(
            "return document.getElementById('spoken').textContent"
        )

        assert await browser.run("return window.sameAsBefore"), "the page was not loaded again"
        assert await browser.console() == [], "neither errors nor refused contents"
        hosts = {urlsplit(url).netloc.rpartition("@")[2] for url in await browser.requests()}
        assert hosts == {f"127.0.0.1:{wall.server.port}"}


async def test_a_board_that_hears_nothing_says_so_and_comes_back_by_itself() -> None:
    async with a_wall() as wall:
        await wall.look()
        await wall.browser.until(DRAWN)
        assert await wall.browser.run("return document.getElementById('stale').hidden")

        await wall.server.stop()
        await wall.browser.until("return !document.getElementById('stale').hidden")
        await wall.house.tell(
            busy_day.waits("vip", "new", queue="billing", language="he", since_ms=T0)
        )
        await wall.server.start()
        await wall.browser.until("return document.getElementById('stale').hidden", within_s=20)
        await wall.shows("waiting", "125")


async def test_an_outage_without_a_title_is_not_told_as_going_on_once_it_is_over() -> None:
    async with a_wall() as wall:
        await wall.house.tell_system(busy_day.opened("chat-2", at_ms=T0, title=""))
        await wall.look()
        await wall.browser.until(DRAWN)
        before = await wall.browser.text("#incidents li:nth-child(2)")
        await wall.house.tell_system(_resolved("chat-2"))
        after = await wall.browser.until(
            "const last = document.querySelector('#incidents li.over'); return last?.innerText"
        )

    assert before.startswith("Chat is down")
    assert "Critical · Chat · Investigating · chat-2" in before, "commands need the id"
    assert after.startswith("Chat was down")


async def test_without_the_key_nothing_is_shown() -> None:
    async with a_wall() as wall:
        await wall.look(key=False)
        html = await wall.browser.run("return document.documentElement.outerHTML")

    assert "Waiting" not in html


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_one_screen_shows_all_without_scrolling(theme: str) -> None:
    async with a_wall() as wall:
        await wall.look(f"?theme={theme}")
        await wall.browser.until(DRAWN)
        page = "document.documentElement"
        size = await wall.browser.run(f"return [{page}.scrollWidth, {page}.scrollHeight]")
        cut = await wall.browser.run(
            "return [...document.querySelectorAll('section')]"
            ".filter(it => it.scrollHeight > it.clientHeight + 1).map(it => it.id)"
        )
        ground = await wall.browser.run(
            "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
        )
        await wall.browser.picture(PICTURES / f"board-{theme}.png")

    assert size == [1920, 1080]
    assert cut == [], "no list is longer than its place"
    assert (sum(ground) < 200) == (theme == "dark")


async def test_on_a_phone_nothing_is_cut_off_at_the_side() -> None:
    async with a_wall() as wall:
        await wall.browser.size(390, 844)
        await wall.look()
        await wall.browser.until(DRAWN)
        wide = await wall.browser.run(
            "return [...document.querySelectorAll('main *')]"
            ".filter(it => it.getBoundingClientRect().right > innerWidth).length"
        )
        await wall.browser.picture(ROOT / "build/pictures/board-phone.png")

    assert wide == 0


async def test_hebrew_runs_from_right_to_left() -> None:
    async with a_wall() as wall:
        await wall.look("?lang=he&pool=vip")
        await wall.browser.until(DRAWN)
        first, last = await wall.browser.run(
            "return ['waiting', 'pages'].map(it => "
            "document.getElementById(it).getBoundingClientRect().left)"
        )
        heading = await wall.browser.text("#waiting dt")

    assert first > last
    assert heading == "ממתינים"


def _healthy() -> ChannelHealthChanged:
    return busy_day.health("chat", 2, "healthy", at_ms=T0 + 1, incident_id="chat-1")


def _resolved(incident_id: str = "chat-1") -> IncidentResolved:
    return IncidentResolved(
        event_id=f"{incident_id}#resolved",
        pool="@installation",
        at_ms=T0 + 1,
        by="outage",
        incident_id=incident_id,
        sequence=2,
        resolved_by="probe",
        lasted_ms=660_000,
    )
