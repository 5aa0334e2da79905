"""`switchyard explain ID`: what happened to one interaction, in order, why, and where it is now."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import typer
from pydantic import ValidationError

from shared.contracts.explanation import InteractionExplained
from switchyard.cli.explain_recorded import AsOf, FromFile, explain_from
from switchyard.cli.gateway import DEFAULT_URL, Key, Url, client, get
from switchyard.cli.output import WRONG_USE, Json, fail, print_json
from switchyard.cli.sentences import sentence_of
from switchyard.cli.sentences.base import duration, moment
from switchyard.cli.sentences.explained import lines

_OPEN = frozenset({"waiting", "offered", "assigned", "parked"})


def register(app: typer.Typer) -> None:
    @app.command()
    def explain(
        interaction_id: Annotated[str, typer.Argument(metavar="ID", help="Such as support:4711.")],
        *,
        gateway: Url = DEFAULT_URL,
        key: Key = None,
        recording: FromFile = None,
        at: AsOf = None,
        as_json: Json = False,
    ) -> None:
        """Tell what happened to an interaction, in order, and why it is where it is now."""
        if recording is not None:
            explain_from(recording, interaction_id, at, as_json=as_json)
            return
        if at is not None:
            remedy = "leave it out, or name a file with --recording"
            fail("--at is for recordings: the gateway tells what is now", remedy, code=WRONG_USE)
        path = f"/v1/interactions/{quote(interaction_id, safe=':')}"
        with client(gateway, key) as http:
            found = get(http, path)
            now = _asked(http, path) if found.get("state") in _OPEN else None
        facts = found.pop("facts", [])
        if as_json:
            told = [{**fact, "sentence": sentence_of(fact)} for fact in facts]
            print_json({**found, "facts": told, "explanation": now})
            return
        for line in (*story(found, facts), *place(found, now)):
            print(line)


def _asked(http: httpx.Client, path: str) -> dict[str, Any] | None:
    """The router's explanation; None where there is none: it is late, or the gateway is older.

    The story is told all the same, so nothing here makes the verb fail.
    """
    try:
        answer = http.get(f"{path}/explanation")
        told = answer.json() if answer.status_code == 200 else None
    except (httpx.TransportError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def story(interaction: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> list[str]:
    """A heading, and a line for each fact: when, since the first, who, what and why."""
    heading = f"{interaction.get('interaction_id', '?')}: {interaction.get('state', 'unknown')}"
    if not facts:
        return [heading, "Nothing is known of it."]
    first = int(facts[0].get("at_ms", 0))
    lines_ = [heading, f"first heard of at {moment(first)}"]
    for fact in facts:
        since = int(fact.get("at_ms", first)) - first
        lines_.append(f"{'+' + duration(since):>12}  {fact.get('by', ''):<10}  {sentence_of(fact)}")
    if interaction.get("left_out"):
        lines_.append(f"{interaction['left_out']} records in the middle are left out")
    return lines_


def place(interaction: Mapping[str, Any], now: Mapping[str, Any] | None) -> Iterator[str]:
    """The section on where it is now; nothing where it has ended."""
    if interaction.get("state") not in _OPEN:
        return
    yield ""
    try:
        event = InteractionExplained.model_validate(now)
    except ValidationError:
        yield "why it is where it is: the router did not say so within a second; ask again"
        return
    yield f"why it is where it is, at {moment(event.at_ms)}"
    yield from (f"  {line}" for line in lines(event))
