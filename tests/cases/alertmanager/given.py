"""The cases: our copy, or all files of that name under `--cases DIR`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.contracts.people import Inhibition, Matcher, Route

NAME = "alertmanager*.json"


def files(folder: Path | None) -> list[dict[str, Any]]:
    paths = sorted((folder or Path(__file__).parent).rglob(NAME))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def trees(folder: Path | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each routing tree with its cases, under its name in the file."""
    for found in files(folder):
        for name, value in found.items():
            if isinstance(value, dict) and "tree" in value:
                yield name, value


def timelines(folder: Path | None) -> list[dict[str, Any]]:
    return [it for found in files(folder) for it in found.get("timelines", ())]


def route(node: dict[str, Any]) -> Route:
    return Route(
        receiver=node.get("receiver"),
        match=matchers(node),
        go_on=node.get("continue", False),
        group_by=_labels(node.get("group_by")),
        group_wait_s=node.get("group_wait_s"),
        group_interval_s=node.get("group_interval_s"),
        repeat_interval_s=node.get("repeat_interval_s"),
        routes=tuple(map(route, node.get("routes", ()))),
    )


def matchers(node: dict[str, Any]) -> tuple[Matcher, ...]:
    equal = (Matcher(label=name, value=value) for name, value in node.get("match", {}).items())
    patterns = (
        Matcher(label=name, value=value, pattern=True)
        for name, value in node.get("match_re", {}).items()
    )
    return (*equal, *patterns)


def inhibition(rule: dict[str, Any]) -> Inhibition:
    def side(labels: dict[str, str]) -> tuple[Matcher, ...]:
        return tuple(Matcher(label=name, value=value) for name, value in labels.items())

    return Inhibition(
        source=side(rule["source"]), target=side(rule["target"]), equal=tuple(rule["equal"])
    )


def _labels(said: list[str] | None) -> tuple[str, ...] | None:
    return None if said is None else tuple(said)
