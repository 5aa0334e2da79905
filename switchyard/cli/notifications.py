"""`switchyard notifications`: who was not told, why, and one more try for what came to nothing."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import quote

import httpx
import typer

from shared.contracts.words import ContactMethod
from switchyard.cli.commands import not_yet
from switchyard.cli.gateway import DEFAULT_URL, Key, Url, client, get, post
from switchyard.cli.groups import goes_on
from switchyard.cli.lengths import seconds
from switchyard.cli.output import WRONG_USE, Json, fail, plural, print_json, print_table
from switchyard.cli.sentences import sentence_of
from switchyard.cli.sentences.base import duration, moment, spaced
from switchyard.cli.sentences.tellings import about, why

State = Literal["told", "waiting", "unsure", "not_told", "superseded"]
End = Literal["dead_lettered", "expired", "unknown"]
_DOOR = "/v1/notifications"
_PAGE = 1_000  # asked for at once

Incident = Annotated[
    str | None, typer.Option(metavar="ID", help="Only of this outage, such as chat-1.")
]
Escalation = Annotated[str | None, typer.Option(metavar="ID", help="Only of this escalation.")]
Person = Annotated[str | None, typer.Option(metavar="ID", help="Only to this person.")]
NotificationId = Annotated[
    str, typer.Argument(metavar="ID", help="As `switchyard notifications` tells it.")
]


def register(app: typer.Typer) -> None:
    notifications = typer.Typer(
        help="Who was told what, and who was not; send again what came to nothing."
    )
    notifications.callback(invoke_without_command=True)(list_notifications)
    notifications.command("show")(show)
    notifications.command("redrive")(redrive)
    app.add_typer(notifications, name="notifications")


def list_notifications(
    context: typer.Context,
    *,
    undelivered: Annotated[
        bool,
        typer.Option("--undelivered", help="Only who was not told, or perhaps not, or not yet."),
    ] = False,
    incident: Incident = None,
    escalation: Escalation = None,
    person: Person = None,
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Who was told what, and who was not. Without a further verb: list them."""
    if goes_on(context):
        return
    given = {"incident": incident, "escalation": escalation, "person": person, "state": state}
    asked = {name: value for name, value in given.items() if value}
    if undelivered:
        asked["undelivered"] = "true"
    with client(gateway, key) as http:
        found = _all_of(http, asked)
    if as_json:
        print_json(found)
        return
    columns = ("person", "about", "state", "by", "tries", "why", "since", "notification")
    print_table(columns, (_row(it, found["now_ms"]) for it in found["notifications"]))


def show(
    notification_id: NotificationId,
    *,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Tell the whole story of a message to one person: tries, outcomes, hops, holds."""
    with client(gateway, key) as http:
        found = get(http, _path(notification_id))
    if as_json:
        facts = [{**fact, "sentence": sentence_of(fact)} for fact in found.pop("facts", [])]
        print_json({**found, "facts": facts})
        return
    print(f"{found['person']}: {about(found)}; {spaced(found['state'])}: {why(found)}")
    for fact in found["facts"]:
        at = moment(int(fact["at_ms"]))
        print(f"{at}  {sentence_of(fact)}")
    if found.get("left_out"):
        print(f"{found['left_out']} records in the middle are left out")


def redrive(
    notification_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One message; without it, all that fit.")
    ] = None,
    *,
    person: Person = None,
    incident: Incident = None,
    escalation: Escalation = None,
    method: Annotated[
        ContactMethod | None, typer.Option(help="Only by this contact method.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only what ended within: 90s, 15m, 2h, 1d.")
    ] = None,
    end: Annotated[
        End | None, typer.Option(help="How it ended; without it dead_lettered and expired.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Whatever came to nothing, if nothing narrows it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be sent again, and why not.")
    ] = False,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why; it is kept in the log.")
    ] = None,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Send again what came to nothing: one more try each, as long as it is of use."""
    narrowed = {
        "person": person, "incident": incident, "escalation": escalation, "method": method,
        "end": end,
    }  # fmt: skip
    body: dict[str, Any] = {name: value for name, value in narrowed.items() if value}
    _check_redrive(notification_id, narrows=bool(body or since), everything=everything,
                   dry_run=dry_run, reason=reason)  # fmt: skip
    if reason is not None:
        body["reason"] = reason
    within_s = seconds(since) if since is not None else None
    with client(gateway, key) as http:
        if notification_id is not None:
            answer = post(http, f"{_path(notification_id)}/redrive", body)
        else:
            if within_s is not None:  # by the gateway's clock: a demo's runs faster than ours
                now_ms = int(get(http, _DOOR, {"limit": "1"})["now_ms"])
                body["since_ms"] = max(0, now_ms - within_s * 1000)
            answer = post(http, f"{_DOOR}/redrive", body | ({"dry_run": True} if dry_run else {}))
    if as_json:
        print_json(answer)
    elif notification_id is None:
        _tell_many(answer)
    elif answer.get("facts"):
        print(f"the message to {answer['person']} is tried again")
    else:
        not_yet(answer, f"switchyard notifications show {notification_id}")


def _check_redrive(
    notification_id: str | None,
    *,
    narrows: bool,
    everything: bool,
    dry_run: bool,
    reason: str | None,
) -> None:
    """Leaves with a remedy where it is not clear what is meant."""
    if notification_id is not None and (narrows or everything or dry_run):
        remedy = "give the ID alone; `switchyard notifications show ID` tells how it stands"
        fail("an ID goes with no option that picks messages", remedy, code=WRONG_USE)
    if notification_id is None and not (narrows or everything):
        remedy = "give an ID, --person, --incident, --escalation, --method, --since, --end or --all"
        fail("it is not said what is to be sent again", remedy, code=WRONG_USE)
    if not dry_run and not (reason or "").strip():
        fail("a reason is needed", "give --reason; it is kept in the log", code=WRONG_USE)


def _tell_many(answer: Mapping[str, Any]) -> None:
    number = answer["chosen"]
    done = "would be tried again" if answer["dry_run"] else "to be tried again"
    print(f"{plural(number, 'message')} {done}, of {answer['matched']} that fit")
    for left_out, count in answer["left_out"].items():
        print(f"left out, {spaced(left_out)}: {count}")
    for notification_id in answer["notification_ids"]:
        print(notification_id)
    if answer["takes_s"] and not answer["dry_run"]:
        print(f"they go a hundred at a time, within {duration(int(answer['takes_s'] * 1000))}")


def _all_of(http: httpx.Client, asked: Mapping[str, str]) -> dict[str, Any]:
    found = get(http, _DOOR, {**asked, "limit": str(_PAGE)})
    everything = list(found["notifications"])
    while found["next_cursor"] is not None:
        cursor = str(found["next_cursor"])
        found = get(http, _DOOR, {**asked, "limit": str(_PAGE), "cursor": cursor})
        everything += found["notifications"]
    return {"now_ms": found["now_ms"], "notifications": everything}


def _row(it: Mapping[str, Any], now_ms: int) -> tuple[object, ...]:
    return (
        it["person"],
        about(it),
        spaced(it["state"]),
        spaced(it["why"]["method"]),
        it["attempts"],
        why(it),
        duration(max(0, now_ms - it["opened_at_ms"])),
        it["notification_id"],
    )


def _path(notification_id: str) -> str:
    return f"{_DOOR}/{quote(notification_id, safe='')}"
