"""Closing lines: how often each fault happened, and each invariant was put to the test."""

import pytest

_LINES = pytest.StashKey[list[str]]()


@pytest.fixture
def closing_lines(pytestconfig: pytest.Config) -> list[str]:
    """What a test adds here stands under the test run's summary."""
    return pytestconfig.stash.setdefault(_LINES, [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    lines = config.stash.get(_LINES, [])
    if lines:
        terminalreporter.section("fault simulation of the whole system")
        for line in lines:
            terminalreporter.write_line(line)
