"""A house for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.component.outage.door import Door
from tests.component.outage.house import House


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Its clock runs a hundred times faster: an interval of 30 s is 0.3 s."""
    async with Door() as door:
        it = House(tmp_path, door, speed=100)
        it.prober.start()
        yield it
        await it.prober.aclose(1)
        await it.looker.aclose()
