"""What the runner asks of a deciding service: the pure core behind one shape."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from shared.contracts.configuration import Document
from shared.contracts.event import Event

S = TypeVar("S")


class Core(Protocol, Generic[S]):
    """Decisions as functions of state, event and logical time.

    No I/O, no clock, no chance inside. `decide` *yields* facts one by one, and the runner evolves
    each before it asks for the next: a decision made of several facts sees its own effects, and
    there is one place where state changes.

    A core must never change state in `decide`, and must be idempotent: every event may be heard
    twice, late, or out of order.
    """

    service: str  # "router"; names the state topic and the facts' `by`
    version: str  # raised when the same events would be decided otherwise
    log: str  # the topic it hears and tells
    hears: frozenset[str]  # kinds it decides on; all others are skipped undecoded

    def empty(self, documents: Mapping[str, Document]) -> S:
        """A state without entities. `documents`: configuration by hash; only grows."""
        ...

    def decide(self, state: S, event: Event, now: int) -> Iterator[Event]:
        """Say what follows, and why. `now`: logical time in ms, never going back."""
        ...

    def evolve(self, state: S, fact: Event) -> None:
        """The only way state changes; in place."""
        ...

    def deadline(self, state: S) -> int | None:
        """The logical time (ms) at which time alone will change something; None: never."""
        ...

    def destinations(self, fact: Event) -> Sequence[tuple[str, str]]:
        """(topic, key) pairs that the fact is written to; usually one: (log, fact.pool)."""
        ...

    def take_changed(self, state: S) -> list[tuple[str, bytes | None]]:
        """Entities changed since the last call, encoded, in a total order; None: a tombstone."""
        ...

    def load(self, state: S, entities: Mapping[str, bytes]) -> None:
        """Fill an empty state with stored entities and build what derives from them."""
        ...
