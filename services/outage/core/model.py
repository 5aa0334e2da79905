"""What the outage service keeps, entity by entity, as it is stored in the state topic.

Times are milliseconds since 1970 in logical time; `silence_ms` is heard time: it passes only while
gateways report.
"""

from dataclasses import dataclass, field
from hashlib import blake2b

from shared.contracts.outage import Evidence
from shared.contracts.routing import InteractionMoved, InteractionParked
from shared.contracts.words import (
    Audience,
    Channel,
    ChannelHealth,
    IncidentStatus,
    Severity,
    Signal,
)

REMEMBERED = 256  # commands, to know a repeat when it comes
NEVER_MS = -1  # before every event


@dataclass(slots=True)
class Installation:
    """Under which document it runs, and which commands were answered lately."""

    config: str = ""  # hash; empty: none was applied yet
    version: int = 0
    known: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Look:
    """What one probe found lately. Runs count looks that say something: not isolated ones."""

    newest_ms: int = NEVER_MS  # of any look; what is not newer came late, or twice
    spoke_ms: int = NEVER_MS  # of the last one that says something
    bad_run: int = 0
    good_run: int = 0
    good_since_ms: int = 0  # first look of the good run
    detail: str = ""


@dataclass(slots=True)
class ChannelState:
    """One channel. It is failed over exactly while it has an open incident.

    number: changes of health so far; also the epoch of failovers and returns.
    heard: a contact came at least once since silence is watched.
    doubted: this stretch of silence was judged; it makes suspect once.
    witnessed: probes saw the trouble themselves (`health.is_witnessed`): one of them since it was
        last healthy, or, while it is failed over, enough of them to find it down.
    overruled_until_ms: a person said that it is well; probes that still fail move nothing before.
    """

    channel: Channel
    health: ChannelHealth = "healthy"
    since_ms: int = 0
    number: int = 0
    incidents: int = 0  # opened so far, for the id of the next
    incident_id: str | None = None
    looks: dict[str, Look] = field(default_factory=dict)  # by name of the probe
    silence_ms: int = 0
    heard_at_ms: int = 0
    heard: bool = False
    doubted: bool = False
    witnessed: bool = False
    overruled_until_ms: int = 0


@dataclass(slots=True)
class Sign:
    """One piece of evidence, as it is stored."""

    signal: Signal
    at_ms: int
    detail: str


@dataclass(slots=True, frozen=True)
class Told:
    """Somebody who was asked to be told, and is owed the end of it."""

    person: str
    method: str
    audience: Audience


@dataclass(slots=True, frozen=True)
class Moves:
    """Running totals of one pool: the largest that was heard."""

    moved: int = 0
    parked: int = 0
    returned: int = 0

    def at_least(self, other: "Moves") -> "Moves":
        return Moves(
            max(self.moved, other.moved),
            max(self.parked, other.parked),
            max(self.returned, other.returned),
        )


@dataclass(slots=True)
class Incident:
    """One outage of one channel.

    pools: that were failed over, also those that left the configuration since.
    everywhere: it is about every pool that has the channel, also about new ones.
    owed: by `owed_key`; empties when the recovery is told.
    """

    id: str
    channel: Channel
    severity: Severity
    title: str
    opened_by: Signal
    opened_at_ms: int
    next_update_at_ms: int
    everywhere: bool
    pools: list[str] = field(default_factory=list)
    evidence: list[Sign] = field(default_factory=list)
    status: IncidentStatus = "investigating"
    sequence: int = 1
    owed: dict[str, Told] = field(default_factory=dict)
    moves: dict[str, Moves] = field(default_factory=dict)  # by pool
    ended_at_ms: int | None = None

    def total(self) -> Moves:
        found = self.moves.values()
        return Moves(
            sum(it.moved for it in found),
            sum(it.parked for it in found),
            sum(it.returned for it in found),
        )


def owed_key(person: str, method: str) -> str:
    """A method's name holds no `:`, so two people never share a key."""
    return f"{person}:{method}"


def moves_of(event: InteractionMoved | InteractionParked) -> Moves:
    counts = event.moves
    return Moves(counts.moved, counts.parked, counts.returned) if counts else Moves()


def sign_of(evidence: Evidence) -> Sign:
    return Sign(evidence.signal, evidence.at_ms, evidence.detail)


def fingerprint(event_id: str) -> int:
    """48 bits of BLAKE2b: short to store, equal on every machine."""
    return int.from_bytes(blake2b(event_id.encode(), digest_size=6).digest(), "big")


def remember(known: list[int], cause: str | None) -> None:
    """Keep the last commands that were answered."""
    if cause is not None:
        known.append(fingerprint(cause))
        del known[:-REMEMBERED]
