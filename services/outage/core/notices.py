"""Who is told, and what a notice says: the whole picture, so that a missed one costs nothing."""

from collections.abc import Iterator

from services.outage.core.model import Incident, Told
from services.outage.core.turn import Turn
from shared.contracts.event import Event
from shared.contracts.outage import Evidence, NoticeRequested
from shared.contracts.words import Channel, NoticePurpose


def tell(
    turn: Turn,
    incident: Incident,
    purpose: NoticePurpose,
    message: str,
    evidence: tuple[Evidence, ...] = (),
) -> Iterator[Event]:
    """One notice for each person and contact method, under the incident's present sequence.

    Args:
        evidence: as it is now. None: an update tells that of the opening, and a recovery nothing,
            for there it says who or what found the channel well.
    """
    if not evidence and purpose != "recovery":
        evidence = tuple(
            Evidence(signal=it.signal, at_ms=it.at_ms, detail=it.detail) for it in incident.evidence
        )
    backups = turn.plan.backups(incident.channel, incident.pools, _down(turn))
    for it in _recipients(turn, incident, purpose):
        yield _notice(
            turn, incident, it, purpose=purpose, message=message, evidence=evidence, backups=backups
        )


def _recipients(turn: Turn, incident: Incident, purpose: NoticePurpose) -> tuple[Told, ...]:
    """Those of today. The recovery also goes to everyone who was told and has left the list."""
    found = turn.plan.audience(incident.pools)
    if purpose == "recovery":
        for key, it in sorted(incident.owed.items()):
            found.setdefault(key, it)
    return tuple(found.values())


def _down(turn: Turn) -> frozenset[tuple[str, Channel]]:
    return frozenset(
        (pool, incident.channel)
        for incident in turn.state.open_incidents()
        for pool in incident.pools
    )


def _notice(
    turn: Turn,
    incident: Incident,
    to: Told,
    *,
    purpose: NoticePurpose,
    message: str,
    evidence: tuple[Evidence, ...],
    backups: tuple[Channel, ...],
) -> NoticeRequested:
    notice_id = f"{incident.id}:n{incident.sequence}:{to.person}:{to.method}"
    total = incident.total()
    return NoticeRequested(
        **turn.head(notice_id),
        notice_id=notice_id,
        incident_id=incident.id,
        sequence=incident.sequence,
        purpose=purpose,
        audience=to.audience,
        person=to.person,
        method=to.method,
        channel=incident.channel,
        backups=backups,
        pools=tuple(sorted(incident.pools)),
        severity=incident.severity,
        status=incident.status,
        title=incident.title,
        message=message,
        opened_by=incident.opened_by,
        evidence=evidence,
        started_at_ms=incident.opened_at_ms,
        next_update_at_ms=None if purpose == "recovery" else incident.next_update_at_ms,
        moved=total.moved,
        parked=total.parked,
        returned=total.returned,
        expires_at_ms=turn.now + turn.plan.notice_expires_ms,
    )
