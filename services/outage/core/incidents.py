"""Incidents from opening to end: contacts move, people are told, and each promise is kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from services.outage.core.health import evidence_against, evidence_for
from services.outage.core.model import Incident
from services.outage.core.notices import tell
from services.outage.core.turn import Turn
from shared.contracts.event import Event
from shared.contracts.outage import (
    ChannelFailedOver,
    ChannelHealthChanged,
    ChannelRestored,
    Evidence,
    IncidentOpened,
    IncidentResolved,
    IncidentUpdated,
)
from shared.contracts.words import Channel, ChannelHealth, IncidentStatus, Severity, Signal

WITHOUT_A_PERSON: Severity = "critical"  # contacts are moved; a person may call it less


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What an incident begins with. `promise_ms`: until the next update, from now."""

    channel: Channel
    pools: tuple[str, ...]
    opened_by: Signal
    severity: Severity
    evidence: tuple[Evidence, ...]
    promise_ms: int
    title: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What an update changes; None stays as it is, or follows from the severity."""

    status: IncidentStatus | None = None
    severity: Severity | None = None
    message: str = ""
    promise_ms: int | None = None


def begin(turn: Turn, opening: Opening) -> Iterator[Event]:
    """The channel is failed over: an incident, its pools, and those who must know."""
    known = turn.state.channel(opening.channel)
    assert known.incident_id is None, f"{opening.channel} has an open incident"
    incident_id = f"{opening.channel}-{known.incidents + 1}"
    yield health_changed(
        turn, opening.channel, "failed_over", opening.evidence, incident_id=incident_id
    )
    yield IncidentOpened(
        **turn.head(f"{incident_id}/opened"),
        incident_id=incident_id,
        channel=opening.channel,
        pools=opening.pools,
        severity=opening.severity,
        title=opening.title,
        message=opening.message,
        opened_by=opening.opened_by,
        evidence=opening.evidence,
        next_update_at_ms=turn.now + opening.promise_ms,
    )
    incident = turn.state.incidents[incident_id]
    yield from fail_over(turn, incident, opening.pools)
    yield from tell(turn, incident, "opening", opening.message)


def fail_over(turn: Turn, incident: Incident, pools: Iterable[str]) -> Iterator[Event]:
    """The epoch is the number of the change of health that it follows, so it only grows."""
    epoch = turn.state.channel(incident.channel).number
    for pool in pools:
        yield ChannelFailedOver(
            **turn.head(f"{incident.id}/failed_over/{pool}", pool),
            channel=incident.channel,
            incident_id=incident.id,
            epoch=epoch,
        )


def widen(turn: Turn, incident: Incident) -> Iterator[Event]:
    """It is about every pool that has the channel: those that it has not reached fail over.

    Everybody is told at once: people of these pools heard of nothing so far.
    """
    having = turn.plan.pools_with(incident.channel)
    missing = [pool for pool in having if pool not in incident.pools]
    if missing:
        yield from fail_over(turn, incident, missing)
        yield from update(turn, incident, News(), automatic=True)


def update(turn: Turn, incident: Incident, news: News, *, automatic: bool) -> Iterator[Event]:
    """News for everybody of today's list, and a new promise."""
    severity = news.severity or incident.severity
    promise_ms = news.promise_ms or turn.plan.promise_ms(severity)
    sequence, total = incident.sequence + 1, incident.total()
    yield IncidentUpdated(
        **turn.head(f"{incident.id}/updated/{sequence}"),
        incident_id=incident.id,
        sequence=sequence,
        automatic=automatic,
        status=news.status or incident.status,
        severity=severity,
        message=news.message,
        next_update_at_ms=turn.now + promise_ms,
        moved=total.moved,
        parked=total.parked,
        returned=total.returned,
    )
    evidence = evidence_against(
        turn.state.channel(incident.channel), turn.plan.watched(incident.channel), turn.now
    )
    yield from tell(turn, incident, "update", news.message, evidence)


def resolve(
    turn: Turn,
    incident: Incident,
    by: Literal["probe", "person"],
    message: str = "",
    said: tuple[Evidence, ...] = (),
) -> Iterator[Event]:
    """The channel is back: for its pools, then for everyone who was told that it was down.

    Args:
        said: who says so, where a person does; looks that find it well are told beside it.
    """
    known = turn.state.channel(incident.channel)
    # Before the change of health: what is good is counted anew from there.
    evidence = (*said, *evidence_for(known, turn.plan.watched(incident.channel)))
    yield health_changed(turn, incident.channel, "healthy", evidence, incident_id=incident.id)
    epoch = turn.state.channel(incident.channel).number
    for pool in tuple(incident.pools):
        yield ChannelRestored(
            **turn.head(f"{incident.id}/restored/{pool}", pool),
            channel=incident.channel,
            incident_id=incident.id,
            epoch=epoch,
        )
    total = incident.total()
    yield IncidentResolved(
        **turn.head(f"{incident.id}/resolved"),
        incident_id=incident.id,
        sequence=incident.sequence + 1,
        resolved_by=by,
        message=message,
        lasted_ms=turn.now - incident.opened_at_ms,
        moved=total.moved,
        parked=total.parked,
        returned=total.returned,
    )
    yield from tell(turn, incident, "recovery", message, evidence)


def health_changed(
    turn: Turn,
    channel: Channel,
    health: ChannelHealth,
    evidence: tuple[Evidence, ...],
    *,
    incident_id: str | None = None,
) -> ChannelHealthChanged:
    known = turn.state.channel(channel)
    number = known.number + 1
    return ChannelHealthChanged(
        **turn.head(f"{channel}#health/{number}"),
        channel=channel,
        number=number,
        before=known.health,
        health=health,
        incident_id=incident_id,
        evidence=evidence,
    )
