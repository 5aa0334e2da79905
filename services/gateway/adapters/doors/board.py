"""The board: one page, its files, and the stream that keeps it live. It changes nothing.

Browsers come with HTTP Basic here, and only here: a page that acts must not be entered by what a
browser sends of itself.
"""

from collections.abc import AsyncIterator, Mapping
from importlib import resources

from starlette.responses import Response, StreamingResponse

from services.gateway.adapters.doors import bodies
from services.gateway.adapters.doors.door import Call
from services.gateway.adapters.doors.outages import visible_pools
from services.gateway.adapters.problems import Problem

_PAGE = resources.files("services.gateway.adapters.doors") / "page"
_TYPES: Mapping[str, str] = {
    "board.css": "text/css",
    "board.js": "text/javascript",
    "drawing.js": "text/javascript",
    "words.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_DIRECTION = {"en": "ltr", "he": "rtl"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def page(call: Call) -> Response:
    query = call.asked(bodies.BoardQuery)
    if query.pool is not None:
        call.enter(query.pool)
    content = (
        (_PAGE / "board.html")
        .read_text("utf-8")
        .replace("{{language}}", query.lang)
        .replace("{{direction}}", _DIRECTION[query.lang])
        .replace("{{theme}}", query.theme or "auto")
    )
    return Response(content, media_type="text/html", headers=_HEADERS)


async def file(call: Call) -> Response:
    name = call.path["file"]
    if name not in _TYPES:
        raise Problem(404, "no_such_file", "The board has no file of this name.", field="file")
    return Response((_PAGE / name).read_bytes(), media_type=_TYPES[name], headers=_HEADERS)


async def stream(call: Call) -> Response:
    """Snapshots while they change; one of them where JSON is asked for."""
    asked = call.asked(bodies.PoolQuery).pool
    pools = visible_pools(call, asked)
    feed = call.desk.feed
    if "application/json" in call.headers.get("accept", ""):
        return Response(feed.now(pools), media_type="application/json", headers=_HEADERS)
    feed.must_have_room()
    return StreamingResponse(
        _events(call, asked),
        media_type="text/event-stream",
        headers={**_HEADERS, "X-Accel-Buffering": "no"},
    )


async def _events(call: Call, asked: str | None) -> AsyncIterator[bytes]:
    desk = call.desk
    watcher = desk.feed.open((call.key.pools, asked), lambda: visible_pools(call, asked))
    desk.metrics.streams.inc()
    try:
        yield b"retry: 2000\n\n"
        while True:
            # An event, not a comment: a page cannot see comments, and must know a dead stream.
            yield await watcher.take(timeout_s=desk.settings.board_heartbeat_s) or desk.feed.still()
            if watcher.closed:
                return
    finally:
        desk.metrics.streams.dec()
        desk.feed.close(watcher)
