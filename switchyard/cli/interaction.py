"""`switchyard interaction`: a supervisor steps in; who and why stay in the log."""

from datetime import datetime
from typing import Annotated, Any

import typer

from shared.contracts.words import CloseOutcome
from switchyard.cli.commands import InteractionId, Reason, of_interaction
from switchyard.cli.gateway import DEFAULT_URL, Key, Url
from switchyard.cli.lengths import named_level, seconds
from switchyard.cli.output import WRONG_USE, Json, fail

Agent = Annotated[str, typer.Argument(metavar="AGENT", help="The agent's id.")]


def register(app: typer.Typer) -> None:
    interaction = typer.Typer(help="Step in: give, put back, change, move, close; with a reason.")
    for verb in (assign, requeue, priority, transfer, close, change, callback):
        interaction.command(verb.__name__)(verb)
    app.add_typer(interaction, name="interaction", no_args_is_help=True)


def assign(
    interaction_id: InteractionId,
    agent: Agent,
    *,
    reason: Reason,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Give it to an agent at once, wherever it is; his capacity may be overdrawn."""
    body = {"agent_id": agent, "reason": reason}
    of_interaction(gateway, key, interaction_id, "assign", body, as_json=as_json)


def requeue(
    interaction_id: InteractionId,
    *,
    reason: Reason,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Take it from its agent, or from where it is parked: it waits again, with its age."""
    of_interaction(gateway, key, interaction_id, "requeue", {"reason": reason}, as_json=as_json)


def priority(
    interaction_id: InteractionId,
    priority_class: Annotated[str, typer.Argument(metavar="CLASS", help="Such as urgent.")],
    *,
    reason: Reason,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Give it another priority class of its pool; it counts at once."""
    body = {"priority": priority_class, "reason": reason}
    of_interaction(gateway, key, interaction_id, "change", body, as_json=as_json)


def transfer(
    interaction_id: InteractionId,
    *,
    reason: Reason,
    agent: Annotated[str | None, typer.Option(help="For a while only he is asked.")] = None,
    queue: Annotated[str | None, typer.Option(help="Another queue; of --pool, if given.")] = None,
    pool: Annotated[str | None, typer.Option(help="Another pool.")] = None,
    consult: Annotated[
        bool, typer.Option("--consult", help="The agent who has it gets it back afterwards.")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="What it requires begins anew; its age stays.")
    ] = False,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Send it to an agent, a queue or another pool, with the age that it has."""
    given = {"to_agent": agent, "to_queue": queue, "to_pool": pool}
    body: dict[str, Any] = {name: value for name, value in given.items() if value}
    if not body:
        fail("it is not said where to", "give --agent, --queue or --pool", code=WRONG_USE)
    body |= {"consult": consult, "restart": restart, "reason": reason}
    of_interaction(gateway, key, interaction_id, "transfer", body, as_json=as_json)


def close(
    interaction_id: InteractionId,
    *,
    reason: Reason,
    outcome: Annotated[CloseOutcome, typer.Option(help="What came of it.")] = "solved",
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Close it, wherever it is."""
    body = {"outcome": outcome, "reason": reason}
    of_interaction(gateway, key, interaction_id, "close", body, as_json=as_json)


def change(
    interaction_id: InteractionId,
    *,
    reason: Reason,
    priority: Annotated[str | None, typer.Option(help="Another priority class.")] = None,
    queue: Annotated[str | None, typer.Option(help="Another queue of the pool.")] = None,
    language: Annotated[str | None, typer.Option(help="BCP 47, such as pt-BR.")] = None,
    other_language: Annotated[
        list[str] | None, typer.Option(help="Also good for the customer; repeat, best first.")
    ] = None,
    no_other_languages: Annotated[
        bool, typer.Option("--no-other-languages", help="No other language will do.")
    ] = False,
    skill: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=LEVEL[,TIME]",
            help="billing=3, or billing=3,2m where it drops after a time; repeat. In place of "
            "those that the sender asked for; --no-skills for none.",
        ),
    ] = None,
    no_skills: Annotated[bool, typer.Option("--no-skills", help="None are asked for.")] = False,
    reapply: Annotated[
        bool, typer.Option("--reapply", help="The routing rules of today decide anew.")
    ] = False,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Change what it requires, or how urgent it is; it counts at once."""
    given = {
        "priority": priority,
        "queue": queue,
        "language": language,
        "other_languages": [] if no_other_languages else other_language,
        "skills": [] if no_skills else [_need(it) for it in skill or ()] or None,
        "reapply": reapply or None,
    }
    body = {name: value for name, value in given.items() if value is not None}
    if not body:
        remedy = "give --priority, --queue, --language, --other-language, --skill or --reapply"
        fail("it is not said what to change", remedy, code=WRONG_USE)
    body |= {"reason": reason}
    of_interaction(gateway, key, interaction_id, "change", body, as_json=as_json)


def callback(
    interaction_id: InteractionId,
    *,
    reason: Reason,
    not_before: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="ISO 8601 with a zone: 2026-03-02T15:00+01:00."),
    ] = None,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """The customer need not stay: he is called when it is his turn."""
    body: dict[str, Any] = {"reason": reason}
    if not_before is not None:
        body["not_before"] = _instant(not_before)
    of_interaction(gateway, key, interaction_id, "callback", body, as_json=as_json)


def _need(text: str) -> dict[str, Any]:
    named, comma, after = text.partition(",")
    name, level = named_level(named)
    drops = {"drops_after_s": seconds(after)} if comma else {}
    return {"skill": name, "level": level, **drops}


def _instant(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        remedy = "write it as 2026-03-02T15:00+01:00, or with Z at the end"
        fail(f"`{text}` is no time with a zone", remedy, code=WRONG_USE)
    return at.isoformat()
