"""`switchyard status`: the pools now."""

import time
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from switchyard.cli.gateway import DEFAULT_URL, Key, Url, client, get
from switchyard.cli.output import Json, print_json
from switchyard.cli.sentences.base import duration, moment


def register(app: typer.Typer) -> None:
    @app.command()
    def status(
        *,
        pool: Annotated[str | None, typer.Option(help="Only this pool.")] = None,
        watch: Annotated[bool, typer.Option("--watch", help="Go on until Ctrl-C.")] = False,
        every: Annotated[float, typer.Option(min=0.2, help="Seconds between two looks.")] = 1.0,
        gateway: Url = DEFAULT_URL,
        key: Key = None,
        as_json: Json = False,
    ) -> None:
        """Show which channels are down, what waits, who is ready, what is escalated, by pool."""
        params = {"pool": pool} if pool else {}
        with client(gateway, key) as http:
            if not watch:
                _show(_look(http, params), as_json=as_json)
                return
            try:
                _watch(lambda: _look(http, params), every, as_json=as_json)
            except KeyboardInterrupt:
                raise typer.Exit(0) from None


def _look(http: httpx.Client, params: Mapping[str, str]) -> dict[str, Any]:
    """The pools, and beside them the channels, which belong to all of them."""
    channels = get(http, "/v1/channels", params)["channels"]
    return {**get(http, "/v1/status", params), "channels": channels}


def _show(found: Any, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        print("\n".join(lines(found)))


def _watch(look: Any, every_s: float, *, as_json: bool) -> None:
    """In place on a terminal; one look after the other where the output is piped."""
    console = Console()
    if as_json or not console.is_terminal:
        while True:
            _show(look(), as_json=as_json)
            time.sleep(every_s)
    with Live(console=console, refresh_per_second=4) as live:
        while True:
            live.update(Text("\n".join(lines(look()))))
            time.sleep(every_s)


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """As text: what is wrong with channels, then a paragraph for each pool, tables in it."""
    yield from (line for each in found.get("channels", ()) if (line := _trouble(each)))
    pools = found.get("pools", found)
    named = (
        [(str(it.get("pool") or it.get("name") or ""), it) for it in pools]
        if isinstance(pools, list)
        else list(pools.items())
    )
    for name, pool in named:
        yield f"pool {name}"
        if isinstance(pool, Mapping):
            yield from (f"  {line}" for line in _fields(pool))
    if not named:
        yield "no pool is known to this key"


def _trouble(channel: Mapping[str, Any]) -> str | None:
    """One line about a channel that is not well: since when, which incident to look at."""
    if channel["health"] == "healthy":
        return None
    health = "down" if channel["health"] == "failed_over" else "under suspicion"
    since = f" since {moment(channel['since_ms'])}" if channel.get("since_ms") else ""
    incident = channel.get("incident_id")
    look = f"; see `switchyard outage show {incident}`" if incident else ""
    return f"channel {channel['channel']} is {health}{since}{look}"


def _fields(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        title = _title(name)
        match value:
            case Mapping():
                told = ", ".join(f"{key} {_cell(it)}" for key, it in value.items())
                yield f"{title}: {told or 'none'}"
            case list() if value and all(isinstance(it, Mapping) for it in value):
                yield f"{title}:"
                yield from (f"  {line}" for line in _aligned(value))
            case list():
                yield f"{title}: {', '.join(map(str, value)) or 'none'}"
            case None:
                pass  # this gateway does not know it
            case _ if name not in ("pool", "name"):
                yield f"{_title(name)}: {_cell(value, name)}"
            case _:
                pass  # the name stands above the paragraph


def _aligned(rows: list[Mapping[str, Any]]) -> Iterator[str]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = [[_title(name) for name in columns]]
    table += [[_cell(row.get(name), name) for name in columns] for row in rows]
    widths = [max(len(line[place]) for line in table) for place in range(len(columns))]
    for line in table:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _title(name: str) -> str:
    return name.removesuffix("_ms").replace("_", " ")


def _cell(value: Any, name: str = "") -> str:
    """A value as text; a length of time in the units that people say."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("_at_ms") and isinstance(value, int):
        return moment(value)
    if name.endswith("_ms") and isinstance(value, int):
        return duration(value) if value else "-"
    if isinstance(value, Mapping):
        return " ".join(f"{name}={_cell(it)}" for name, it in value.items()) or "-"
    return str(value)
