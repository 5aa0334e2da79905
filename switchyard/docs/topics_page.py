"""`docs/topics.md`: every topic, and which kinds of events its logs hold."""

import inspect
from collections.abc import Iterable

from shared.contracts.catalogue import KINDS
from shared.contracts.event import Event
from shared.contracts.topics import DAY_MS, TOPICS, Topic
from switchyard.docs.logs import LOGS, heard_by, kinds_of, written_by
from switchyard.docs.tables import code, table

_HEAD = """\
# Topics

This page is made by `python -m switchyard.docs` from `shared/contracts`. Do not edit it.

`switchyard topics create` makes these topics on a broker. `switchyard topics check` compares a
broker with them. [asyncapi.json](asyncapi.json) describes the same for programs, with the shape of
every message.
"""
_ABOUT_LOGS = """\
## What is in the logs

A record's value is JSON. Its headers are `kind`, `by`, `at` and, on facts, `src`: a reader skips
what it does not hear without decoding it. The partition is our own hash of the key (BLAKE2b, modulo
the number of partitions), the same on every client. A `tick` has no key: a shard's owner appends
it to its own partition.

`config_changed` on people-log is written once to every partition. A fact that several logs need is
written to each of them under the same id. system-log has one partition and one key, that of the
installation. The router appends a late command
again, under the same event id, to the pool that an interaction has moved to.
"""


def page() -> str:
    """The whole page."""
    lines = [_HEAD, *_topics(TOPICS), "", _ABOUT_LOGS]
    for log in LOGS:
        lines += [f"### {log}", "", *_kinds(log), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _topics(topics: Iterable[Topic]) -> list[str]:
    head = ("topic", "key", "written by", "partitions", "cleanup", "kept", "what it holds")
    return table(
        head,
        [
            (
                code(topic.name),
                code(topic.key) if "<" in topic.key else topic.key,
                topic.owner,
                "as installed" if topic.partitions is None else str(topic.partitions),
                topic.cleanup,
                _kept(topic.retention_ms),
                topic.about,
            )
            for topic in topics
        ],
    )


def _kinds(log: str) -> list[str]:
    head = ("kind", "written by", "acted on by", "says")
    return table(
        head,
        [
            (
                code(kind),
                ", ".join(written_by(log, kind)),
                ", ".join(heard_by(log, kind)) or "-",
                says(KINDS[kind]),
            )
            for kind in kinds_of(log)
        ],
    )


def _kept(retention_ms: int) -> str:
    if retention_ms == -1:
        return "for ever"
    if retention_ms % DAY_MS == 0:
        return f"{retention_ms // DAY_MS} days"
    return f"{retention_ms // 3_600_000} h"


def says(model: type[Event]) -> str:
    """The first paragraph of the docstring; where there is none, the names of the fields."""
    told = inspect.cleandoc(model.__doc__ or "").partition("\n\n")[0]
    if told:
        return " ".join(told.split())
    inherited = next(base for base in model.__mro__[1:] if issubclass(base, Event)).model_fields
    own = [name for name in model.model_fields if name not in inherited and name != "kind"]
    return ", ".join(map(code, own))
