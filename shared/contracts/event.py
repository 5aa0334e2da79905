"""What every event has, and how its identity and its time are told."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Milliseconds = Annotated[int, Field(ge=0, description="milliseconds since 1970-01-01T00:00Z")]


class Record(BaseModel):
    """A frozen value that old and new readers share: what they do not know they ignore."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Record):
    """Something that happened: past tense, frozen, safe to hear twice.

    `at_ms` is set from the clock of the process that appends the record, never by a client; on a
    fact it is the logical time at which it was decided. A client's own time is `occurred_at`.
    """

    v: int = 1  # version of this kind; a reader accepts any version that it can still validate
    event_id: str  # derived from what it is about, so that the same event said twice is one
    pool: str  # the business unit; the key of pool-log
    at_ms: Milliseconds
    by: str  # the service, or `operator`, that appended it
    cause: str | None = None  # the event_id that led to this one


class Command(Event):
    """An event by which somebody asks for something; who and why stay in the log."""

    actor: str  # whose key it was: `agent:ana`, `system:helpdesk`, `customer`
    reason: str | None = None


class Fact(Event):
    """An event that a service decided and owns."""

    config: str = ""  # hash of the pool's configuration that it was decided under
