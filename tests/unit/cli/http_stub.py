"""A real HTTP server on the loopback address that answers with what a test says."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Server:
    url: str = ""
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # path and key
    taken: list[tuple[str, Any]] = field(default_factory=list)  # path and body of each POST


@contextmanager
def serving(**answers: tuple[int, Any]) -> Iterator[Server]:
    """`answers`: path to status and body, of a POST `POST <path>`; everything else is 404."""
    server = Server(answers=dict(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, self.headers.get("authorization")))
            self._answer(self.path)

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            server.taken.append((self.path, json.loads(content)))
            self._answer(f"POST {self.path}")

        def _answer(self, door: str) -> None:
            status, body = server.answers.get(door, (404, {"detail": "no such thing"}))
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass  # the test reads `asked`

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
