"""The gateway over HTTP, for verbs that ask it."""

from collections.abc import Mapping
from typing import Annotated, Any, Never

import httpx
import typer

from switchyard.cli.output import FOUND, fail

DEFAULT_URL = "http://127.0.0.1:8080"
Url = Annotated[
    str,
    typer.Option(
        "--gateway", envvar="SWITCHYARD_GATEWAY", metavar="URL", help="Address of the gateway."
    ),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        envvar="SWITCHYARD_KEY",
        show_envvar=True,
        help="API key; better by environment than here, where `ps` shows it.",
    ),
]


def client(url: str, key: str | None) -> httpx.Client:
    """A client that sends the key; close it after use."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return httpx.Client(base_url=url, headers=headers, timeout=10.0)


def get(http: httpx.Client, path: str, params: Mapping[str, str] | None = None) -> Any:
    """The JSON at a path; leaves with a remedy if there is none."""
    return _ask(http, "GET", path, params=dict(params or {}))


def post(http: httpx.Client, path: str, body: Mapping[str, Any]) -> Any:
    """What the gateway says to a command; leaves with a remedy if it was refused."""
    return _ask(http, "POST", path, json=dict(body))


def _ask(http: httpx.Client, method: str, path: str, **more: Any) -> Any:
    try:
        answer = http.request(method, path, **more)
    except (httpx.TransportError, httpx.InvalidURL) as error:
        remedy = "is it running? name it with --gateway or SWITCHYARD_GATEWAY"
        fail(f"the gateway at {http.base_url}: {type(error).__name__}", remedy)
    if answer.status_code in (401, 403):
        _refuse_key(http, answer)
    if answer.status_code == 404:
        _refuse(answer, "it is not known", "check the name, and the pool", code=FOUND)
    if answer.status_code in (409, 422):
        _refuse(answer, "it was refused", "mend the command", code=FOUND)
    if answer.status_code == 429:
        _refuse(answer, "it was asked too often", "try again in a while", code=FOUND)
    if answer.is_error:
        remedy = "see `switchyard health`" if answer.is_server_error else "mend the command"
        fail(f"the gateway answered {answer.status_code}: {_detail(answer)}", remedy)
    try:
        return answer.json()
    except ValueError:
        fail("the answer is not JSON", f"is {http.base_url} a Switchyard gateway?")


def _refuse(answer: httpx.Response, problem: str, remedy: str, *, code: int) -> Never:
    """The gateway's detail ends with how to mend it, where it is of more than one sentence."""
    told = _detail(answer).rstrip(".")
    first, _, last = told.rpartition(". ")
    if first:
        fail(first, last[:1].lower() + last[1:], code=code)
    fail(told or problem, remedy, code=code)


def _refuse_key(http: httpx.Client, answer: httpx.Response) -> Never:
    """Who may not enter is told so, and who may enter and not do this is told that."""
    if answer.status_code == 403:
        told = _detail(answer).rstrip(".") or "it may not do this"
        fail(f"the API key was refused ({told})", "give one that may, with SWITCHYARD_KEY")
    given = "was refused" if "authorization" in http.headers else "is missing"
    fail(f"the API key {given}", "give one with SWITCHYARD_KEY; see `switchyard keys new`")


def _detail(answer: httpx.Response) -> str:
    """What the gateway says is wrong, in whatever of the usual fields it says so."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    body = body.get("error", body) if isinstance(body, dict) else {}
    if not isinstance(body, dict):
        return str(body)
    return str(body.get("message") or body.get("detail") or body.get("title") or "")
