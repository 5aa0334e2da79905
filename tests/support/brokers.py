"""Brokers for tests: which are here, and what happens where one is not."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shared.kafka.connection import Connection
from switchyard.brokers.apache import ApacheKafka, missing
from switchyard.brokers.embedded import EmbeddedBroker

IMAGE = "apache/kafka:4.1.1"


def _image_here() -> bool:
    """An engine that answers, and the image already on it: nothing is pulled."""
    if shutil.which("docker") is None:
        return False
    done = subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False)
    return done.returncode == 0


@contextmanager
def apache_kafka() -> Iterator[tuple[str, ApacheKafka | None]]:
    """(bootstrap servers, the process if it is ours to kill): given, native, or a container."""
    if given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        yield given, None
        return
    if missing() is None:
        broker = ApacheKafka().start()
        try:
            yield broker.bootstrap, broker
        finally:
            broker.close()
        return
    if _image_here():
        os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
        from testcontainers.kafka import KafkaContainer

        with KafkaContainer(IMAGE).with_kraft() as container:
            yield container.get_bootstrap_server(), None
        return
    reason = f"needs Apache Kafka: {missing()}"
    if os.environ.get("REQUIRE_KAFKA") == "1":
        pytest.fail(reason)
    pytest.skip(f"skipped: {reason}")


@contextmanager
def embedded_broker() -> Iterator[Connection]:
    broker = EmbeddedBroker().start()
    try:
        yield Connection.to(broker.bootstrap, "embedded")
    finally:
        broker.close()
