"""The recording: one file of JSON lines, gzipped; first a head, then documents, then records."""

import base64
import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from shared.log import LogRecord

FORMAT = "switchyard-recording/1"


class RecordingError(Exception):
    """The file is not a recording, or was cut; the message says where."""


@dataclass(slots=True)
class Recording:
    """What one service heard and decided, and the configuration that it ran under."""

    service: str
    log: str
    partitions: int
    documents: list[bytes] = field(default_factory=list)
    records: list[LogRecord] = field(default_factory=list)  # ascending offsets per partition


def write(recording: Recording, path: Path) -> None:
    with gzip.open(path, "wb") as file:
        for line in _lines(recording):
            file.write(msgspec.json.encode(line) + b"\n")


def _lines(recording: Recording) -> Iterator[dict[str, object]]:
    yield {
        "format": FORMAT,
        "service": recording.service,
        "log": recording.log,
        "partitions": recording.partitions,
        "records": len(recording.records),
    }
    for content in recording.documents:
        yield {"document": content.decode()}
    for record in recording.records:
        line: dict[str, object] = {
            "p": record.partition,
            "o": record.offset,
            "kind": record.kind,
            "by": record.by,
            "at": record.at_ms,
        }
        if record.key is not None:
            line["key"] = record.key
        if record.source:
            line["src"] = record.source
        try:
            line["value"] = record.value.decode()
        except UnicodeDecodeError:  # an unreadable record belongs to the story too
            line["base64"] = base64.b64encode(record.value).decode()
        yield line


def read(path: Path) -> Recording:
    """Load a recording.

    Raises:
        RecordingError: not a recording, or cut short.
    """
    try:
        with gzip.open(path, "rb") as file:
            return _parse(file, path)
    except (OSError, EOFError, msgspec.DecodeError, KeyError) as error:
        raise RecordingError(f"{path}: {type(error).__name__}: {error}") from error


def _parse(lines: Iterable[bytes], path: Path) -> Recording:
    iterator = iter(lines)
    head = msgspec.json.decode(next(iterator, b"{}"))
    if head.get("format") != FORMAT:
        raise RecordingError(f"{path}: the first line is not the head of a {FORMAT}")
    recording = Recording(head["service"], head["log"], head["partitions"])
    for line in iterator:
        entry = msgspec.json.decode(line)
        if "document" in entry:
            recording.documents.append(entry["document"].encode())
        else:
            recording.records.append(_record(entry, recording.log))
    if len(recording.records) != head["records"]:
        raise RecordingError(
            f"{path}: {len(recording.records)} records of {head['records']}: the file was cut"
        )
    return recording


def _record(entry: dict[str, str | int], log: str) -> LogRecord:
    value = entry.get("value")
    content = str(value).encode() if value is not None else base64.b64decode(str(entry["base64"]))
    key = entry.get("key")
    return LogRecord(
        log,
        int(entry["p"]),
        int(entry["o"]),
        str(entry["kind"]),
        str(entry["by"]),
        int(entry["at"]),
        str(key) if key is not None else None,
        content,
        str(entry.get("src", "")),
    )
