"""Wiring: the view, what is told each period, and the doors of one gateway process."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version

import msgspec
import structlog
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.gateway.adapters.answers import RememberedAnswers
from services.gateway.adapters.doors.door import Call, Check, Desk, Door, digest
from services.gateway.adapters.doors.doorway import Doorway
from services.gateway.adapters.doors.metrics import Metrics
from services.gateway.adapters.doors.openapi import describe
from services.gateway.adapters.doors.table import DOORS
from services.gateway.adapters.evidence import Evidence
from services.gateway.adapters.feed import Feed
from services.gateway.adapters.guesses import Guesses
from services.gateway.adapters.heartbeats import Heartbeats
from services.gateway.adapters.keys import Keys, KeysError
from services.gateway.adapters.limits import RateLimits
from services.gateway.adapters.problems import Problem
from services.gateway.adapters.questions import Questions
from services.gateway.adapters.redrives import Redrives
from services.gateway.adapters.twilio_signatures import TwilioSecrets, read_secrets
from services.gateway.adapters.view.view import View
from services.gateway.settings import GatewaySettings
from shared.clock import Clock
from shared.contracts.configuration import Document
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.language import Detector
from shared.links import AckLinks
from shared.log import Appender, Follower
from shared.receipts import ReceiptTokens

log = structlog.get_logger(__name__)


def build_app(
    *,
    settings: GatewaySettings,
    appender: Appender,
    followers: Callable[[str], Follower],
    clock: Clock,
    documents: Mapping[str, Document],
    keys: Keys,
    links: AckLinks,
    checks: Sequence[Check] = (),
    registry: CollectorRegistry | None = None,
    detector: Detector | None = None,
) -> Starlette:
    """The gateway as an ASGI application; its tasks begin and end with the lifespan.

    Args:
        followers: makes a follower of a topic, from its beginning; called once for each log.
        documents: configuration documents by hash; whoever fills it may go on while we run.
        checks: each says why this process must not be asked now, or None.
        detector: one that is loaded already; None: a new one, loaded before the doors open.
    """
    view = View(
        documents=documents,
        ended_kept=settings.ended_kept,
        notifications_kept=settings.notifications_kept,
    )
    stamp = digest(f"{settings.instance}/{os.getpid()}/{clock.now_ms()}".encode())[:12]
    heartbeats = Heartbeats(
        appender=appender,
        clock=clock,
        directory=view.directory,
        stamp=stamp,
        period_s=settings.heartbeat_period_s,
        ready=view.caught_up,
    )
    evidence = Evidence(
        appender=appender,
        clock=clock,
        gateway=settings.instance,
        stamp=stamp,
        period_s=settings.evidence_period_s,
        ready=view.caught_up,
    )
    desk = Desk(
        settings=settings,
        clock=clock,
        appender=appender,
        view=view,
        heartbeats=heartbeats,
        evidence=evidence,
        feed=Feed(
            view=view,
            clock=clock,
            period_s=settings.board_period_s,
            at_risk_s=settings.board_at_risk_s,
            most=settings.boards,
        ),
        keys=keys,
        rates=RateLimits(per_s=settings.requests_per_s, burst=settings.requests_burst),
        answers=RememberedAnswers(
            most=settings.idempotency_kept, kept_s=settings.idempotency_kept_s
        ),
        questions=Questions(fresh_s=settings.explanation_kept_s),
        redrives=Redrives(appender=appender, clock=clock, period_s=settings.redrive_period_s),
        guesses=Guesses(),
        detector=detector or Detector(),
        links=links,
        receipts=ReceiptTokens(links.keys),
        twilio=_twilio(settings),
        metrics=Metrics(registry or CollectorRegistry()),
        stamp=stamp,
        checks=checks,
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await asyncio.to_thread(desk.detector.warm_up)
        async with _in_background(
            desk,
            view=view.run(POOL_LOG, followers(POOL_LOG)),
            outages=view.run(SYSTEM_LOG, followers(SYSTEM_LOG)),
            people=view.run(PEOPLE_LOG, followers(PEOPLE_LOG)),
            heartbeats=heartbeats.run(),
            evidence=evidence.run(),
            feed=desk.feed.run(),
            redrives=desk.redrives.run(),
        ):
            yield
        view.subscribers.close()
        desk.feed.close_all()

    app = Starlette(
        routes=_routes((*DOORS, _described(DOORS)), desk),
        exception_handlers={HTTPException: _no_door},
        lifespan=lifespan,
    )
    app.state.desk = desk
    return app


def _twilio(settings: GatewaySettings) -> TwilioSecrets:
    """Without secrets no receipt of Twilio's is believed.

    Raises:
        KeysError: there is a file, and it cannot be read.
    """
    path = settings.twilio_tokens_file
    try:
        return TwilioSecrets() if path is None else read_secrets(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise KeysError(f"tokens of Twilio, {path}: {error}") from error


def _routes(doors: Sequence[Door], desk: Desk) -> list[Route]:
    """One route per path, in the order of the table: those asked most come first."""
    of_path: dict[str, list[Door]] = {}
    for door in doors:
        of_path.setdefault(door.path, []).append(door)
    return [Route(path, Doorway(there, desk)) for path, there in of_path.items()]


def _described(doors: Sequence[Door]) -> Door:
    """The door to the description of the doors; made once, it never changes."""
    content = msgspec.json.encode(describe(doors, version=version("switchyard")))

    async def openapi(_call: Call) -> Response:
        return Response(content, media_type="application/json")

    return Door(
        method="GET",
        path="/openapi.json",
        name="openapi",
        summary="This description.",
        handler=openapi,
        needs_view=False,
    )


@asynccontextmanager
async def _in_background(desk: Desk, **jobs: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run jobs beside the doors. One that ends is told by /healthz and /readyz, never hidden."""

    def ended(task: "asyncio.Task[None]") -> None:
        if task.cancelled():
            return
        error = task.exception()
        desk.crashed.append(task.get_name())
        log.error("task_ended", task=task.get_name(), error=type(error).__name__ if error else None)

    tasks = [asyncio.create_task(job, name=name) for name, job in jobs.items()]
    for task in tasks:
        task.add_done_callback(ended)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _no_door(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return Problem(
        error.status_code, "no_such_door", "No door has this path; /openapi.json lists all."
    ).response()
