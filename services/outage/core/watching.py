"""Evidence comes in: what is new of it is noted, and the channel is judged anew.

An event that tells something new is yielded as it is, and `evolve` notes it: it is in this log
already, so it is written nowhere again. What is late, heard twice or about nothing watched is not
noted, and so does no harm.
"""

from collections.abc import Iterator

from services.outage.core.health import evidence_against, evidence_for, is_down, verdict
from services.outage.core.incidents import (
    WITHOUT_A_PERSON,
    Opening,
    begin,
    health_changed,
    resolve,
    widen,
)
from services.outage.core.model import Look, Moves, moves_of
from services.outage.core.turn import Turn
from shared.contracts.event import Event
from shared.contracts.outage import ContactsSeen, ProbeEnded
from shared.contracts.routing import InteractionMoved, InteractionParked
from shared.contracts.words import Channel


def contacts_seen(turn: Turn, event: ContactsSeen) -> Iterator[Event]:
    if turn.state.plan is None or not turn.plan.listened:
        return
    yield event
    for channel in turn.plan.listened:
        yield from judge(turn, channel)


def probe_ended(turn: Turn, event: ProbeEnded) -> Iterator[Event]:
    watch = turn.state.plan.watched(event.channel) if turn.state.plan else None
    if watch is None or event.probe not in {it.name for it in watch.probes}:
        return  # of a configuration that is over
    look = turn.state.channel(event.channel).looks.get(event.probe) or Look()
    if event.at_ms <= look.newest_ms:
        return
    yield event
    yield from judge(turn, event.channel)


def counted(turn: Turn, event: InteractionMoved | InteractionParked) -> Iterator[Event]:
    """Running totals of a pool, also after the end: then they return. The largest is right."""
    incident = turn.state.incidents.get(event.incident_id or "")
    if incident is None or event.moves is None:
        return
    known = incident.moves.get(event.pool, Moves())
    if known.at_least(moves_of(event)) != known:
        yield event


def judge(turn: Turn, channel: Channel) -> Iterator[Event]:
    """Change the channel's health if what is known of it says so."""
    known, watch = turn.state.channel(channel), turn.plan.watched(channel)
    health = verdict(known, watch, turn.now)
    incident = turn.state.open_incident(channel)
    if health == known.health:
        if incident is not None and watch is not None and is_down(known, watch):
            # A person said that it is down for some pools, and so it is for all.
            yield from widen(turn, incident)
    elif incident is not None:
        yield from resolve(turn, incident, "probe")
    elif health == "failed_over":
        opening = Opening(
            channel=channel,
            pools=turn.plan.pools_with(channel),
            opened_by="probe",
            severity=WITHOUT_A_PERSON,
            evidence=evidence_against(known, watch, turn.now),
            promise_ms=turn.plan.promise_ms(WITHOUT_A_PERSON),
        )
        yield from begin(turn, opening)
    elif health == "suspect":
        yield health_changed(turn, channel, health, evidence_against(known, watch, turn.now))
    else:
        yield health_changed(turn, channel, health, evidence_for(known, watch))
