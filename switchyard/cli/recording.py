"""`switchyard record` and `switchyard replay`: the same log gives the same facts, bit for bit."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from shared.kafka.connection import Connection
from switchyard.cli.broker import Broker, OfProfile, connect, visit
from switchyard.cli.output import FOUND, WRONG_USE, Json, fail, print_json
from switchyard.recording.compare import digest, recorded_facts, replay
from switchyard.recording.cores import CORES
from switchyard.recording.file import Recording, RecordingError, read, write
from switchyard.recording.from_kafka import record

Deciding = Literal["router", "escalation", "outage", "notifier"]


def register(app: typer.Typer) -> None:
    app.command("record")(record_log)
    app.command("replay")(replay_log)


def record_log(
    *,
    service: Annotated[Deciding, typer.Option(help="Whose decisions to record.")] = "router",
    out: Annotated[Path, typer.Option(help="The file to write.")],
    broker: Broker = None,
    profile: OfProfile = None,
    as_json: Json = False,
) -> None:
    """Copy what a service heard and decided so far into one file, for `switchyard replay`.

    `switchyard explain ID --recording FILE` asks it as well.
    """
    if not out.absolute().parent.is_dir():
        fail(f"there is no folder {out.parent}", "make it, or name another file", code=WRONG_USE)

    async def visited(connection: Connection) -> Recording:
        return await record(connection, service=service, log=CORES[service].log)

    recording = visit(connect(broker, profile), visited)
    try:
        write(recording, out)
    except OSError as error:
        remedy = "name a file, in a folder that is there"
        fail(f"{out} cannot be written: {error.strerror}", remedy, code=WRONG_USE)
    facts = recorded_facts(recording)
    told = {
        "file": str(out),
        "records": len(recording.records),
        "facts": len(facts),
        "sha256": digest(facts),
    }
    if as_json:
        print_json(told)
    else:
        print(f"{out}: {told['records']} records, {told['facts']} facts of the {service}")
        print(f"recorded  {told['sha256']}")


def replay_log(
    log: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A file of `switchyard record`.")
    ],
    *,
    batch_size: Annotated[int, typer.Option(min=1, help="Records decided together.")] = 500,
    as_json: Json = False,
) -> None:
    """Decide a recorded log again. Exit code 1: the facts differ from the recorded ones."""
    try:
        recording = read(log)
    except RecordingError as error:
        fail(str(error), "record it again with `switchyard record`")
    outcome = replay(recording, CORES[recording.service], batch_size=batch_size)
    if as_json:
        print_json(
            {
                "equal": outcome.equal,
                "recorded": {"facts": outcome.recorded, "sha256": outcome.recorded_sha256},
                "derived": {"facts": outcome.derived, "sha256": outcome.derived_sha256},
                "first_difference": outcome.first_difference,
            }
        )
    else:
        print(f"recorded  {outcome.recorded_sha256}  {outcome.recorded} facts")
        print(f"derived   {outcome.derived_sha256}  {outcome.derived} facts")
        print("equal" if outcome.equal else f"different:\n {outcome.first_difference}")
    if not outcome.equal:
        raise typer.Exit(FOUND)
