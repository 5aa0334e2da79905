"""One child process per service: started, watched, restarted, stopped by pid."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import structlog

from switchyard.brokers.children import dies_with_parent

log = structlog.get_logger(__name__)

RESTART_WAITS_S = (0.1, 0.5, 1.0, 2.0, 5.0)
STOP_PATIENCE_S = 15.0
LOOK_S = 0.05


class NotReadyError(Exception):
    """A service did not become ready; the message holds the end of its log."""


@dataclass(slots=True)
class ServiceProcess:
    """`python -m <module>` with its own environment and log file."""

    name: str
    module: str
    environment: Mapping[str, str]
    ready_url: str
    log_file: Path
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    stopping: bool = False
    _watch: asyncio.Task[None] | None = field(default=None, repr=False)

    def start(self) -> None:
        with self.log_file.open("ab") as log_file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                env={**os.environ, **self.environment},
                stdout=log_file,
                stderr=log_file,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one thread starts it
            )
        if self._watch is None:
            self._watch = asyncio.create_task(self._restart_when_it_ends())

    async def _restart_when_it_ends(self) -> None:
        """What a process manager does in production: start again, with growing waits."""
        while not self.stopping:
            process = self.process
            assert process is not None
            code = await _ended(process)
            if self.stopping:
                return
            wait_s = RESTART_WAITS_S[min(self.restarts, len(RESTART_WAITS_S) - 1)]
            log.warning("service_ended", name=self.name, code=code, restart_in_s=wait_s)
            await asyncio.sleep(wait_s)
            if not self.stopping:
                self.restarts += 1
                self.start()

    def kill(self) -> None:
        """kill -9; the watch starts it again."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL for what does not follow within STOP_PATIENCE_S."""
        self.stopping = True
        process = self.process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(_ended(process), STOP_PATIENCE_S)
        except TimeoutError:
            process.kill()
            await _ended(process)
        if self._watch is not None:
            await asyncio.gather(self._watch, return_exceptions=True)

    async def until_ready(self, *, timeout_s: float = 60) -> None:
        """Return once /readyz answers 200.

        Raises:
            NotReadyError: it did not within `timeout_s`.
        """
        end = asyncio.get_running_loop().time() + timeout_s
        answer = "no answer"
        async with httpx.AsyncClient(timeout=2) as client:
            while asyncio.get_running_loop().time() < end:
                try:
                    response = await client.get(self.ready_url)
                except httpx.HTTPError as error:
                    answer = type(error).__name__
                else:
                    if response.status_code == httpx.codes.OK:
                        return
                    answer = response.text
                await asyncio.sleep(0.05)
        tail = self.log_file.read_text(errors="replace")[-1500:]
        raise NotReadyError(f"{self.name} is not ready ({answer}); its log ends with:\n{tail}")


async def _ended(process: subprocess.Popen[bytes]) -> int:
    """The exit code, once there is one. Asked for now and then: a waiting thread for each process
    would leave none of the loop's few threads for others."""
    while (code := process.poll()) is None:  # noqa: ASYNC110 - see above
        await asyncio.sleep(LOOK_S)
    return code
