"""What a run shows while it runs: a bar on a terminal, a line now and then elsewhere; on stderr."""

import sys
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from switchyard.demo.counters import Counters
from switchyard.demo.extract import TIMEZONE

_LINE_EVERY_S = 10.0
_ZONE = ZoneInfo(TIMEZONE)


@dataclass(slots=True)
class Show:
    """Use it as a context; call `tell` as often as you like."""

    starts_ms: int
    ends_ms: int
    quiet: bool = False
    _bar: Progress | None = field(default=None, init=False)
    _task: TaskID | None = field(default=None, init=False)
    _last_line_s: float = field(default=-_LINE_EVERY_S, init=False)

    def __enter__(self) -> Self:
        console = Console(stderr=True)
        if console.is_terminal and not self.quiet:
            self._bar = Progress(
                BarColumn(bar_width=16, table_column=Column(min_width=16)),
                TimeElapsedColumn(table_column=Column(min_width=7)),
                # A narrow terminal cuts the counters, never the bar.
                TextColumn(
                    "{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis")
                ),
                console=console,
            )
            self._task = self._bar.add_task("the day begins", total=self.ends_ms - self.starts_ms)
            self._bar.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def tell(self, counters: Counters, *, now_ms: int, speed: float, elapsed_s: float) -> None:
        line = line_of(counters, now_ms=now_ms, speed=speed)
        if self._bar is not None and self._task is not None:
            done = min(max(0, now_ms - self.starts_ms), self.ends_ms - self.starts_ms)
            self._bar.update(self._task, completed=done, description=line)
        elif not self.quiet and elapsed_s - self._last_line_s >= _LINE_EVERY_S:
            self._last_line_s = elapsed_s
            print(f"{elapsed_s:5.0f} s  {line}", file=sys.stderr, flush=True)


def line_of(counters: Counters, *, now_ms: int, speed: float) -> str:
    clock = datetime.fromtimestamp(now_ms / 1000, _ZONE).strftime("%H:%M")
    return (
        f"{clock}  {counters.received} received  {counters.answered} answered  "
        f"{counters.waiting} waiting  {counters.abandoned} gone  {counters.mails} pages  "
        f"{counters.acknowledged} acked  {speed:.0f}x"
    )
