"""`switchyard people`: who can be told by which methods, and codes that confirm addresses."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import typer

from shared.contracts.words import ContactMethod
from switchyard.cli.commands import not_yet
from switchyard.cli.gateway import DEFAULT_URL, Key, Url, client, get, post
from switchyard.cli.groups import goes_on
from switchyard.cli.output import Json, print_json, print_table
from switchyard.cli.sentences.base import moment, spaced

PersonId = Annotated[str, typer.Argument(metavar="ID", help="Of the person, as in people.yaml.")]
Method = Annotated[ContactMethod, typer.Argument(help="The contact method.")]
_PAGE = 1_000  # asked for at once


def register(app: typer.Typer) -> None:
    people = typer.Typer(help="Who can be told by which methods; confirm addresses by a code.")
    people.callback(invoke_without_command=True)(list_people)
    people.command("verify")(verify)
    people.command("confirm")(confirm)
    app.add_typer(people, name="people")


def list_people(
    context: typer.Context,
    *,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Who can be told, by which methods. Without a further verb: list everybody."""
    if goes_on(context):
        return
    with client(gateway, key) as http:
        found = _everybody(http)
    if as_json:
        print_json(found)
        return
    columns = ("person", "language", "methods", "urgent", "not urgent", "quiet")
    print_table(columns, (_row(it) for it in found["people"]))


def verify(
    person: PersonId,
    method: Method,
    *,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Send a code by this method, so that the person can show that the address is his."""
    with client(gateway, key) as http:
        answer = post(http, _path(person, method), {})
    if as_json:
        print_json(answer)
        return
    until = moment(int(answer["expires_at_ms"]))
    print(f"a code goes to {person} by {spaced(method)}; it is good until {until}")
    print(f"then: switchyard people confirm {person} {method} CODE")


def confirm(
    person: PersonId,
    method: Method,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The digits that were sent.")],
    *,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Give the code that was sent: from then on the address counts as confirmed."""
    with client(gateway, key) as http:
        answer = post(http, f"{_path(person, method)}/confirm", {"code": code})
    if as_json:
        print_json(answer)
    elif answer.get("state") == "verified":
        print(f"{spaced(method)} of {person} is confirmed")
    else:
        not_yet(answer, "switchyard people")


def _everybody(http: httpx.Client) -> dict[str, Any]:
    found = get(http, "/v1/people", {"limit": str(_PAGE)})
    people = list(found["people"])
    while found["next_cursor"] is not None:
        cursor = str(found["next_cursor"])
        found = get(http, "/v1/people", {"limit": str(_PAGE), "cursor": cursor})
        people += found["people"]
    return {**found, "people": people}


def _row(it: Mapping[str, Any]) -> tuple[object, ...]:
    rules = it["rules"] or {"high": [], "low": []}
    return (
        it["person"],
        it["locale"],
        ", ".join(_method(each) for each in it["methods"]) or "none",
        _chain(rules["high"]),
        _chain(rules["low"]),
        _quiet(it["quiet"]),
    )


def _method(it: Mapping[str, Any]) -> str:
    confirmed = "confirmed" if it["verified"] else "not confirmed"
    return f"{spaced(it['method'])} {it['address']} ({confirmed})"


def _chain(hops: list[Mapping[str, Any]]) -> str:
    return ", then ".join(spaced(hop["method"]) for hop in hops)


def _quiet(quiet: Mapping[str, Any] | None) -> str:
    if quiet is None:
        return ""
    hours = f"{_clock(quiet['start_minute'])}-{_clock(quiet['end_minute'])}"
    return f"{hours}, now" if quiet["now"] else hours


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _path(person: str, method: str) -> str:
    return f"/v1/people/{quote(person, safe='')}/contact-methods/{method}/verification"
