"""Events of the machinery: time, configuration, refusals."""

from typing import Literal

from shared.contracts.event import Command, Event, Fact, Milliseconds


class Tick(Event):
    """Time passed: appended by a shard's owner to its own input when a deadline is due.

    It is decided only when read back, so a second tick, or a zombie's, is harmless.
    `pool` is empty: a tick concerns the whole partition.
    """

    kind: Literal["tick"] = "tick"


class ConfigChanged(Command):
    """From this offset on the pool runs under the document with this hash.

    On people-log `pool` is `*`: the document of all people concerns every partition.
    """

    kind: Literal["config_changed"] = "config_changed"
    hash: str
    version: int  # 1, 2, 3 … per pool
    partition: int | None = None  # in people-log: which partition this copy is for


class ConfigTaken(Fact):
    kind: Literal["config_taken"] = "config_taken"
    hash: str
    version: int
    service: str


class EventRejected(Fact):
    """A well-formed event that cannot be followed; `cause` names it. The gateway answers 4xx."""

    kind: Literal["event_rejected"] = "event_rejected"
    code: str  # stable, snake case: `unknown_queue`, `duplicate_id`, `offer_not_open` …
    field: str
    message: str  # what, where, how to mend it; no customer data
    status: int = 409  # the HTTP status that fits


class EventSkipped(Fact):
    """`decide` or `evolve` raised on this event: it is a dead letter, replay honours the skip."""

    kind: Literal["event_skipped"] = "event_skipped"
    service: str
    skipped: str  # event_id
    reason: str
    core_version: str
    occurred_at_ms: Milliseconds
