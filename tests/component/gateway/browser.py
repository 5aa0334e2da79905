"""A real Chromium, driven by W3C WebDriver, which is plain HTTP and JSON."""

import asyncio
import base64
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-proxy-server", "--disable-dev-shm-usage", "--force-color-profile=srgb",
)  # fmt: skip
_STARTED = re.compile(rb"successfully on port (\d+)")


def must_have_chromium() -> str:
    """The path of the driver; without it the test is skipped, or fails with REQUIRE_CHROMIUM=1."""
    driver = shutil.which("chromedriver")
    if driver is None or not (shutil.which("chromium") or shutil.which("google-chrome")):
        reason = "Chromium and chromedriver are not here (apt-get install chromium-driver)"
        if os.environ.get("REQUIRE_CHROMIUM") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return driver


class Browser:
    """One window. Every page it loads is watched: console, and each request."""

    def __init__(self, http: httpx.AsyncClient, session: str) -> None:
        self._http, self._at = http, f"/session/{session}"

    async def open(self, url: str) -> None:
        await self._post("/url", url=url)

    async def run(self, script: str, *arguments: Any) -> Any:
        """What the function body `script` returns in the page."""
        return await self._post("/execute/sync", script=script, args=arguments)

    async def text(self, selector: str) -> str:
        return str(
            await self.run("return document.querySelector(arguments[0]).innerText", selector)
        )

    async def until(self, script: str, *arguments: Any, within_s: float = 10.0) -> Any:
        """What `script` returns as soon as that is true."""
        async with asyncio.timeout(within_s):
            while not (found := await self.run(script, *arguments)):
                await asyncio.sleep(0.05)
        return found

    async def size(self, width: int, height: int) -> None:
        """Of the page itself, not of a window around it."""
        await self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    async def devtools(self, command: str, **parameters: Any) -> Any:
        return await self._post("/goog/cdp/execute", cmd=command, params=parameters)

    async def picture(self, path: Path) -> None:
        found = await self._http.get(f"{self._at}/screenshot")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(found.json()["value"]))

    async def console(self) -> list[str]:
        """What the console said since the last look: errors, refused contents, warnings."""
        return [entry["message"] for entry in await self._post("/se/log", type="browser")]

    async def requests(self) -> list[str]:
        """The addresses that were asked since the last look."""
        told = [json.loads(it["message"]) for it in await self._post("/se/log", type="performance")]
        return [
            it["message"]["params"]["request"]["url"]
            for it in told
            if it["message"]["method"] == "Network.requestWillBeSent"
        ]

    async def _post(self, path: str, **body: Any) -> Any:
        answer = await self._http.post(self._at + path, json=body)
        assert answer.is_success, answer.text
        return answer.json()["value"]


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """A browser with nothing remembered; skips the test where there is none."""
    driver = await asyncio.create_subprocess_exec(
        must_have_chromium(), "--port=0", stdout=asyncio.subprocess.PIPE
    )
    assert driver.stdout is not None
    try:
        async with asyncio.timeout(20):
            while not (found := _STARTED.search(await driver.stdout.readline())):
                assert driver.returncode is None
        base = f"http://127.0.0.1:{int(found[1])}"
        async with httpx.AsyncClient(base_url=base, trust_env=False, timeout=30) as http:
            wanted = {
                "goog:chromeOptions": {"args": list(_FLAGS)},
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            }
            answer = await http.post("/session", json={"capabilities": {"alwaysMatch": wanted}})
            assert answer.is_success, answer.text
            session = answer.json()["value"]["sessionId"]
            yield Browser(http, session)
            await http.delete(f"/session/{session}")
    finally:
        driver.terminate()
        await driver.wait()
