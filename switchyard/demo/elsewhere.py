"""Services that somebody else started: their clock, and whether they know the demo's pools."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from shared.clock import SteeredClock
from shared.kafka.connection import Connection
from switchyard.demo.doors import ON_BEHALF, GaveUpError
from switchyard.demo.extract import DAY, TIMEZONE
from switchyard.report.build import local_day

# The services start before the demo, and time never goes back: they begin a day early, and the
# demo runs their clock to the eve of its day.
IDLE_MS = 24 * 3_600_000
_FASTEST = 60_000.0
_LOOK_S = 0.02
_KNOWN_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The running services as the demo sees them."""

    gateway_url: str
    keys: Mapping[str, str]
    clock: SteeredClock
    broker: Connection

    def kill(self, service: str) -> None:
        raise GaveUpError(f"{service} is not ours to kill")


def make_clock(path: Path) -> bool:
    """The shared clock, a day before the demo's; one that is there stays. False: it was there."""
    if path.exists():
        return False
    starts_ms = local_day(DAY, TIMEZONE).starts_ms
    SteeredClock.create(path, start_ms=starts_ms - IDLE_MS, speed=1.0)
    return True


async def to_the_eve(clock: SteeredClock, eve_ms: int) -> None:
    """Let time run quickly until `eve_ms`, and at its real speed from there.

    Raises:
        GaveUpError: it is later than that already.
    """
    if clock.now_ms() > eve_ms:
        raise GaveUpError("the clock is past the demo's day: begin with new topics and a new clock")
    while (left_ms := eve_ms - clock.now_ms()) > 0:
        # A quarter of the way in each tenth of a second or so; never past the eve by much.
        clock.steer(min(_FASTEST, max(1.0, left_ms / 1000 / _LOOK_S / 4)))
        await asyncio.sleep(_LOOK_S)
    clock.steer(1.0)


async def until_known(there: Elsewhere, pools: tuple[str, ...]) -> None:
    """Return once the gateway knows these pools.

    Raises:
        GaveUpError: it does not know them in time, does not answer, or refuses the key.
    """
    headers = {"authorization": f"Bearer {there.keys[ON_BEHALF]}"}
    told = "no answer"
    async with httpx.AsyncClient(base_url=there.gateway_url, trust_env=False) as client:
        for _ in range(int(_KNOWN_WITHIN_S / 0.2)):
            try:
                answer = await client.get("/v1/status", headers=headers)
            except httpx.TransportError as error:
                told = type(error).__name__
            else:
                told = f"{answer.status_code} {answer.text[:300]}"
                if answer.status_code in {401, 403}:
                    break
                if answer.is_success and {it["pool"] for it in answer.json()["pools"]} >= {*pools}:
                    return
            await asyncio.sleep(0.2)
    raise GaveUpError(f"the gateway at {there.gateway_url} does not know the demo's pools: {told}")
