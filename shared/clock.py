"""The one door through which time enters a process."""

import mmap
import os
import struct
import time
from pathlib import Path
from typing import Protocol

ENVIRONMENT_VARIABLE = "SWITCHYARD_CLOCK"


class Clock(Protocol):
    """Wall-clock time in whole milliseconds since 1970-01-01T00:00Z.

    It may jump: measure durations with `time.monotonic`.
    """

    def now_ms(self) -> int: ...

    def speed(self) -> float:
        """How many logical seconds pass in one real second; 1.0 but in a demo."""
        ...


class SystemClock:
    """The machine's clock, as it is."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def speed(self) -> float:
        return 1.0


class SteeredClock:
    """Logical time that one process steers and the others of its group follow.

    A demo plays a whole day in minutes. Its driver writes (real ns, logical ms, speed) into a
    small file that all its processes map; between two writes time runs at `speed`.
    The three numbers are written between two equal sequence numbers, so that a reader never
    takes half of an old and half of a new setting.
    """

    _LAYOUT = struct.Struct("<QQQdQ")  # sequence, real ns, logical ms, speed, sequence

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR)
        self._map = mmap.mmap(self._file, self._LAYOUT.size)

    @classmethod
    def create(cls, path: Path, *, start_ms: int, speed: float) -> "SteeredClock":
        path.write_bytes(cls._LAYOUT.pack(1, time.time_ns(), start_ms, speed, 1))
        return cls(path)

    def now_ms(self) -> int:
        real_ns, logical_ms, speed = self._read()
        return logical_ms + int((time.time_ns() - real_ns) * speed / 1_000_000)

    def speed(self) -> float:
        return self._read()[2]

    def steer(self, speed: float) -> None:
        """Go on from now at `speed` logical seconds per second. Only one process may steer."""
        sequence = self._LAYOUT.unpack(self._map[:])[0] + 1
        now_ms, real_ns = self.now_ms(), time.time_ns()
        self._map[: self._LAYOUT.size] = self._LAYOUT.pack(
            sequence, real_ns, now_ms, speed, sequence
        )

    def _read(self) -> tuple[int, int, float]:
        while True:
            first, real_ns, logical_ms, speed, last = self._LAYOUT.unpack(self._map[:])
            if first == last:
                return real_ns, logical_ms, speed


def clock_from_environment() -> Clock:
    """The system's clock, or the steered one whose file SWITCHYARD_CLOCK names."""
    path = os.environ.get(ENVIRONMENT_VARIABLE)
    return SteeredClock(Path(path)) if path else SystemClock()
