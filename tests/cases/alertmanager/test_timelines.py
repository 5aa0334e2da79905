"""When a room is told of which alerts, against Alertmanager's own expectations."""

import re
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.rooms import Alert
from tests.cases.alertmanager.given import timelines
from tests.cases.alertmanager.played import Message, Played

_RESOLVED = re.compile(r"(.*?)(?: \(resolved(?: at ([\d.]+))?\))?")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    folder: Path | None = metafunc.config.getoption("--cases")
    found = timelines(folder)
    others = {it["id"]: it for it in found}
    metafunc.parametrize(
        ("timeline", "others"), [pytest.param(it, others, id=it["id"]) for it in found]
    )


def test_a_room_is_told_when_theirs_is(
    timeline: dict[str, Any], others: dict[str, dict[str, Any]]
) -> None:
    # given
    expect = timeline["expect"]
    wanted = expect if isinstance(expect, dict) else {"room": expect}
    windows = {name: [_window(it) for it in entries] for name, entries in wanted.items()}
    until_s = max(end for entries in windows.values() for _, end, _ in entries)
    # when
    played = Played(timeline, others)
    played.play(timeline, until_s)
    # then
    for name, entries in windows.items():
        assert _as_expected(played.told[name], entries), (name, played.told[name], entries)


def _window(entry: Any) -> tuple[float, float, list[str] | None]:
    if isinstance(entry, list):
        return entry[0], entry[1], None
    return *entry["between"], entry["alerts"]


def _as_expected(told: list[Message], windows: list[tuple[float, float, list[str] | None]]) -> bool:
    """Each window has one message, of these alerts; one without alerts has none; no other is."""
    loud = [it for it in windows if it[2] is None or it[2]]
    if len(told) != len(loud):
        return False
    return all(
        start <= message.at_s <= end and (names is None or _same(message.alerts, names))
        for message, (start, end, names) in zip(told, loud, strict=True)
    )


def _same(alerts: tuple[Alert, ...], names: list[str]) -> bool:
    left = list(alerts)
    for name in names:
        match = next((it for it in left if _is(it, name)), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def _is(alert: Alert, said: str) -> bool:
    found = _RESOLVED.fullmatch(said)
    assert found is not None
    parts = set(found[1].split("/"))
    return parts <= set(alert.labels.values()) and (
        ("(resolved" in said) is (alert.ends_at_ms is not None)
    )
