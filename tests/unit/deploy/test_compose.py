"""What compose.yaml and the demo's file must hold, as far as that shows without Docker."""

import inspect
from importlib import import_module
from pathlib import Path
from typing import Any, TypeGuard

import pytest
from pydantic_settings import BaseSettings

from shared.clock import ENVIRONMENT_VARIABLE
from shared.contracts.topics import TOPICS
from shared.kafka.connection import KafkaSettings
from shared.runner.settings import ServiceSettings
from switchyard.docs.settings_page import fields_of, name_of
from switchyard.supervisor.installation import SERVICES
from tests.support.brokers import IMAGE as TESTED_KAFKA
from tests.unit.deploy.compose_files import (
    COMPOSE,
    DEMO,
    ROOT,
    environment_of,
    read,
    services,
    variables_named,
)

BASE = services(COMPOSE)
DAY = services(DEMO)
OURS = {name: it for name, it in BASE.items() if name != "kafka"}
# Read by the command line and by the container's check, not by a service.
ELSEWHERE = {"SWITCHYARD_HEALTH_URLS", ENVIRONMENT_VARIABLE, "PARTITIONS"}
# Of the compose files themselves.
KNOBS = {
    "SWITCHYARD_IMAGE",
    "SWITCHYARD_MEMORY",
    "SWITCHYARD_PARTITIONS",
    "SWITCHYARD_BIND",
    "SWITCHYARD_PORT",
    "DEMO_SCALE",
}


def settings_of(service: str) -> set[str]:
    """Names of the environment that this service reads."""
    module = import_module(f"services.{service}.settings")
    classes: set[type[BaseSettings]] = {KafkaSettings, ServiceSettings}
    classes |= {it for it in vars(module).values() if inspect.isclass(it) and _is_settings(it)}
    return {name_of(each, field) for each in classes for field in fields_of(each)}


def _is_settings(it: type[object]) -> TypeGuard[type[BaseSettings]]:
    return issubclass(it, BaseSettings)


def mounted(service: dict[str, Any]) -> set[str]:
    return {f"/run/secrets/{name}" for name in service.get("secrets", [])}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_there_and_starts_after_kafka_and_setup(name: str) -> None:
    service = BASE[name]
    assert service["command"] == ["python", "-m", f"services.{name}"]
    assert service["depends_on"] == {
        "kafka": {"condition": "service_healthy"},
        "setup": {"condition": "service_completed_successfully"},
    }
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_healthy_means_ready_at_the_address_that_the_service_has(name: str) -> None:
    service = BASE[name]
    assert "/opt/switchyard/ready.py" in service["healthcheck"]["test"]
    port = environment_of(service).get("SWITCHYARD_HEALTH_URLS", "http://127.0.0.1:8081")[-4:]
    assert port == ("8080" if name == "gateway" else "8081")


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_containers_may_do_no_more_than_they_need(name: str) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True
    assert "user" not in service, "the image says who: not root"
    assert not {"privileged", "cap_add", "network_mode", "pid"} & service.keys()


@pytest.mark.parametrize("name", sorted(DAY))
def test_the_demo_takes_no_protection_away(name: str) -> None:
    service = DAY[name]
    assert not {"privileged", "cap_add", "user", "pid", "ports"} & service.keys()
    assert service.get("network_mode", "service:notifier") == "service:notifier"
    if name not in BASE:
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


@pytest.mark.parametrize("name", SERVICES)
def test_only_settings_that_exist_are_set(name: str) -> None:
    known = settings_of(name) | ELSEWHERE
    for service in (BASE[name], DAY[name]):
        assert environment_of(service).keys() <= known


def test_what_the_environment_may_say_is_a_setting_or_a_knob_of_the_file() -> None:
    known = KNOBS.union(*(settings_of(name) for name in SERVICES))
    for path in (COMPOSE, DEMO):
        assert variables_named(path.read_text()) <= known


def test_the_prober_of_names_would_see_a_wrong_one() -> None:
    assert "SWITCHYARD_NOTIFIER_SMTP_HOST" in settings_of("notifier")
    assert "SWITCHYARD_NOTIFIER_SMTP_HOTS" not in settings_of("notifier")
    assert variables_named("${A:-x} $${B} ${C}") == {"A", "C"}


@pytest.mark.parametrize("name", sorted({*OURS, *DAY}))
def test_a_file_that_a_setting_names_is_a_secret_that_is_mounted(name: str) -> None:
    base, day = BASE.get(name, {}), DAY.get(name, {})
    there = mounted(base) | mounted(day)
    told = {**environment_of(base), **environment_of(day)}
    named = {value for value in told.values() if value.startswith("/run/secrets/")}
    assert named == there


def test_every_secret_is_a_file_that_is_made_and_none_stands_in_a_file_of_ours() -> None:
    declared = read(COMPOSE)["secrets"] | read(DEMO)["secrets"]
    for name, secret in declared.items():
        assert set(secret) == {"file"}
        assert Path(secret["file"]).parent == Path("deploy/secrets")
        assert Path(secret["file"]).stem == name
    used = {
        each for service in (*BASE.values(), *DAY.values()) for each in service.get("secrets", [])
    }
    assert used == declared.keys()


def test_only_the_gateway_has_a_port_and_only_on_this_machine() -> None:
    assert [name for name, service in BASE.items() if "ports" in service] == ["gateway"]
    assert BASE["gateway"]["ports"][0].startswith("${SWITCHYARD_BIND:-127.0.0.1}:")


def test_kafka_is_reached_by_our_containers_alone() -> None:
    assert read(COMPOSE)["networks"]["log"] == {"internal": True}
    assert BASE["kafka"]["networks"] == ["log"]
    assert all("log" in BASE[name]["networks"] for name in (*SERVICES, "setup"))


@pytest.mark.parametrize("name", SERVICES)
def test_a_second_instance_can_be_started(name: str) -> None:
    """A name or a fixed member id can be had once."""
    assert not {"container_name", "hostname", "scale"} & BASE[name].keys()
    assert "SWITCHYARD_KAFKA_GROUP_INSTANCE_ID" not in environment_of(BASE[name])
    assert "SWITCHYARD_GATEWAY_INSTANCE" not in environment_of(BASE[name])


def test_compose_and_the_tests_use_one_kafka() -> None:
    assert BASE["kafka"]["image"] == TESTED_KAFKA
    assert BASE["kafka"]["volumes"] == ["kafka:/var/lib/kafka/data"]
    assert environment_of(BASE["kafka"])["KAFKA_LOG_DIRS"] == "/var/lib/kafka/data"


def test_one_broker_can_keep_every_internal_topic() -> None:
    """Without these the first transaction waits for brokers that do not exist."""
    settings = environment_of(BASE["kafka"])
    for name in ("OFFSETS_TOPIC", "TRANSACTION_STATE_LOG"):
        assert settings[f"KAFKA_{name}_REPLICATION_FACTOR"] == "1"
    assert settings["KAFKA_TRANSACTION_STATE_LOG_MIN_ISR"] == "1"
    assert settings["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert TOPICS, "setup makes them"


def test_setup_makes_topics_before_it_applies_the_example_configuration() -> None:
    script = BASE["setup"]["command"][-1]
    assert script.index("topics create") < script.index("config apply /config")
    assert BASE["setup"]["volumes"] == ["./config:/config:ro"]
    assert (ROOT / "config" / "people.yaml").is_file()
    assert BASE["setup"]["restart"] == "no"


@pytest.mark.parametrize("name", SERVICES)
def test_in_the_demo_every_service_follows_the_clock_that_setup_makes(name: str) -> None:
    clock = environment_of(DAY[name])[ENVIRONMENT_VARIABLE]
    assert f"demo --make-clock {clock}" in DAY["setup"]["command"][-1]
    assert DAY["setup"]["volumes"] == DAY[name]["volumes"] == ["clock:/var/lib/switchyard"]
    assert clock.startswith("/var/lib/switchyard/")
    assert ENVIRONMENT_VARIABLE not in environment_of(BASE[name])


def test_the_demo_plays_when_every_service_is_ready_and_speaks_by_the_same_clock() -> None:
    demo = DAY["demo"]
    assert demo["depends_on"] == {name: {"condition": "service_healthy"} for name in SERVICES}
    assert demo["restart"] == "no"
    day, router = environment_of(demo), environment_of(DAY["router"])
    assert day[ENVIRONMENT_VARIABLE] == router[ENVIRONMENT_VARIABLE]
    assert "config apply" not in DAY["setup"]["command"][-1], "it applies its own"
