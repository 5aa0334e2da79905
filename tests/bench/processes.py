"""Worker processes under measurement: wall time and CPU time of the process itself."""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from shared.kafka.connection import Connection
from switchyard.brokers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Worker:
    process: subprocess.Popen[bytes]
    health_port: int
    log_file: Path

    def cpu_s(self) -> float:
        """User and system time of the process so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def metric(self, name: str) -> float:
        url = f"http://127.0.0.1:{self.health_port}/metrics"
        text = urllib.request.urlopen(url, timeout=5).read().decode()
        found = re.search(rf"^switchyard_{name}{{[^}}]*}} (\S+)", text, re.M)
        return float(found.group(1)) if found else float("nan")

    def ready(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.health_port}/readyz"
            return bool(urllib.request.urlopen(url, timeout=2).status == 200)
        except OSError:
            return False

    def until_ready(self, timeout_s: float = 60) -> None:
        end = time.monotonic() + timeout_s
        while not self.ready():
            if time.monotonic() > end or self.process.poll() is not None:
                raise RuntimeError(self.log_file.read_text()[-3000:])
            time.sleep(0.02)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(connection: Connection, module: str, *arguments: str, **environment: str) -> Worker:
    port = free_port()
    log_file = Path(tempfile.mkdtemp(prefix="switchyard-bench-")) / "worker.log"
    with log_file.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "SWITCHYARD_KAFKA_BOOTSTRAP_SERVERS": connection.settings.bootstrap_servers,
                "SWITCHYARD_KAFKA_PROFILE": connection.settings.profile,
                "SWITCHYARD_HEALTH_PORT": str(port),
                "SWITCHYARD_LOG_LEVEL": "INFO",
                **environment,
            },
            stdout=output,
            stderr=output,
        )
    return Worker(process, port, log_file)
