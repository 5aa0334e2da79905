"""Brokers for tests: which are here, and what happens where one is not."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiokafka.errors import KafkaError

from shared.kafka.connection import Connection
from switchyard.brokers.apache import ApacheKafka, missing
from switchyard.brokers.embedded import EmbeddedBroker
from switchyard.brokers.ports import free_port, wait_until_listening

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
        with _container() as bootstrap:
            yield bootstrap, None
        return
    reason = f"needs Apache Kafka: {missing()}"
    if os.environ.get("REQUIRE_KAFKA") == "1":
        pytest.fail(reason)
    pytest.skip(f"skipped: {reason}")


@contextmanager
def _container() -> Iterator[str]:
    """One node in a container that is reached under the port it advertises. Ryuk is left out:
    it is an image of its own, and the container ends with this block."""
    os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"
    from testcontainers.core.container import DockerContainer

    port = free_port()
    settings = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": f"PLAINTEXT://0.0.0.0:{port},CONTROLLER://0.0.0.0:19093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:19093",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }
    container = DockerContainer(IMAGE).with_bind_ports(port, port).with_envs(**settings)
    with container:
        if not wait_until_listening(port, timeout_s=60):
            pytest.fail(f"the container of {IMAGE} did not listen on port {port}")
        _until_it_answers(f"127.0.0.1:{port}")
        yield f"127.0.0.1:{port}"


def _until_it_answers(bootstrap: str) -> None:
    """Docker's proxy listens before the broker in the container does."""

    async def ask() -> None:
        async with asyncio.timeout(60):
            while True:
                producer = Connection.to(bootstrap).producer()
                try:
                    await producer.start()
                except KafkaError:
                    continue
                finally:
                    await producer.stop()
                return

    asyncio.run(ask())


@contextmanager
def embedded_broker() -> Iterator[Connection]:
    broker = EmbeddedBroker().start()
    try:
        yield Connection.to(broker.bootstrap, "embedded")
    finally:
        broker.close()
