"""What came of a command that a person gave: told in sentences, or as JSON."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import typer

from switchyard.cli.gateway import client, post
from switchyard.cli.output import print_json
from switchyard.cli.sentences import sentence_of

Reason = Annotated[
    str, typer.Option(help="Why; it is kept in the log with the name of your key.", metavar="TEXT")
]
InteractionId = Annotated[
    str, typer.Argument(metavar="ID", help="Of the interaction, such as support:4711.")
]


def interaction_path(interaction_id: str) -> str:
    return f"/v1/interactions/{quote(interaction_id, safe=':')}"


def of_interaction(
    gateway: str,
    key: str | None,
    interaction_id: str,
    door: str,
    body: Mapping[str, Any],
    *,
    as_json: bool,
) -> None:
    """Send it, wait for the facts that follow, and tell them; leaves with a remedy if refused."""
    path = interaction_path(interaction_id)
    with client(gateway, key) as http:
        answer = post(http, f"{path}/{door}", body)
        followed = _followed(http, path, answer) if answer.get("facts") else []
    if as_json:
        print_json({**answer, "told": followed})
    elif followed:
        for fact in followed:
            print(f"{interaction_id}: {fact['sentence']}")
    elif "transferred_out" in answer.get("facts", ()) and body.get("to_pool"):
        print(f"{interaction_id} went to pool {body['to_pool']}, which this key may not enter")
    elif answer.get("facts"):
        print(f"{interaction_id} is {answer.get('state', 'as it was')}")
    else:
        not_yet(answer, f"switchyard explain {interaction_id}")


def not_yet(answer: Mapping[str, Any], look: str) -> None:
    """It is in the log, and no fact came in time."""
    print(f"it is in the log as {answer.get('event_id')}; `{look}` shows what comes of it")


def _followed(http: httpx.Client, path: str, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The facts that name the command as their cause, each with its sentence.

    None where they cannot be read any more: it went to a pool that this key may not enter.
    """
    try:
        read = http.get(path)
        found = read.json() if read.status_code == 200 else {}
    except (httpx.TransportError, ValueError):
        return []
    return [
        {**fact, "sentence": sentence_of(fact)}
        for fact in found.get("facts", ())
        if fact.get("cause") == answer.get("event_id")
    ]
