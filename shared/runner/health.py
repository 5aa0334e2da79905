"""/healthz, /readyz and /metrics of a deciding service, on a port of its own."""

import asyncio
from collections.abc import Callable, Iterable, Mapping

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from shared.runner.owner import Counters

Figure = tuple[str, Mapping[str, str], float]  # name, labels, value; `…_total` is a counter


def no_figures() -> Iterable[Figure]:
    """For services that count nothing of their own."""
    return ()


class HealthServer:
    """Serves until cancelled. `not_ready` gives the reasons; an empty list is ready.

    `figures`: what the service counts beside the runner's counters.
    """

    def __init__(
        self,
        *,
        service: str,
        host: str,
        port: int,
        not_ready: Callable[[], list[str]],
        counters: Counters,
        figures: Callable[[], Iterable[Figure]] = no_figures,
    ) -> None:
        self._service, self._not_ready, self._counters = service, not_ready, counters
        self._figures = figures
        app = Starlette(
            routes=[
                Route("/healthz", self._alive),
                Route("/readyz", self._ready),
                Route("/metrics", self._metrics),
            ]
        )
        config = uvicorn.Config(
            app, host=host, port=port, log_config=None, access_log=False, lifespan="off"
        )
        self._server = uvicorn.Server(config)

    async def run(self) -> None:
        try:
            await self._server._serve()  # noqa: SLF001 - serve() would take the signals of the app
        except asyncio.CancelledError:
            self._server.should_exit = True
            raise

    async def _alive(self, _request: Request) -> Response:
        return JSONResponse({"service": self._service, "alive": True})

    async def _ready(self, _request: Request) -> Response:
        reasons = self._not_ready()
        body = {"service": self._service, "ready": not reasons, "reasons": reasons}
        return JSONResponse(body, status_code=503 if reasons else 200)

    async def _metrics(self, _request: Request) -> Response:
        lines = []
        for name in self._counters.__slots__:
            kind = "gauge" if name.endswith("_s") else "counter"
            lines += [
                f"# TYPE switchyard_{name} {kind}",
                f'switchyard_{name}{{service="{self._service}"}} {getattr(self._counters, name)}',
            ]
        return PlainTextResponse("\n".join([*lines, *self._own_lines()]) + "\n")

    def _own_lines(self) -> Iterable[str]:
        """Those of one name together, as the format wants them."""
        named: dict[str, list[str]] = {}
        for name, labels, value in self._figures():
            told = {"service": self._service, **labels}
            inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in told.items())
            named.setdefault(name, []).append(f"switchyard_{name}{{{inside}}} {value}")
        for name, lines in named.items():
            yield f"# TYPE switchyard_{name} {'counter' if name.endswith('_total') else 'gauge'}"
            yield from lines


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
