"""Apache Kafka on this machine, without Docker: KRaft, one combined node, from Maven's jars.

For tests and laptops. The jars are fetched by `make kafka-jars` into `.kafka/libs`
(`deploy/kafka/pom.xml` names the version); Java 17 or newer runs them.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from switchyard.brokers.children import dies_with_parent
from switchyard.brokers.ports import free_port, wait_until_listening

ROOT = Path(__file__).resolve().parents[2]
CLUSTER_ID = "c3dpdGNoeWFyZC10ZXN0cw"

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
group.initial.rebalance.delay.ms=0
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
log.cleaner.backoff.ms=1000
"""


class KafkaNotFoundError(Exception):
    """Java or the jars are missing; the message says how to get them."""


def jars() -> Path:
    """The folder of Kafka's jars: KAFKA_JARS or `.kafka/libs`."""
    return Path(os.environ.get("KAFKA_JARS", ROOT / ".kafka" / "libs"))


def missing() -> str | None:
    """What is missing to run Apache Kafka here, and how to get it; None if nothing is."""
    if shutil.which("java") is None:
        return "Java 17 or newer is not on the PATH: install a JRE (openjdk-17-jre-headless)"
    if not any(jars().glob("kafka_2.13-*.jar")):
        return f"Kafka's jars are not in {jars()}: run `make kafka-jars`"
    return None


@dataclass(slots=True)
class ApacheKafka:
    """One broker process. Data survives `kill` and `restart`, and goes with `close`."""

    port: int = field(default_factory=free_port)
    controller: int = field(default_factory=free_port)
    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="switchyard-kafka-")))
    process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self, *, timeout_s: float = 60) -> "ApacheKafka":
        """Format the storage where needed, start, and wait until the port answers.

        Raises:
            KafkaNotFoundError: Java or the jars are missing, or the broker did not come up.
        """
        if problem := missing():
            raise KafkaNotFoundError(problem)
        properties = self.home / "server.properties"
        properties.write_text(
            _PROPERTIES.format(port=self.port, controller=self.controller, data=self.home / "data")
        )
        classpath = f"{jars()}/*"
        if not (self.home / "data" / "meta.properties").exists():
            self._run_tool(classpath, properties)
        heap = ["-Xmx768m", "-Xms256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=4"]
        with (self.home / "kafka.log").open("ab") as log:
            self.process = subprocess.Popen(
                ["java", *heap, "-cp", classpath, "kafka.Kafka", str(properties)],  # noqa: S607
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one thread starts it
            )
        if not wait_until_listening(self.port, timeout_s=timeout_s):
            tail = (self.home / "kafka.log").read_text(errors="replace")[-2000:]
            self.kill()
            raise KafkaNotFoundError(f"Kafka did not listen on {self.bootstrap}:\n{tail}")
        return self

    def _run_tool(self, classpath: str, properties: Path) -> None:
        command = ["java", "-cp", classpath, "kafka.tools.StorageTool", "format"]
        done = subprocess.run(
            [*command, "-t", CLUSTER_ID, "-c", str(properties)], capture_output=True, check=False
        )
        if done.returncode:
            raise KafkaNotFoundError(done.stderr.decode(errors="replace")[-2000:])

    def kill(self) -> None:
        """kill -9, as a machine that loses power."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def restart(self) -> None:
        self.kill()
        self.start()

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)
