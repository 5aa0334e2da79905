"""`switchyard outage`: say that a channel is down, tell the news, say that it is over, look."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import quote

import typer

from shared.contracts.words import CHANNELS, Channel, Severity
from switchyard.cli.gateway import DEFAULT_URL, Key, Url, client, get, post
from switchyard.cli.lengths import seconds
from switchyard.cli.output import Json, fail, plural, print_json, print_table
from switchyard.cli.sentences import sentence_of
from switchyard.cli.sentences.base import duration, listed, moment, spaced
from switchyard.cli.sentences.outage import AUDIENCES

Incident = Annotated[str, typer.Argument(metavar="ID", help="Of the incident, such as chat-1.")]
Status = Literal["investigating", "identified", "monitoring"]
NextUpdate = Annotated[
    str | None,
    typer.Option("--next-update", metavar="TIME", help="When more will be told: 90s, 15m, 1h30m."),
]
Message = Annotated[str, typer.Option(help="For everybody who is told, as you write it.")]


def register(app: typer.Typer) -> None:
    outage = typer.Typer(help="Outages of channels: declare, update, resolve, and look at them.")
    outage.command("declare")(declare)
    outage.command("update")(update)
    outage.command("resolve")(resolve)
    outage.command("show")(show)
    outage.command("list")(list_incidents)
    app.add_typer(outage, name="outage", no_args_is_help=True)


def declare(
    channel: Annotated[Channel, typer.Option(help=f"One of {', '.join(CHANNELS)}.")],
    *,
    pool: Annotated[
        list[str] | None, typer.Option(help="Only this pool; repeat it. Without it: all.")
    ] = None,
    severity: Annotated[Severity, typer.Option(help="How bad it is.")] = "critical",
    title: Annotated[str, typer.Option(help="A line for the board and the messages.")] = "",
    message: Message = "",
    next_update: NextUpdate = None,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Say that a channel is down: its contacts move to the backups at once, and people are told."""
    body: dict[str, Any] = {
        "channel": channel,
        "pools": pool or [],
        "severity": severity,
        "title": title,
        "message": message,
    }
    answer = _command(gateway, key, "/v1/incidents", body | _promise(next_update))
    _told(answer, "declared", as_json=as_json)


def update(
    incident_id: Incident,
    message: Message = "",
    status: Annotated[Status | None, typer.Option(help="How far the repair is.")] = None,
    severity: Annotated[Severity | None, typer.Option(help="If it is another one now.")] = None,
    next_update: NextUpdate = None,
    *,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Tell the news to everybody who knows of the outage, and promise when more will come."""
    given: dict[str, Any] = {"message": message, "status": status, "severity": severity}
    body = {name: value for name, value in given.items() if value} | _promise(next_update)
    if not body:
        fail("there is no news", "give --message, --status, --severity or --next-update", code=2)
    answer = _command(gateway, key, f"{_path(incident_id)}/updates", body)
    _told(answer, "updated", as_json=as_json)


def resolve(
    incident_id: Incident,
    message: Message = "",
    *,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Say that it is over: contacts go back at once, and everybody who was told is told so."""
    answer = _command(gateway, key, f"{_path(incident_id)}/resolve", {"message": message})
    _told(answer, "resolved", as_json=as_json)


def show(
    incident_id: Incident,
    *,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Tell the whole story of an incident: what was seen, said, decided, told and moved."""
    with client(gateway, key) as http:
        found = get(http, _path(incident_id))
    if as_json:
        facts = [{**fact, "sentence": sentence_of(fact)} for fact in found.pop("facts", [])]
        print_json({**found, "facts": facts})
        return
    for line in story(found):
        print(line)


def list_incidents(
    *,
    only_open: Annotated[bool, typer.Option("--open", help="Only those that go on.")] = False,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """List incidents: open ones first, then the newest."""
    with client(gateway, key) as http:
        found = get(http, "/v1/incidents", {"state": "open"} if only_open else None)
    if as_json:
        print_json(found)
        return
    rows = [_row(it, found["now_ms"]) for it in found["incidents"]]
    print_table(("incident", "state", "severity", "since", "lasts", "moved", "title"), rows)


def story(incident: Mapping[str, Any]) -> list[str]:
    """A heading; a line for each thing that happened, in order of time; then the sums."""
    began = int(incident["opened_at_ms"])
    title = f": {incident['title']}" if incident.get("title") else ""
    pools = listed(incident["pools"]) or "every pool"
    lines = [f"{incident['incident_id']}{title}"]
    lines.append(
        f"{incident['severity']}, {incident['state']}; {spaced(incident['channel'])} of {pools}; "
        f"since {moment(began)}"
    )
    happened = [
        (int(it["at_ms"]), str(it.get("by", "")), sentence_of(it)) for it in incident["facts"]
    ]
    happened += [(int(it["requested_at_ms"]), "outage", _notice(it)) for it in incident["notices"]]
    for at_ms, by, told in sorted(happened, key=lambda it: it[0]):
        lines.append(f"{_since(at_ms - began):>12}  {by:<10}  {told}")
    if incident.get("left_out"):
        lines.append(f"{incident['left_out']} records in the middle are left out")
    return [*lines, *_sums(incident)]


def _notice(count: Mapping[str, Any]) -> str:
    people = "1 person" if count["count"] == 1 else f"{count['count']} people"
    return f"{people} of {AUDIENCES[count['audience']]} to be told: {count['purpose']}."


def _sums(incident: Mapping[str, Any]) -> list[str]:
    lines = [f"{pool['pool']}: {_moves(pool)}" for pool in incident["moves"]]
    return [*lines, f"in all: {_moves(incident)}"]


def _moves(counts: Mapping[str, Any]) -> str:
    return (
        f"{plural(counts['moved'], 'move')} to a backup, {counts['parked']} parked, "
        f"{counts['returned']} returned"
    )


def _since(length_ms: int) -> str:
    return f"-{duration(-length_ms)}" if length_ms < 0 else f"+{duration(length_ms)}"


def _row(it: Mapping[str, Any], now_ms: int) -> tuple[object, ...]:
    end_ms = it["resolved_at_ms"] if it["resolved_at_ms"] is not None else now_ms
    lasted = duration(max(0, end_ms - it["opened_at_ms"]))
    began = moment(it["opened_at_ms"])
    return it["incident_id"], it["state"], it["severity"], began, lasted, it["moved"], it["title"]


def _command(gateway: str, key: str | None, path: str, body: Mapping[str, Any]) -> Any:
    with client(gateway, key) as http:
        return post(http, path, body)


def _told(answer: Mapping[str, Any], done: str, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    elif answer.get("facts"):
        print(f"{answer.get('incident_id') or 'the incident'} is {done}")
    else:
        event_id = answer.get("event_id")
        print(f"it is in the log as {event_id}; `switchyard outage list` shows what comes of it")


def _promise(text: str | None) -> dict[str, int]:
    if text is None:
        return {}
    return {"next_update_s": seconds(text)}


def _path(incident_id: str) -> str:
    return f"/v1/incidents/{quote(incident_id, safe='')}"
