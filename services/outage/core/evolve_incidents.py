"""How facts change incidents."""

from services.outage.core.model import Incident, Moves, Told, moves_of, owed_key, sign_of
from services.outage.core.state import OutageState
from shared.contracts import outage
from shared.contracts.routing import InteractionMoved, InteractionParked
from shared.contracts.topics import DAY_MS

KEPT_MS = 7 * DAY_MS  # after its end: returns are still counted, and late commands answered
MOST_KEPT = 100  # ended ones


def opened(state: OutageState, fact: outage.IncidentOpened) -> None:
    assert state.plan is not None
    having = state.plan.pools_with(fact.channel)
    state.incidents[fact.incident_id] = Incident(
        id=fact.incident_id,
        channel=fact.channel,
        severity=fact.severity,
        title=fact.title,
        opened_by=fact.opened_by,
        opened_at_ms=fact.at_ms,
        next_update_at_ms=fact.next_update_at_ms,
        everywhere=set(having) <= set(fact.pools),
        evidence=[sign_of(it) for it in fact.evidence],
    )
    state.touched_incident(fact.incident_id)
    state.touched_channel(fact.channel).incidents += 1
    _forget_old(state, fact.at_ms)


def failed_over(state: OutageState, fact: outage.ChannelFailedOver) -> None:
    assert state.plan is not None
    incident = state.touched_incident(fact.incident_id)
    incident.pools.append(fact.pool)
    having = state.plan.pools_with(fact.channel)
    incident.everywhere = incident.everywhere or set(having) <= set(incident.pools)


def updated(state: OutageState, fact: outage.IncidentUpdated) -> None:
    incident = state.touched_incident(fact.incident_id)
    incident.sequence = fact.sequence
    incident.status, incident.severity = fact.status, fact.severity
    incident.next_update_at_ms = fact.next_update_at_ms


def resolved(state: OutageState, fact: outage.IncidentResolved) -> None:
    incident = state.touched_incident(fact.incident_id)
    incident.sequence, incident.status = fact.sequence, "resolved"
    incident.ended_at_ms = fact.at_ms


def noticed(state: OutageState, fact: outage.NoticeRequested) -> None:
    """Who is told of an outage is owed its end; who was told of the end is owed nothing."""
    incident = state.touched_incident(fact.incident_id)
    key = owed_key(fact.person, fact.method)
    if fact.purpose == "recovery":
        incident.owed.pop(key, None)
    else:
        incident.owed[key] = Told(fact.person, fact.method, fact.audience)


def counted(state: OutageState, fact: InteractionMoved | InteractionParked) -> None:
    assert fact.incident_id is not None
    incident = state.touched_incident(fact.incident_id)
    known = incident.moves.get(fact.pool, Moves())
    incident.moves[fact.pool] = known.at_least(moves_of(fact))


def _forget_old(state: OutageState, now: int) -> None:
    """Each opening drops what ended long ago, so what is kept has a bound without a fact."""
    ended = sorted(
        (it.ended_at_ms, it.id) for it in state.incidents.values() if it.ended_at_ms is not None
    )
    too_many = max(0, len(ended) - MOST_KEPT)
    for place, (ended_at_ms, id_) in enumerate(ended):
        if place < too_many or ended_at_ms < now - KEPT_MS:
            state.drop_incident(id_)
