"""`switchyard agent`: somebody signs an agent out, or changes what he may serve."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import typer

from shared.contracts.agents import LanguageSkill
from switchyard.cli.commands import Reason, not_yet
from switchyard.cli.gateway import DEFAULT_URL, Key, Url, client, get, post
from switchyard.cli.lengths import named_level
from switchyard.cli.output import WRONG_USE, Json, fail, plural, print_json
from switchyard.cli.sentences.agents import abilities

AgentId = Annotated[str, typer.Argument(metavar="ID", help="The agent's id.")]
Pool = Annotated[str | None, typer.Option(help="Where several pools have an agent of this id.")]


def register(app: typer.Typer) -> None:
    agent = typer.Typer(help="Sign an agent out, or change what he may serve; with a reason.")
    agent.command("signout")(signout)
    agent.command("skills")(skills)
    app.add_typer(agent, name="agent", no_args_is_help=True)


def signout(
    agent_id: AgentId,
    *,
    reason: Reason,
    requeue: Annotated[
        bool, typer.Option("--requeue", help="What he has waits again at once.")
    ] = False,
    after_work: Annotated[
        bool, typer.Option("--after-work", help="He gets nothing new, and goes when all is done.")
    ] = False,
    pool: Pool = None,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Sign an agent out: his offers go to others at once, his work after its channel's grace."""
    if requeue and after_work:
        fail("--requeue and --after-work exclude each other", "give one of them", code=WRONG_USE)
    body = {"after_work": after_work, "requeue_work": requeue, "reason": reason}
    answer, found = _command(gateway, key, agent_id, pool, door="signout", body=body)
    if as_json:
        print_json({**answer, "agent": found})
    elif not answer.get("facts"):
        not_yet(answer, "switchyard status")
    else:
        print(_signed_out(found))


def skills(
    agent_id: AgentId,
    levels: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME=LEVEL]…", help="billing=3; billing=0 takes it away."),
    ] = None,
    *,
    reason: Reason,
    language: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TAG=SPOKEN/WRITTEN", help="he=3/5, he=3 for both, he=0 for none; repeat."
        ),
    ] = None,
    only: Annotated[
        bool, typer.Option("--only", help="These and no others; without it others stay.")
    ] = False,
    as_configured: Annotated[
        bool, typer.Option("--as-configured", help="What was changed by hand ends.")
    ] = False,
    pool: Pool = None,
    gateway: Url = DEFAULT_URL,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Change what an agent may serve, until the configuration is applied again."""
    if bool(levels or language) == as_configured:
        remedy = "give skills as billing=3, --language he=3/5, or only --as-configured"
        fail("it is not said what to change", remedy, code=WRONG_USE)
    known_skills = dict(named_level(it, least=0) for it in levels or ())
    known_languages = dict(_language(it) for it in language or ())
    body: dict[str, Any] = {"as_configured": True} if as_configured else {}
    if not as_configured:
        with client(gateway, key) as http:
            before = {} if only else _read(http, agent_id, pool)
        if levels:
            body["skills"] = _without_zeros(before.get("skills", {}) | known_skills)
        if language:
            body["languages"] = _spoken(before.get("languages", {}) | known_languages)
    body |= {"reason": reason}
    answer, found = _command(gateway, key, agent_id, pool, door="skills", body=body)
    if as_json:
        print_json({**answer, "agent": found})
    elif not answer.get("facts"):
        not_yet(answer, "switchyard status")
    else:
        print(_serves(found))


def _command(
    gateway: str, key: str | None, agent_id: str, pool: str | None, *, door: str, body: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The gateway's answer, and the agent after it."""
    path, asked = _path(agent_id), f"?pool={quote(pool, safe='')}" if pool else ""
    with client(gateway, key) as http:
        return post(http, f"{path}/{door}{asked}", body), _read(http, agent_id, pool)


def _read(http: httpx.Client, agent_id: str, pool: str | None) -> dict[str, Any]:
    found: dict[str, Any] = get(http, _path(agent_id), {"pool": pool} if pool else None)
    return found


def _path(agent_id: str) -> str:
    return f"/v1/agents/{quote(agent_id, safe='')}"


def _signed_out(agent: Mapping[str, Any]) -> str:
    """A sentence on how the agent is now."""
    name = agent["agent_id"]
    work: Sequence[str] = agent.get("assigned", ())
    if agent.get("next_status"):
        left = plural(len(work), "interaction")
        return (
            f"Agent {name} gets nothing new, and is {agent['next_status']} when {left} and their "
            "wrap-up are done."
        )
    left = f"; {plural(len(work), 'interaction')} with him until the grace is over" if work else ""
    return f"Agent {name} is {agent['status']}{left}."


def _serves(agent: Mapping[str, Any]) -> str:
    languages = {
        tag: LanguageSkill.model_validate(level) for tag, level in agent["languages"].items()
    }
    by = "by hand" if agent.get("skills_by_hand") else "as configured"
    return f"Agent {agent['agent_id']} serves, {by}: {abilities(agent['skills'], languages)}."


def _language(text: str) -> tuple[str, dict[str, int]]:
    tag, _, levels = text.partition("=")
    spoken, slash, written = levels.partition("/")
    parts = (spoken, written if slash else spoken)
    if not tag or not all(it.isdecimal() and int(it) <= 5 for it in parts):
        remedy = "write it as he=3/5: spoken and written, 0 to 5; or as he=3"
        fail(f"`{text}` is no language with levels", remedy, code=WRONG_USE)
    return tag, {"spoken": int(parts[0]), "written": int(parts[1])}


def _without_zeros(levels: Mapping[str, int]) -> dict[str, int]:
    return {name: level for name, level in levels.items() if level}


def _spoken(languages: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
    return {tag: levels for tag, levels in languages.items() if any(levels.values())}
