"""What the router decided."""

from shared.contracts.routing import (
    AgentChanged,
    CapacityReleased,
    InteractionAbandoned,
    InteractionAssigned,
    InteractionClosed,
    InteractionExpired,
    InteractionMoved,
    InteractionParked,
    InteractionQueued,
    InteractionRequeued,
    LeasesRenewed,
    MessageRecorded,
    OfferDecision,
    OfferEnded,
    OfferMade,
    OutageNoted,
    QueueDecision,
    StubsDropped,
    TransferredIn,
    TransferredOut,
)
from switchyard.cli.sentences.base import duration, listed, moment, sentence, spaced
from switchyard.cli.sentences.interactions import skills


@sentence.register
def _(event: InteractionQueued) -> str:
    needs = f" It needs {event.language}"
    if event.other_languages:
        needs += f" (or {listed(event.other_languages)})"
    if event.skills:
        needs += f" and {skills(event.skills)}"
    head_start_ms = event.waiting_since_ms - event.order_ms
    ahead = f", {duration(head_start_ms)} ahead of its age" if head_start_ms > 0 else ""
    expires = f" It expires at {moment(event.expires_at_ms)}." if event.expires_at_ms else ""
    return (
        f"It waits in queue {event.queue} with priority {event.priority}{ahead}, "
        f"because {_rule(event.why)}.{needs}.{expires}"
    )


def _rule(why: QueueDecision) -> str:
    if why.rule == "asked":
        return "the sender asked for that queue"
    if why.rule == "default":
        return "no routing rule matched"
    matched = listed(f"{name} is {value}" for name, value in why.matched.items())
    return f"rule {why.rule} matched" + (f": {matched}" if matched else "")


@sentence.register
def _(event: InteractionRequeued) -> str:
    reason = {
        "declined": "the agent declined",
        "expired": "the agent did not answer in time",
        "revoked": "the offer was taken back",
        "agent_lost": "its agent was lost",
        "transferred": "it was transferred",
        "unparked": "it need not be parked any longer",
    }[event.reason]
    return f"It waits again in queue {event.queue}, with the age it had, because {reason}."


@sentence.register
def _(event: InteractionParked) -> str:
    detail = f" ({event.detail})" if event.detail else ""
    if event.reason == "channel_down":
        incident = f" (incident {event.incident_id})" if event.incident_id else ""
        return (
            f"It is parked in queue {event.queue} with the age it has: its channel is down"
            f"{incident}, and no backup reaches this customer{detail}."
        )
    return f"It is parked in queue {event.queue}: {spaced(event.reason)}{detail}."


@sentence.register
def _(event: InteractionMoved) -> str:
    home, to = spaced(event.home_channel), spaced(event.to_channel)
    age = f"in queue {event.queue}, with the age it had (incident {event.incident_id})"
    if event.direction == "to_backup":
        parked = "It need not be parked any longer: it" if event.was_parked else "It"
        return f"{parked} waits by {to}, for {home} is down, {age}."
    if event.was_parked:
        return f"It is parked no longer and waits by {to} again, which is back, {age}."
    backup = spaced(event.from_channel)
    return f"It waits by {to} again, which is back, and no longer by {backup}, {age}."


@sentence.register
def _(event: OutageNoted) -> str:
    now = "is down" if event.down else "is back"
    return (
        f"Pool {event.pool} heard that {spaced(event.channel)} {now} "
        f"(incident {event.incident_id})."
    )


@sentence.register
def _(event: OfferMade) -> str:
    return (
        f"It was offered to agent {event.agent_id} after {duration(event.waited_ms)}, "
        f"until {moment(event.expires_at_ms)}. {_choice(event.why)}"
    )


def _choice(why: OfferDecision) -> str:
    more = "+" if why.eligible >= why.eligible_counted_to else ""
    if why.runner_up is None:
        reason = "Nobody else was eligible"
    else:
        reason = (
            f"Of {why.eligible}{more} eligible the strategy {spaced(why.strategy)} chose "
            f"{why.chosen.agent_id} over {why.runner_up.agent_id}{_deciding(why)}"
        )
    before = why.waiting_before
    others = "1 other was" if before == 1 else f"{before} others were"
    ahead = f"; {others} in line" if before else ""
    return (
        f"{reason}; the language is {why.language_tag}; looked at on {spaced(why.trigger)}{ahead}."
    )


def _deciding(why: OfferDecision) -> str:
    """The first part of the rank in which the two differ: it decided."""
    assert why.runner_up is not None
    ranks = zip(why.rank_names, why.chosen.rank, why.runner_up.rank, strict=False)
    for name, chosen, other in ranks:
        if chosen != other:
            return f" ({spaced(name)} {chosen} against {other})"
    return ""


@sentence.register
def _(event: OfferEnded) -> str:
    end = {
        "declined": "declined the offer",
        "expired": "did not answer the offer in time",
        "revoked": "lost the offer",
        "withdrawn": "lost the offer, for it is needed no longer",
    }[event.end]
    aside = ""
    if event.aside_until_ms is not None:
        aside = f"; is not asked for it again before {moment(event.aside_until_ms)}"
    return f"Agent {event.agent_id} {end}{aside}."


@sentence.register
def _(event: InteractionAssigned) -> str:
    return (
        f"Agent {event.agent_id} took it, {duration(event.waited_ms)} after it began to wait: "
        "it counts as answered."
    )


@sentence.register
def _(event: MessageRecorded) -> str:
    who = "the customer" if event.direction == "in" else f"agent {event.agent_id}"
    return f"Message {event.number}, from {who}."


@sentence.register
def _(event: InteractionClosed) -> str:
    answered = "" if event.answered else " No agent had taken it."
    wrap_up = ""
    if event.wrap_up_until_ms is not None:
        wrap_up = f" The agent wraps up until {moment(event.wrap_up_until_ms)}."
    return f"It was closed as {spaced(event.outcome)}.{answered}{wrap_up}"


@sentence.register
def _(event: InteractionAbandoned) -> str:
    return f"The customer gave up after {duration(event.waited_ms)} in queue {event.queue}."


@sentence.register
def _(event: InteractionExpired) -> str:
    return f"It expired after {duration(event.waited_ms)} in queue {event.queue}."


@sentence.register
def _(event: CapacityReleased) -> str:
    when = "before its time" if event.early else "as its time was over"
    return f"The wrap-up of agent {event.agent_id} ended {when}."


@sentence.register
def _(event: TransferredOut) -> str:
    return f"It left for pool {event.to_pool} (move {event.hop})."


@sentence.register
def _(event: TransferredIn) -> str:
    return f"It came from pool {event.from_pool} to pool {event.pool} (move {event.hop})."


@sentence.register
def _(event: AgentChanged) -> str:
    reason = {
        "reported": "as the agent said",
        "lease_lapsed": "because nothing was heard of the agent",
        "missed_offers": "because the agent missed offers",
        "removed_from_config": "because the agent is in the configuration no longer",
    }[event.reason]
    return f"Agent {event.agent_id} is {event.status}, {reason}."


@sentence.register
def _(event: LeasesRenewed) -> str:
    return f"The presence of {len(event.agent_ids)} agents was renewed."


@sentence.register
def _(event: StubsDropped) -> str:
    before = moment(event.ended_before_ms)
    return f"{event.count} interactions that ended before {before} were forgotten."
