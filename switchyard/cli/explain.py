"""`switchyard explain ID`: what happened to one interaction, in order, and why."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

import typer

from switchyard.cli.gateway import DEFAULT_URL, Key, Url, client, get
from switchyard.cli.output import Json, print_json
from switchyard.cli.sentences import sentence_of
from switchyard.cli.sentences.base import duration, moment


def register(app: typer.Typer) -> None:
    @app.command()
    def explain(
        interaction_id: Annotated[str, typer.Argument(metavar="ID", help="Such as support:4711.")],
        *,
        gateway: Url = DEFAULT_URL,
        key: Key = None,
        as_json: Json = False,
    ) -> None:
        """Tell what happened to an interaction, in order, and why."""
        with client(gateway, key) as http:
            found = get(http, f"/v1/interactions/{quote(interaction_id, safe=':')}")
        facts = found.pop("facts", [])
        if as_json:
            told = [{**fact, "sentence": sentence_of(fact)} for fact in facts]
            print_json({**found, "facts": told})
            return
        for line in story(found, facts):
            print(line)


def story(interaction: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> list[str]:
    """A heading, and a line for each fact: when, since the first, who, what and why."""
    heading = f"{interaction.get('interaction_id', '?')}: {interaction.get('state', 'unknown')}"
    if not facts:
        return [heading, "Nothing is known of it."]
    first = int(facts[0].get("at_ms", 0))
    lines = [heading, f"first heard of at {moment(first)}"]
    for fact in facts:
        since = int(fact.get("at_ms", first)) - first
        lines.append(f"{'+' + duration(since):>12}  {fact.get('by', ''):<10}  {sentence_of(fact)}")
    if interaction.get("left_out"):
        lines.append(f"{interaction['left_out']} records in the middle are left out")
    return lines
