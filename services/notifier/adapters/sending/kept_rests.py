"""Which providers rest, in a small file, so that a restart does not hammer at them."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from services.notifier.adapters.sending.breaker import Kept
from shared.clock import Clock

# A number may be none or too long, and what is nested a thousand deep is not what we wrote.
_UNREADABLE = (
    OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class KeptRests:
    """`path` None: nothing is kept. Processes that share a file follow each other; that is enough,
    since each finds out for itself within a few messages."""

    path: Path | None
    clock: Clock

    def read(self) -> dict[str, Kept]:
        """Empty where there is no file, or none that can be read."""
        if self.path is None:
            return {}
        now_ms = self.clock.now_ms()
        with suppress(*_UNREADABLE):
            said = json.loads(self.path.read_text())
            return {
                str(name): Kept(int(it["rests"]), max(0, int(it["until_ms"]) - now_ms) / 1000)
                for name, it in said.items()
            }
        return {}

    def write(self, rests: Mapping[str, Kept]) -> None:
        """Whole or not at all. A disk that is full delays no message."""
        if self.path is None:
            return
        now_ms = self.clock.now_ms()
        said = {
            name: {"rests": it.rests, "until_ms": now_ms + round(it.left_s * 1000)}
            for name, it in rests.items()
        }
        fresh = self.path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(said))
            fresh.replace(self.path)
        except OSError as error:
            _log.warning("rests_not_kept", error=type(error).__name__)
