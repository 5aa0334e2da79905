"""Which rooms hear of an alert, against Alertmanager's own expectations."""

from pathlib import Path
from typing import Any

import pytest

from services.notifier.core.rooms.tree import Told, routed
from tests.cases.alertmanager.given import route, trees

DEFAULT_WAIT_MS = Told().wait_ms


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    folder: Path | None = metafunc.config.getoption("--cases")
    cases = [
        pytest.param(value["tree"], case, id=f"{name}-{number}")
        for name, value in trees(folder)
        for number, case in enumerate(value["cases"])
    ]
    metafunc.parametrize(("tree", "case"), cases)


def test_an_alert_goes_where_theirs_goes(tree: dict[str, Any], case: dict[str, Any]) -> None:
    found = routed(route(tree), case["labels"])
    if "expect_receivers" in case:
        assert [it.receiver for it in found] == case["expect_receivers"]
        return
    for it, expected in zip(found, case["expect"], strict=True):
        assert it.receiver == expected["receiver"]
        wait_s = expected["group_wait_s"]
        assert it.wait_ms == (DEFAULT_WAIT_MS if wait_s is None else round(wait_s * 1000))
