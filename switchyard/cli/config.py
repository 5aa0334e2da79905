"""`switchyard config apply|diff|history|schemas`: from a folder to running services."""

import getpass
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from shared.clock import clock_from_environment
from shared.configuration import Change, Loaded, diff
from shared.configuration.schemas import schemas
from shared.contracts.configuration import INSTALLATION, PEOPLE, Document
from shared.kafka.connection import Connection
from switchyard.cli.broker import Broker, OfProfile, connect, visit
from switchyard.cli.check import summary
from switchyard.cli.loading import Folder, load_folder
from switchyard.cli.output import FOUND, Json, fail, plural, print_json, print_table
from switchyard.rollout.plan import (
    Applied,
    Order,
    Publication,
    documents_of,
    latest_of,
    left_behind,
    plan_apply,
)
from switchyard.rollout.visits import log_sizes, publish, read_history

Changes = dict[str, tuple[Change, ...]]
_TITLES = {PEOPLE: "people", INSTALLATION: "outages"}  # of documents that are no pool's


def register(app: typer.Typer) -> None:
    config = typer.Typer(help="Publish a configuration, compare it, and see its history.")
    config.command("apply")(apply)
    config.command("diff")(compare)
    config.command("history")(history)
    config.command("schemas")(write_schemas)
    app.add_typer(config, name="config", no_args_is_help=True)


def apply(
    folder: Folder,
    *,
    reason: Annotated[str, typer.Option(help="Why; stays in the history.")] = "",
    actor: Annotated[str | None, typer.Option(help="Who; default: your login.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be.")] = False,
    broker: Broker = None,
    profile: OfProfile = None,
    as_json: Json = False,
) -> None:
    """Publish a checked configuration; running services take it without a restart.

    Only documents that changed are published. Exit code 1: the configuration has errors.
    """
    loaded = load_folder(folder)
    _refuse_errors(loaded)
    connection = connect(broker, profile)

    async def visited(connection: Connection) -> tuple[list[Publication], Changes, list[str]]:
        records, documents = await read_history(connection)
        applied = latest_of(records)
        pools, people = await log_sizes(connection)
        order = Order(
            actor=f"operator:{actor or getpass.getuser()}",
            reason=reason,
            now_ms=clock_from_environment().now_ms(),
            pool_partitions=pools,
            people_partitions=people,
        )
        plan = plan_apply(loaded, applied, order)
        if not dry_run:
            await publish(connection, plan)
        changes = changes_of(loaded, applied, documents)
        return plan, changes, list(left_behind(loaded, applied))

    plan, changes, behind = visit(connection, visited)
    changed = [pool for pool, of_pool in changes.items() if of_pool]
    if as_json:
        told = {pool: [_change(it) for it in of_pool] for pool, of_pool in changes.items()}
        result = {"dry_run": dry_run, "changed": changed, "not_in_folder": behind}
        print_json(result | {"changes": told, "published": [it.what for it in plan]})
        return
    _print_changes(changes)
    verb = "would change" if dry_run else "changed"
    print(f"{plural(len(changed), 'document')} {verb}, {len(changes) - len(changed)} unchanged")
    _print_behind(behind)
    if loaded.findings:
        print(f"{plural(len(loaded.findings), 'warning')}: see `switchyard check {folder}`")


def compare(
    folder: Folder, *, broker: Broker = None, profile: OfProfile = None, as_json: Json = False
) -> None:
    """Show how the folder differs from what is applied. Exit code 1: it differs."""
    loaded = load_folder(folder)
    _refuse_errors(loaded)
    records, documents = visit(connect(broker, profile), read_history)
    applied = latest_of(records)
    changes = changes_of(loaded, applied, documents)
    if as_json:
        print_json({pool: [_change(it) for it in told] for pool, told in changes.items()})
    else:
        _print_changes(changes)
        _print_behind(left_behind(loaded, applied))
    if any(changes.values()):
        raise typer.Exit(FOUND)


def history(
    *,
    pool: Annotated[
        str | None, typer.Option(help="Only this pool, or `people` or `outages`.")
    ] = None,
    broker: Broker = None,
    profile: OfProfile = None,
    as_json: Json = False,
) -> None:
    """List what was applied when, by whom and why, newest first."""
    records, _ = visit(connect(broker, profile), read_history)
    chosen = [it for it in reversed(records) if pool in (None, it.pool, _TITLES.get(it.pool))]
    if as_json:
        print_json([it.model_dump() for it in chosen])
        return
    print_table(
        ("pool", "version", "at (UTC)", "by", "reason", "document"),
        [
            (
                _TITLES.get(it.pool, it.pool),
                it.version,
                _utc(it.at_ms),
                it.actor,
                it.reason,
                it.hash,
            )
            for it in chosen
        ],
    )


def write_schemas(
    folder: Annotated[Path, typer.Argument(help="Folder to write to, such as docs/schemas.")],
) -> None:
    """Write the JSON Schemas of the configuration files, for editors."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in schemas().items():
        (folder / name).write_text(content, encoding="utf-8")
        print(folder / name)


def changes_of(
    loaded: Loaded, applied: Mapping[str, Applied], documents: Mapping[str, Document]
) -> Changes:
    """Per document, how the folder differs from the one that is applied."""
    return {
        pool: diff(documents.get(applied[pool].hash) if pool in applied else None, document)
        for pool, document in documents_of(loaded).items()
    }


def _refuse_errors(loaded: Loaded) -> None:
    if loaded.errors:
        first = loaded.errors[0]
        fail(f"{summary(loaded)}; the first: {first}", "run `switchyard check`", code=FOUND)


def _print_behind(pools: Sequence[str]) -> None:
    for pool in pools:
        print(f"pool {pool} is not in the folder: it goes on under its last version")


def _print_changes(changes: Mapping[str, Sequence[Change]]) -> None:
    signs = {"added": "+", "removed": "-", "changed": "~", "reordered": "~"}
    for pool, of_pool in changes.items():
        title = _TITLES.get(pool, f"pool {pool}")
        if any(it.path == "schema_version" and it.what == "added" for it in of_pool):
            print(f"{title}: new")  # every field is, so listing them tells nothing
            continue
        print(f"{title}: {plural(len(of_pool), 'change') if of_pool else 'unchanged'}")
        for change in of_pool:
            print(f"  {signs[change.what]} {change.path}{_values(change)}")


def _values(change: Change) -> str:
    match change.what:
        case "changed" | "reordered":
            return f": {_short(change.old)} -> {_short(change.new)}"
        case "added":
            return f": {_short(change.new)}"
        case "removed":
            return ""


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _change(change: Change) -> dict[str, object]:
    return {"path": change.path, "what": change.what, "old": change.old, "new": change.new}


def _utc(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
