"""Fixtures for all tests, and the closing lines that say which broker they ran on."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from shared.kafka.connection import Connection
from switchyard.brokers.apache import ApacheKafka
from tests.support.brokers import apache_kafka, embedded_broker

DATA = "SWITCHYARD_DATA"  # names the folder of the data sets that may not be shipped


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cases", type=Path, help="a folder of further cases, for tests/cases")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"data: reads data sets that are not shipped ({DATA})")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("data") is not None and not os.environ.get(DATA):
        pytest.skip(f"no data ({DATA})")


@pytest.fixture(scope="session")
def data_sets() -> Path:
    """The folder of the data sets, for tests that are marked `data`."""
    return Path(os.environ[DATA])


@pytest.fixture(scope="session")
def kafka_servers() -> Iterator[tuple[str, ApacheKafka | None]]:
    with apache_kafka() as found:
        yield found


@pytest.fixture(scope="module")
def kafka(kafka_servers: tuple[str, ApacheKafka | None]) -> Connection:
    """Apache Kafka, shared by the session; every test uses topics of its own."""
    return Connection.to(kafka_servers[0])


@pytest.fixture(scope="module")
def embedded() -> Iterator[Connection]:
    """The embedded broker, a fresh one per module: its fetches slow down with age."""
    with embedded_broker() as connection:
        yield connection


@pytest.fixture(autouse=True)
def _logging_ends_with_its_test() -> Iterator[None]:
    """A command sets up logging to the stderr of its test, which is closed after it."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many tests ran on which broker, and how many could not."""
    ran: Counter[str] = Counter()
    marks = ("kafka", "embedded", "whole", "browser")
    for report in terminalreporter.stats.get("passed", []):
        where = [mark for mark in marks if mark in report.keywords]
        ran[where[0] if where else "none"] += 1
    skipped = len(terminalreporter.stats.get("skipped", []))
    names = {
        "kafka": "on Apache Kafka",
        "embedded": "on the embedded broker",
        "whole": "on the whole system (embedded broker)",
        "browser": "in a browser",
        "none": "without a broker",
    }
    told = ", ".join(f"{ran[key]} {name}" for key, name in names.items())
    if any(DATA in str(it.longrepr) for it in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(f"not run: no data ({DATA})")
    terminalreporter.write_line(f"tests passed: {told}; skipped: {skipped}")
