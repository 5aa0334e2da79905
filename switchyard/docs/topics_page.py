"""`docs/topics.md`: every topic, and which kinds of events its logs hold."""

import inspect
from collections.abc import Iterable
from typing import Annotated, Any, get_args, get_origin

from services.escalation.core.core import EscalationCore
from services.notifier.core.notifier import NotifierCore
from services.router.core import router_core
from shared.contracts.catalogue import KINDS, PeopleEvent, PoolEvent
from shared.contracts.event import Event
from shared.contracts.topics import DAY_MS, PEOPLE_LOG, POOL_LOG, TOPICS, Topic
from switchyard.docs.tables import code, table

_CORES: tuple[Any, ...] = (router_core, EscalationCore(), NotifierCore())
_LOGS: dict[str, Any] = {POOL_LOG: PoolEvent, PEOPLE_LOG: PeopleEvent}

# Who writes the kinds of a module; below, the kinds that are written by somebody else.
_OWNERS = {
    "interactions": "gateway",
    "agents": "gateway",
    "routing": "router",
    "escalation": "escalation",
    "notification": "notifier",
}
_EXCEPTIONS = {"page_acknowledged": "gateway", "config_changed": "operator"}
_HEAD = """\
# Topics

This page is made by `python -m switchyard.docs` from `shared/contracts`. Do not edit it.

`switchyard topics create` makes these topics on a broker. `switchyard topics check` compares a
broker with them.
"""
_ABOUT_LOGS = """\
## What is in the logs

A record's value is JSON. Its headers are `kind`, `by`, `at` and, on facts, `src`: a reader skips
what it does not hear without decoding it. The partition is our own hash of the key (BLAKE2b, modulo
the number of partitions), the same on every client. A `tick` has no key: a shard's owner appends
it to its own partition.

`config_changed` on people-log is written once to every partition. The router appends a late command
again, under the same event id, to the pool that an interaction has moved to.
"""


def written_by(log: str, kind: str) -> tuple[str, ...]:
    """Who writes this kind to this log; of the machinery's kinds, every service that decides on it.

    Raises:
        KeyError: the kind is of a module that has no owner here.
    """
    if kind in _EXCEPTIONS:
        return (_EXCEPTIONS[kind],)
    module = KINDS[kind].__module__.rsplit(".", 1)[1]
    if module == "system":
        return tuple(core.service for core in _CORES if core.log == log)
    return (_OWNERS[module],)


def kinds_of(log: str) -> list[str]:
    """Kinds in one log, in the order of the catalogue."""
    annotated = _LOGS[log]
    assert get_origin(annotated) is Annotated
    union = get_args(annotated)[0]
    return [model.model_fields["kind"].default for model in get_args(union)]


def heard_by(log: str, kind: str) -> list[str]:
    """Deciding services that act on this kind in this log."""
    return [core.service for core in _CORES if core.log == log and kind in core.hears]


def page() -> str:
    """The whole page."""
    lines = [_HEAD, *_topics(TOPICS), "", _ABOUT_LOGS]
    for log in _LOGS:
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
                _says(KINDS[kind]),
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


def _says(model: type[Event]) -> str:
    """The first paragraph of the docstring; where there is none, the names of the fields."""
    told = inspect.cleandoc(model.__doc__ or "").partition("\n\n")[0]
    if told:
        return " ".join(told.split())
    inherited = next(base for base in model.__mro__[1:] if issubclass(base, Event)).model_fields
    own = [name for name in model.model_fields if name not in inherited and name != "kind"]
    return ", ".join(map(code, own))
