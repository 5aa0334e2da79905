"""The way through a path's doors: key, rate, role, size, shape; the door; the log line."""

import time
from base64 import b64decode
from collections.abc import Sequence
from pathlib import PurePath

import structlog
from pydantic import BaseModel, ValidationError
from starlette.datastructures import Headers, QueryParams
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.gateway.adapters.doors.door import Call, Desk, Door
from services.gateway.adapters.keys import ApiKey
from services.gateway.adapters.problems import Problem, invalid

log = structlog.get_logger(__name__)
_FORM = "application/x-www-form-urlencoded"


class Doorway:
    """An ASGI application for one path."""

    def __init__(self, doors: Sequence[Door], desk: Desk) -> None:
        self._doors = {door.method: door for door in doors}
        self._route = doors[0].path
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started_s = time.perf_counter()
        method: str = scope["method"]
        headers = Headers(scope=scope)
        key: ApiKey | None = None
        try:
            door = self._door(method)
            key = self._key(headers, door)
            response = await door.handler(await self._admit(door, key, headers, scope, receive))
        except Problem as problem:
            response = problem.response()
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the caller gets an answer, the log the place
            response = _our_fault(error, self._route)
        await response(scope, receive, send)
        self._note(method, response.status_code, time.perf_counter() - started_s, key)

    async def _admit(
        self, door: Door, key: ApiKey | None, headers: Headers, scope: Scope, receive: Receive
    ) -> Call:
        call = Call(
            desk=self._desk,
            door=door,
            headers=headers,
            path=scope["path_params"],
            query=None,
            body=None,
            presented=key,
        )
        if door.roles and call.key.role not in door.roles:
            raise Problem(
                403,
                "role_not_allowed",
                f"Key `{call.key.name}` has role {call.key.role}; this door is for "
                f"{', '.join(sorted(door.roles))}.",
            )
        if key is not None:
            self._limit(key)
        if door.needs_view:
            self._must_be_ready()
        if door.query is not None:
            call.query = _read_query(door.query, scope["query_string"])
        if door.raw:
            limit = self._desk.settings.body_limit_bytes
            call.content = await _read_body(headers, receive, limit)
            call.target = _target(scope)
        if door.body is not None:
            content = await _read_body(headers, receive, self._desk.settings.body_limit_bytes)
            is_form = headers.get("content-type", "").startswith(_FORM)
            if not (door.takes_form and is_form):  # `curl -d` calls JSON a form as well
                call.body = _read_json(door, content)
        return call

    def _door(self, method: str) -> Door:
        found = self._doors.get("GET" if method == "HEAD" else method)
        if found is None:
            allowed = ", ".join(sorted(self._doors))
            raise Problem(
                405, "method_not_allowed", f"This path takes {allowed}.", headers={"Allow": allowed}
            )
        return found

    def _key(self, headers: Headers, door: Door) -> ApiKey | None:
        """The key that was presented; a wrong one is refused even where none is needed."""
        secret = headers.get("x-api-key")
        if secret is None:
            scheme, _, secret = headers.get("authorization", "").partition(" ")
            if scheme.lower() == "basic" and door.for_browsers:
                secret = _password(secret)
            elif scheme.lower() != "bearer":
                return None
        found = self._desk.keys.find(secret.strip())
        if found is None:
            raise Problem(
                401,
                "unknown_key",
                "This API key is not known here. Ask the operator for a new one.",
                headers={"WWW-Authenticate": door.challenge},
            )
        return found

    def _limit(self, key: ApiKey) -> None:
        wait_s = self._desk.rates.take(key.name, key.requests_per_s, time.monotonic())
        if wait_s:
            raise Problem(
                429,
                "too_many_requests",
                f"Key `{key.name}` asks too often. Try again in {wait_s} s.",
                headers={"Retry-After": str(wait_s)},
            )

    def _must_be_ready(self) -> None:
        reasons = self._desk.not_ready()
        if reasons:
            raise Problem(
                503,
                "not_ready",
                f"Not ready: {'; '.join(reasons)}. Try again soon.",
                headers={"Retry-After": "1"},
            )

    def _note(self, method: str, status: int, took_s: float, key: ApiKey | None) -> None:
        self._desk.metrics.requests.labels(method, self._route, str(status)).inc()
        self._desk.metrics.seconds.labels(self._route).observe(took_s)
        log.info(
            "request_answered",
            method=method,
            route=self._route,
            status=status,
            ms=round(took_s * 1000, 1),
            key_name=key.name if key is not None else None,
        )


def _password(given: str) -> str:
    """Of HTTP Basic (RFC 7617), where any name will do; what is no such thing is no key either."""
    try:
        name_and_password = b64decode(given.strip(), validate=True).decode()
    except ValueError:
        return ""
    return name_and_password.partition(":")[2]


def _target(scope: Scope) -> str:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")


async def _read_body(headers: Headers, receive: Receive, most: int) -> bytes:
    """The whole body. One that is too large is refused as soon as that is known."""
    announced = headers.get("content-length", "0")
    too_large = Problem(
        413,
        "body_too_large",
        f"The body has more than {most} bytes. Send less, or a link to it.",
        field="body",
        headers={"Connection": "close"},
    )
    if announced.isdigit() and int(announced) > most:
        raise too_large
    content = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        content += message.get("body", b"")
        if len(content) > most:
            raise too_large
        if not message.get("more_body", False):
            return bytes(content)


def _read_json(door: Door, content: bytes) -> BaseModel | None:
    assert door.body is not None
    if not content.strip() and door.body_may_lack:
        return None
    try:
        return door.body.model_validate_json(content)
    except ValidationError as error:
        raise invalid(error) from None


def _read_query(model: type[BaseModel], query: bytes) -> BaseModel:
    try:
        return model.model_validate(dict(QueryParams(query)))
    except ValidationError as error:
        raise invalid(error, where="query") from None


def _our_fault(error: Exception, route: str) -> Response:
    """The line where it broke, and no message: a message may hold customer data."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = (
        f"{PurePath(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
    )
    log.error("request_failed", route=route, error=type(error).__name__, where=where)
    return Problem(
        500, "our_fault", "This is a fault of the gateway; its log says where."
    ).response()
