"""The container's check, run as the container runs it."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.unit.deploy.compose_files import DEPLOY


class Service(HTTPServer):
    """Answers /readyz with this status, and any other path with 404."""

    status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Doors(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Service)
        status = self.server.status if self.path == "/readyz" else 404
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b'{"ready":false,"reasons":["shard router-1 is taking"]}')

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service(("127.0.0.1", 0), _Doors) as it:
        thread = threading.Thread(target=it.serve_forever, daemon=True)
        thread.start()
        yield it
        it.shutdown()
        thread.join()


def check(urls: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(DEPLOY / "ready.py")],
        env={"SWITCHYARD_HEALTH_URLS": urls},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_ready_is_exit_code_0_and_not_ready_is_1_with_what_was_said(service: Service) -> None:
    assert check(service.url).returncode == 0
    service.status = 503
    answer = check(service.url)
    assert answer.returncode == 1
    assert "shard router-1 is taking" in answer.stdout


def test_one_of_two_that_is_not_there_is_not_ready(service: Service) -> None:
    answer = check(f"{service.url} http://127.0.0.1:1")
    assert answer.returncode == 1
    assert "http://127.0.0.1:1 does not answer" in answer.stdout


def test_nothing_to_ask_is_not_ready() -> None:
    assert check("").returncode == 1
