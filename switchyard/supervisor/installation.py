"""Everything of one Switchyard on this machine, and its life from start to stop."""

import asyncio
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from services.gateway.adapters.keys import hash_key, new_key
from shared.clock import ENVIRONMENT_VARIABLE, Clock, SteeredClock, clock_from_environment
from shared.configuration import Loaded
from shared.kafka.admin import create_topics
from shared.kafka.connection import Connection
from switchyard.brokers.embedded import EmbeddedBroker
from switchyard.brokers.ports import free_port, is_taken
from switchyard.rollout.visits import apply
from switchyard.supervisor.processes import NotReadyError, ServiceProcess

SERVICES = ("router", "escalation", "outage", "notifier", "gateway")
ROLES: tuple[Literal["system", "supervisor", "manager"], ...] = ("system", "supervisor", "manager")
EMBEDDED_PARTITIONS = 3
LOCAL_REQUESTS_PER_S = 10_000  # one key stands for everybody here


@dataclass(slots=True, kw_only=True)
class Plan:
    """What to start, and how."""

    loaded: Loaded
    services: Sequence[str] = SERVICES
    broker: str | None = None  # bootstrap servers; None: the embedded broker
    partitions: int = EMBEDDED_PARTITIONS
    port: int = 0  # of the gateway; 0: a free one
    clock_file: Path | None = None  # of a steered clock; None: the machine's clock
    smtp_port: int | None = None  # of a mail server on this machine
    keys_file: Path | None = None  # None: keys are made and printed (for trying out)
    environment: dict[str, str] = field(default_factory=dict)


class Installation:
    """Starts broker, topics, configuration and one process per service; stops them in reverse.

    `keys` holds one key per role when they were made here.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.home = Path(tempfile.mkdtemp(prefix="switchyard-"))
        self.keys: dict[str, str] = {}
        self.services: dict[str, ServiceProcess] = {}
        self._embedded: EmbeddedBroker | None = None
        self._port = plan.port or free_port()

    @property
    def gateway_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def connection(self) -> Connection:
        if self._embedded is not None:
            return Connection.to(self._embedded.bootstrap, "embedded")
        assert self.plan.broker is not None
        return Connection.to(self.plan.broker)

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Return when every service is ready.

        Raises:
            NotReadyError: one is not; EmbeddedBrokerError: no broker.
        """
        if "gateway" in self.plan.services and is_taken(self._port):
            raise NotReadyError(f"port {self._port} is taken: name another with --port")
        if self.plan.broker is None:
            self._embedded = EmbeddedBroker().start()
        await create_topics(self.connection, partitions=self.plan.partitions)
        await apply(
            self.connection,
            self.plan.loaded,
            actor="operator:switchyard-run",
            reason="configuration at the start",
            now_ms=self._clock().now_ms(),
        )
        environment = self._environment()
        for name in self.plan.services:
            port = self._port if name == "gateway" else free_port()
            process = ServiceProcess(
                name=name,
                module=f"services.{name}",
                environment=environment | {"SWITCHYARD_HEALTH_PORT": str(port)},
                ready_url=f"http://127.0.0.1:{port}/readyz",
                log_file=self.home / f"{name}.log",
            )
            self.services[name] = process
            process.start()
        await asyncio.gather(*(each.until_ready() for each in self.services.values()))

    async def stop(self) -> None:
        # The gateway first: nobody is let in any more, and what is inside comes to an end.
        for name in reversed(list(self.services)):
            await self.services[name].stop()
        if self._embedded is not None:
            self._embedded.close()
        if not os.environ.get("SWITCHYARD_KEEP_LOGS"):
            shutil.rmtree(self.home, ignore_errors=True)

    def kill(self, service: str) -> None:
        """kill -9; the service is started again, as a process manager does."""
        self.services[service].kill()

    def _clock(self) -> Clock:
        if self.plan.clock_file is None:
            return clock_from_environment()
        return SteeredClock(self.plan.clock_file)

    def _environment(self) -> dict[str, str]:
        """Settings of the services. Secrets go through files that only this user can read."""
        settings = self.connection.settings
        environment = {
            "SWITCHYARD_KAFKA_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
            "SWITCHYARD_KAFKA_PROFILE": settings.profile,
            "SWITCHYARD_GATEWAY_HOST": "127.0.0.1",
            "SWITCHYARD_GATEWAY_PORT": str(self._port),
            "SWITCHYARD_GATEWAY_KEYS_FILE": str(self.plan.keys_file or self._make_keys()),
            "SWITCHYARD_NOTIFIER_PUBLIC_URL": self.gateway_url,
            "SWITCHYARD_GATEWAY_PUBLIC_URL": self.gateway_url,
        }
        link_keys = self._secret("link-keys", secrets.token_urlsafe(32))
        environment["SWITCHYARD_NOTIFIER_LINK_KEY_FILE"] = str(link_keys)
        environment["SWITCHYARD_GATEWAY_LINK_KEYS_FILE"] = str(link_keys)
        if self.plan.smtp_port is not None:
            environment["SWITCHYARD_NOTIFIER_SMTP_HOST"] = "127.0.0.1"
            environment["SWITCHYARD_NOTIFIER_SMTP_PORT"] = str(self.plan.smtp_port)
        if self.plan.clock_file is not None:
            environment[ENVIRONMENT_VARIABLE] = str(self.plan.clock_file)
        return environment | self.plan.environment

    def _make_keys(self) -> Path:
        entries = []
        for role in ROLES:
            key = self.keys[role] = new_key()
            entries.append(
                {
                    "name": f"local-{role}",
                    "role": role,
                    "pools": ["*"],
                    "sha256": hash_key(key),
                    "requests_per_s": LOCAL_REQUESTS_PER_S,
                }
            )
        return self._secret("keys.json", json.dumps({"keys": entries}))

    def _secret(self, name: str, content: str) -> Path:
        path = self.home / name
        path.touch(mode=0o600)
        path.write_text(content)
        return path
