"""`switchyard explain ID --recording FILE`: the same question, asked of a recording."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from shared.contracts.explanation import InteractionExplained
from switchyard.cli.output import FOUND, WRONG_USE, fail, print_json
from switchyard.cli.sentences.base import moment
from switchyard.cli.sentences.explained import lines
from switchyard.recording.explain import NotInRecordingError, explain_recorded
from switchyard.recording.file import RecordingError, read

FromFile = Annotated[
    Path | None,
    typer.Option(
        "--recording",
        exists=True,
        dir_okay=False,
        help="Ask a file of `switchyard record`, and no gateway.",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option("--at", help="As of this time, with its zone. Without: the recording's end."),
]


def explain_from(file: Path, interaction_id: str, at: str | None, *, as_json: bool) -> None:
    """Print why it was where it was at that time of the recording."""
    event = _asked(file, interaction_id, at)
    if as_json:
        print_json(event.model_dump(mode="json"))
        return
    print(f"{interaction_id}, as of {moment(event.at_ms)}")
    for line in lines(event):
        print(f"  {line}")


def _asked(file: Path, interaction_id: str, at: str | None) -> InteractionExplained:
    at_ms = None if at is None else _instant_ms(at)
    try:
        recording = read(file)
        ends_ms = max((it.at_ms for it in recording.records), default=0)
        if at_ms is not None and at_ms > ends_ms:
            remedy = "name an earlier time, or record a longer log"
            fail(f"the recording ends at {moment(ends_ms)}", remedy, code=FOUND)
        return explain_recorded(recording, interaction_id, at_ms=at_ms)
    except RecordingError as error:
        fail(str(error), "record it again with `switchyard record`")
    except NotInRecordingError as error:
        fail(str(error), "check the id and the time, or record a longer log", code=FOUND)


def _instant_ms(text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        remedy = "write it as 2026-03-02T15:00:00+01:00, or with Z at the end"
        fail(f"`{text}` is no time with a zone", remedy, code=WRONG_USE)
    return round(at.timestamp() * 1000)
