"""How a process reaches its broker: settings from the environment, and what each profile needs."""

import ssl
from pathlib import Path
from typing import Any, Literal

import aiokafka.producer.sender
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

# Between two transactions of one producer aiokafka waits this long when the broker still writes
# the markers of the last one; its own 20 ms made a commit take 25 ms (p50) where 2 ms makes it
# 2.3 ms (docs/decisions/0001). A constant of the module is the only handle that it offers.
aiokafka.producer.sender.BACKOFF_OVERRIDE = 0.002


class KafkaSettings(BaseSettings):
    """What an operator sets about the broker. Environment: SWITCHYARD_KAFKA_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="SWITCHYARD_KAFKA_", extra="ignore")

    bootstrap_servers: str = "127.0.0.1:9092"
    profile: Literal["apache", "embedded"] = "apache"
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    sasl_password_file: Path | None = None
    ssl_cafile: Path | None = None
    session_timeout_ms: int = 8_000  # also the transactions' timeout: 6 to 10 s
    heartbeat_interval_ms: int = 1_000
    linger_ms: int = 0  # before events from outside are sent; more saves requests, adds latency
    fetch_min_bytes: int = 1  # with fetch_max_wait_ms: more saves work, adds latency
    fetch_max_wait_ms: int = 500
    group_instance_id: str | None = None  # static membership: restarts do not rebalance

    def password(self) -> str | None:
        if self.sasl_password_file is not None:
            return self.sasl_password_file.read_text().strip()
        return self.sasl_password.get_secret_value() if self.sasl_password else None


def ssl_context_of(settings: KafkaSettings) -> ssl.SSLContext | None:
    if not settings.security_protocol.endswith("SSL"):
        return None
    cafile = str(settings.ssl_cafile) if settings.ssl_cafile else None
    return ssl.create_default_context(cafile=cafile)


def security_of(connection: "Connection") -> BaseSecurity | None:
    """The same credentials in the form that FastStream wants."""
    settings, context = connection.settings, ssl_context_of(connection.settings)
    if not settings.security_protocol.startswith("SASL"):
        return BaseSecurity(ssl_context=context) if context else None
    kinds = {
        "PLAIN": SASLPlaintext,
        "SCRAM-SHA-256": SASLScram256,
        "SCRAM-SHA-512": SASLScram512,
    }
    return kinds[settings.sasl_mechanism](
        username=settings.sasl_username or "",
        password=settings.password() or "",
        ssl_context=context,
        use_ssl=context is not None,
    )


LARGEST_FRAME = 60 << 20  # bytes; the embedded broker takes requests of 64 MiB


class Connection:
    """Makes producers and consumers; the one place that knows what a broker can do."""

    def __init__(self, settings: KafkaSettings) -> None:
        self.settings = settings
        self.transactions = settings.profile == "apache"  # the embedded broker has none

    @classmethod
    def to(
        cls, bootstrap_servers: str, profile: Literal["apache", "embedded"] = "apache"
    ) -> "Connection":
        return cls(KafkaSettings(bootstrap_servers=bootstrap_servers, profile=profile))

    def client(self) -> dict[str, Any]:
        """Arguments that every aiokafka client takes."""
        settings = self.settings
        arguments: dict[str, Any] = {
            "bootstrap_servers": settings.bootstrap_servers,
            "security_protocol": settings.security_protocol,
        }
        if settings.security_protocol.startswith("SASL"):
            arguments |= {
                "sasl_mechanism": settings.sasl_mechanism,
                "sasl_plain_username": settings.sasl_username,
                "sasl_plain_password": settings.password(),
            }
        if (context := ssl_context_of(settings)) is not None:
            arguments["ssl_context"] = context
        return arguments

    def reading(self) -> dict[str, Any]:
        """Arguments of a consumer."""
        return {
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "isolation_level": "read_committed" if self.transactions else "read_uncommitted",
            "fetch_min_bytes": self.settings.fetch_min_bytes,
            "fetch_max_wait_ms": self.settings.fetch_max_wait_ms,
            "max_partition_fetch_bytes": 4 << 20,
        }

    def consumer(self, **more: Any) -> AIOKafkaConsumer:
        """A consumer without a group; assign partitions yourself."""
        return AIOKafkaConsumer(**self.client(), **{**self.reading(), **more})

    def producer(self) -> AIOKafkaProducer:
        """For events from outside: idempotent where the broker can, batches what comes together."""
        return AIOKafkaProducer(
            **self.client(),
            acks="all",
            enable_idempotence=self.transactions,
            linger_ms=self.settings.linger_ms,
            max_batch_size=256 << 10,
            request_timeout_ms=15_000,
        )

    def framing_producer(self) -> AIOKafkaProducer:
        """For a shard on the embedded broker: one record holds all that a batch changes."""
        return AIOKafkaProducer(
            **self.client(),
            acks="all",
            linger_ms=self.settings.linger_ms,
            max_batch_size=256 << 10,
            max_request_size=LARGEST_FRAME,
            request_timeout_ms=15_000,
        )

    def transactional_producer(self, transactional_id: str) -> AIOKafkaProducer:
        """For one shard. Starting it fences every older owner of the same shard."""
        return AIOKafkaProducer(
            **self.client(),
            acks="all",
            transactional_id=transactional_id,
            transaction_timeout_ms=self.settings.session_timeout_ms,
            linger_ms=0,
            max_batch_size=1 << 20,
            max_request_size=8 << 20,
            request_timeout_ms=max(6_000, self.settings.session_timeout_ms),
        )
