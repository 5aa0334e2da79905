"""Health, readiness, metrics, and the description of all doors."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from services.gateway.adapters.doors.door import Call, told


async def health(call: Call) -> Response:
    """Alive: a task that ended cannot come back by itself, so the process must be started anew."""
    crashed = call.desk.crashed
    return told(503 if crashed else 200, {"alive": not crashed, "ended_tasks": crashed})


async def readiness(call: Call) -> Response:
    reasons = call.desk.not_ready()
    return told(
        503 if reasons else 200,
        {
            "service": "gateway",
            "ready": not reasons,
            "reasons": reasons,
            "records_read": call.desk.view.records,
        },
    )


async def metrics(call: Call) -> Response:
    return Response(generate_latest(call.desk.metrics.registry), media_type=CONTENT_TYPE_LATEST)
