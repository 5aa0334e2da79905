"""The embedded broker as a child process."""

import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from switchyard.brokers.children import dies_with_parent
from switchyard.brokers.ports import free_port, wait_until_listening


class EmbeddedBrokerError(Exception):
    """It did not come up; the message holds the end of its log."""


@dataclass(slots=True)
class EmbeddedBroker:
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="switchyard-broker-")))

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> "EmbeddedBroker":
        """Start and wait until the port answers.

        Raises:
            EmbeddedBrokerError: it did not.
        """
        with (self.home / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "switchyard.brokers.embedded", str(self.port)],
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one thread starts it
            )
        if not wait_until_listening(self.port, timeout_s=20):
            tail = (self.home / "broker.log").read_text(errors="replace")[-1000:]
            self.close()
            raise EmbeddedBrokerError(f"no broker on {self.bootstrap}: {tail}")
        return self

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        shutil.rmtree(self.home, ignore_errors=True)
