"""`switchyard keys new`: an API key for the gateway, shown once; its hash for the keys file."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from pydantic import ValidationError

from services.gateway.adapters.keys import ApiKey, Role, hash_key, new_key
from switchyard.cli.output import WRONG_USE, Json, fail, print_json


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """`key` is for its user and stored nowhere; `line` is an entry of the gateway's keys file."""

    key: str
    line: str  # JSON: {"name", "role", "pools", "agents", "sha256"}


def register(app: typer.Typer) -> None:
    keys = typer.Typer(help="API keys of the gateway.")
    keys.command("new")(new)
    keys.callback()(_only_a_group)
    app.add_typer(keys, name="keys", no_args_is_help=True)


def _only_a_group() -> None:
    """API keys of the gateway."""  # else typer would make the only verb the command itself


def new(
    name: Annotated[str, typer.Option(help="Whose key it is; the actor in the log.")],
    role: Annotated[Role, typer.Option(help="What it may do.")],
    pools: Annotated[str, typer.Option(help="Pools, separated by commas; `*` for all.")],
    agent: Annotated[
        list[str] | None, typer.Option(help="With role agent: an agent's id; repeat it.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Make a key. It is shown once: give it to its user, and the last line to the keys file.

    The key goes to stdout, and after it the entry for the list `keys` of the gateway's keys file,
    which holds only its hash.
    """
    wanted = [pool.strip() for pool in pools.split(",") if pool.strip()]
    try:
        made = make(name=name, role=role, pools=wanted, agent=agent)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in wrong["loc"]) or "--agent"
        fail(f"{where}: {wrong['msg']}", "see `switchyard keys new --help`", code=WRONG_USE)
    if as_json:
        print_json({"key": made.key, "entry": json.loads(made.line)})
        return
    print(made.key)
    sys.stderr.write("shown only now; the entry for the list `keys` of the keys file:\n")
    print(f"- {made.line}")


def make(*, name: str, role: Role, pools: Sequence[str], agent: Sequence[str] | None) -> NewKey:
    """A new key and its entry.

    Args:
        agent: ids of the agents for whom a key of role `agent` may act; None or empty else.

    Raises:
        pydantic.ValidationError: the gateway would refuse such an entry.
    """
    secret = new_key()
    entry = ApiKey(
        name=name,
        role=role,
        pools=tuple(pools),
        agents=tuple(agent or ()),
        sha256=hash_key(secret),
    )
    return NewKey(key=secret, line=entry.model_dump_json(exclude_defaults=True))
