"""`switchyard dead-letters list|redrive`: records that nobody could read or follow."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
import typer
from pydantic import ValidationError

from shared.clock import clock_from_environment
from shared.contracts.catalogue import read
from shared.contracts.topics import DEAD_LETTERS, PEOPLE_LOG, POOL_LOG, SYSTEM_LOG
from shared.kafka.connection import Connection
from shared.runner.dead_letter import DeadLetter
from switchyard.cli.broker import Broker, OfProfile, connect, visit
from switchyard.cli.output import FOUND, WRONG_USE, Json, fail, plural, print_json, print_table
from switchyard.cli.sentences.base import moment
from switchyard.rollout.plan import Publication
from switchyard.rollout.visits import publish, read_all


@dataclass(frozen=True, slots=True)
class Refused:
    """A letter that is not appended anew, and why."""

    letter: DeadLetter
    reason: str


def register(app: typer.Typer) -> None:
    letters = typer.Typer(help="List dead letters, and append their events anew.")
    letters.command("list")(show)
    letters.command("redrive")(redrive)
    app.add_typer(letters, name="dead-letters", no_args_is_help=True)


def show(*, broker: Broker = None, profile: OfProfile = None, as_json: Json = False) -> None:
    """List dead letters, oldest first; never their content."""
    letters = visit(connect(broker, profile), read_letters)
    if as_json:
        print_json([_as_json(letter) for letter in letters])
        return
    print_table(
        ("id", "at", "service", "reason", "kind", "key", "detail"),
        [
            (id_of(it), moment(it.at_ms), it.service, it.reason, it.kind, it.key, it.detail)
            for it in letters
        ],
    )


def redrive(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="As `list` shows them.")
    ] = None,
    *,
    all_of_them: Annotated[bool, typer.Option("--all", help="Every dead letter.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be.")] = False,
    broker: Broker = None,
    profile: OfProfile = None,
    as_json: Json = False,
) -> None:
    """Append the events of dead letters anew, to their topic and key.

    Every event is safe to hear twice. One that can still not be read is left. Exit code 1: some
    were left.
    """
    if bool(ids) == all_of_them:
        fail("which dead letters?", "name their ids, or give --all", code=WRONG_USE)

    async def visited(connection: Connection) -> tuple[list[Publication], list[Refused]]:
        letters = await read_letters(connection)
        chosen = letters if all_of_them else chosen_of(letters, ids or [])
        now_ms = clock_from_environment().now_ms()
        publications, refused = plan_redrive(chosen, now_ms)
        if not dry_run:
            await publish(connection, publications)
        return publications, refused

    try:
        publications, refused = visit(connect(broker, profile), visited)
    except KeyError as error:
        fail(
            f"there is no dead letter {error.args[0]}",
            "see `switchyard dead-letters list`",
            code=FOUND,
        )
    told = [it.what for it in publications]
    left = [{"id": id_of(it.letter), "reason": it.reason} for it in refused]
    if as_json:
        print_json({"dry_run": dry_run, "appended": told, "left": left})
    else:
        for line in told:
            print(line)
        for it in refused:
            print(f"left {id_of(it.letter)}: {it.reason}")
        verb = "would be appended" if dry_run else "appended"
        print(f"{plural(len(told), 'event')} {verb}, {len(left)} left")
    if refused:
        raise typer.Exit(FOUND)


async def read_letters(connection: Connection) -> list[DeadLetter]:
    letters = []
    for record in await read_all(connection, DEAD_LETTERS):
        try:
            letters.append(msgspec.json.decode(record.value, type=DeadLetter))
        except (msgspec.ValidationError, msgspec.DecodeError):
            continue  # written by a newer version: its own CLI lists it
    return letters


def id_of(letter: DeadLetter) -> str:
    """Where the record stood: `pool-log/3/4711`."""
    return f"{letter.topic}/{letter.partition}/{letter.offset}"


def chosen_of(letters: Iterable[DeadLetter], ids: Sequence[str]) -> list[DeadLetter]:
    """The letters with these ids.

    Raises:
        KeyError: there is none with an id.
    """
    by_id = {id_of(letter): letter for letter in letters}
    return [by_id[each] for each in ids]


def plan_redrive(
    letters: Iterable[DeadLetter], now_ms: int
) -> tuple[list[Publication], list[Refused]]:
    """What to append anew. A record that two services put aside is appended once."""
    publications, refused = [], []
    once = {id_of(letter): letter for letter in letters}
    for letter in once.values():
        value = base64.b64decode(letter.value_base64)
        if (reason := _why_not(letter, value)) is not None:
            refused.append(Refused(letter, reason))
            continue
        # Anew is now: a record that was put aside because it was stale must not be so again.
        event = read(letter.kind, value).model_copy(update={"at_ms": now_ms})
        headers = [("kind", letter.kind.encode()), ("by", letter.by.encode())]
        publications.append(
            Publication(
                topic=letter.topic,
                partition=letter.partition,  # where its key belongs: partitions never change
                key=letter.key,
                value=event.model_dump_json().encode(),
                headers=[*headers, ("at", b"%d" % now_ms)],
                what=f"{letter.kind} from {id_of(letter)}",
            )
        )
    return publications, refused


def _why_not(letter: DeadLetter, value: bytes) -> str | None:
    if letter.topic not in (POOL_LOG, PEOPLE_LOG, SYSTEM_LOG):
        return f"{letter.topic} is no log of events"
    if letter.kind == "tick":
        return "time that passed is not told again"
    try:
        read(letter.kind, value)
    except KeyError:
        return f"the kind `{letter.kind}` is not known"
    except ValidationError as error:
        where = ".".join(map(str, error.errors(include_input=False)[0]["loc"])) or "value"
        return f"it can still not be read: {where}"
    return None


def _as_json(letter: DeadLetter) -> dict[str, object]:
    """Without the value: it holds personal data."""
    fields = msgspec.to_builtins(letter)
    del fields["value_base64"]
    return {"id": id_of(letter), **fields}
