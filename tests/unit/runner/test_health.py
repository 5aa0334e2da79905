"""What a service counts of its own stands beside the runner's counters."""

from typing import Any

import httpx

from shared.runner.health import HealthServer
from shared.runner.owner import Counters


async def metrics(server: HealthServer) -> list[str]:
    app: Any = server._server.config.app
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://health") as client:
        return (await client.get("/metrics")).text.splitlines()


async def test_figures_of_one_name_stand_together_with_their_kind_and_labels() -> None:
    figures = (
        ("provider_phase", {"provider": "email"}, 0),
        ("provider_blocked_total", {"provider": "email"}, 3),
        ("provider_phase", {"provider": 'odd"host\\'}, 2),
    )
    server = HealthServer(
        service="notifier",
        host="127.0.0.1",
        port=0,
        not_ready=list,
        counters=Counters(),
        figures=lambda: figures,
    )
    lines = await metrics(server)
    assert 'switchyard_heard{service="notifier"} 0' in lines
    first = lines.index("# TYPE switchyard_provider_phase gauge")
    assert lines[first:] == [
        "# TYPE switchyard_provider_phase gauge",
        'switchyard_provider_phase{service="notifier",provider="email"} 0',
        'switchyard_provider_phase{service="notifier",provider="odd\\"host\\\\"} 2',
        "# TYPE switchyard_provider_blocked_total counter",
        'switchyard_provider_blocked_total{service="notifier",provider="email"} 3',
    ]
