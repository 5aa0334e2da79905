"""From aiokafka's records to ours."""

from typing import Any

from shared.log import LogRecord


def log_record(record: Any) -> LogRecord:
    """Read the headers. Without them kind is "" and `at_ms` 0: the reader judges such a record."""
    kind = by = source = ""
    at_ms = 0
    for name, value in record.headers:
        if name == "kind":
            kind = value.decode(errors="replace")
        elif name == "by":
            by = value.decode(errors="replace")
        elif name == "at":
            at_ms = int(value) if value.isdigit() else 0
        elif name == "src":
            source = value.decode(errors="replace")
    key = record.key
    return LogRecord(
        record.topic,
        record.partition,
        record.offset,
        kind,
        by,
        at_ms,
        key.decode(errors="replace") if key is not None else None,
        record.value if record.value is not None else b"",
        source,
    )
