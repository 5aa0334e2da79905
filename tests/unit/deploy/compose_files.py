"""The compose files as the tests read them: plain YAML with its merge keys, nothing filled in."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
COMPOSE = ROOT / "compose.yaml"
DEMO = DEPLOY / "compose.demo.yaml"

Service = dict[str, Any]


def read(path: Path) -> dict[str, Any]:
    found = yaml.safe_load(path.read_text())
    assert isinstance(found, dict)
    return found


def services(path: Path) -> dict[str, Service]:
    return {str(name): service or {} for name, service in read(path)["services"].items()}


def environment_of(service: Service) -> dict[str, str]:
    return {str(name): str(value) for name, value in (service.get("environment") or {}).items()}


def variables_named(text: str) -> set[str]:
    """What compose fills in from the environment: `${NAME}` and `${NAME:-default}`."""
    return set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))
