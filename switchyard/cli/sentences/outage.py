"""What was seen of channels, what people said of outages, and what the outage service decided."""

from collections.abc import Sequence

from shared.contracts.outage import (
    ChannelFailedOver,
    ChannelHealthChanged,
    ChannelRestored,
    ContactsSeen,
    Evidence,
    IncidentDeclared,
    IncidentOpened,
    IncidentResolved,
    IncidentResolveRequested,
    IncidentUpdated,
    IncidentUpdatePosted,
    NoticeRequested,
    ProbeEnded,
)
from switchyard.cli.sentences.base import because, by, duration, listed, moment, sentence, spaced

_SIGNALS = {"probe": "a probe failed", "silence": "no contact came", "person": "a person said so"}
AUDIENCES = {"it": "IT", "managers": "the managers", "staff": "the staff"}
_HEALTH = {"healthy": "well", "suspect": "under suspicion", "failed_over": "down"}


@sentence.register
def _(event: ContactsSeen) -> str:
    counts = listed(f"{count} by {spaced(channel)}" for channel, count in event.counts.items())
    return f"Gateway {event.gateway} took in {counts or 'no contacts'} in {duration(event.gap_ms)}."


@sentence.register
def _(event: ProbeEnded) -> str:
    told = {
        "ok": "found it well",
        "failed": "found it down",
        "isolated": "says nothing: the references could not be reached either",
    }[event.outcome]
    detail = f" ({event.detail})" if event.detail else ""
    return f"Probe {event.probe} of {spaced(event.channel)} {told}{detail}."


@sentence.register
def _(event: IncidentDeclared) -> str:
    pools = f" for {listed(event.pools)}" if event.pools else ""
    return (
        f"{event.actor} declared {spaced(event.channel)} down{pools}, {event.severity}."
        f"{_said(event.title)}{_said(event.message)}{because(event.reason)}"
    )


@sentence.register
def _(event: IncidentUpdatePosted) -> str:
    status = f" It is now {event.status}." if event.status else ""
    severity = f" It counts as {event.severity}." if event.severity else ""
    said = _said(event.message)
    return f"{event.actor} told the news.{said}{status}{severity}{because(event.reason)}"


@sentence.register
def _(event: IncidentResolveRequested) -> str:
    return f"{event.actor} said that it is over.{_said(event.message)}{because(event.reason)}"


@sentence.register
def _(event: ChannelHealthChanged) -> str:
    return (
        f"The {spaced(event.channel)} channel is {_HEALTH[event.health]}; before it was "
        f"{_HEALTH[event.before]}{_seen(event.evidence)}."
    )


@sentence.register
def _(event: IncidentOpened) -> str:
    pools = f" of {listed(event.pools)}" if event.pools else ""
    return (
        f"Incident {event.incident_id} was opened for {spaced(event.channel)}{pools}, "
        f"{event.severity}, because {_SIGNALS[event.opened_by]}."
        f"{_said(event.title)} The next news is promised for {moment(event.next_update_at_ms)}."
    )


@sentence.register
def _(event: IncidentUpdated) -> str:
    by = (
        "The promised time came and nobody had written, so the facts were told"
        if event.automatic
        else "The news was told to everybody"
    )
    return (
        f"{by}: {event.status}, {event.severity}, {_sums(event)}.{_said(event.message)} "
        f"The next is promised for {moment(event.next_update_at_ms)}."
    )


@sentence.register
def _(event: IncidentResolved) -> str:
    by = {"probe": "the probes found it well", "person": "a person said so"}[event.resolved_by]
    return (
        f"It is over after {duration(event.lasted_ms)}, because {by}: {event.moved} moved and "
        f"{event.parked} parked until then.{_said(event.message)}"  # they go back after this fact
    )


@sentence.register
def _(event: ChannelFailedOver) -> str:
    return (
        f"Pool {event.pool} goes on without {spaced(event.channel)}: what waits or comes by it "
        "goes to a backup, or is parked."
    )


@sentence.register
def _(event: ChannelRestored) -> str:
    return (
        f"Pool {event.pool} has {spaced(event.channel)} again: what nobody has taken yet goes back."
    )


@sentence.register
def _(event: NoticeRequested) -> str:
    told = {"opening": "of the outage", "update": "the news", "recovery": "that it is over"}
    who = f"{event.person} ({AUDIENCES[event.audience]})"
    return f"{who} is to be told {told[event.purpose]} {by(event.method)}."


def _seen(evidence: Sequence[Evidence]) -> str:
    if not evidence:
        return ""
    return ": " + listed(f"{each.signal} ({each.detail or 'no detail'})" for each in evidence)


def _sums(event: IncidentUpdated) -> str:
    return f"{event.moved} moved, {event.parked} parked, {event.returned} returned"


def _said(text: str) -> str:
    """What a person wrote, quoted on one line; nothing if there is none."""
    return f' "{" ".join(text.split())}"' if text.strip() else ""
