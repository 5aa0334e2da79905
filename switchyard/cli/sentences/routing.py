"""What the router decided."""

from shared.contracts.routing import (
    InteractionAssigned,
    InteractionMoved,
    InteractionParked,
    InteractionQueued,
    InteractionRequeued,
    OfferDecision,
    OfferEnded,
    OfferMade,
    OutageNoted,
    QueueDecision,
)
from shared.contracts.words import ParkReason, RequeueReason
from switchyard.cli.sentences.base import duration, listed, moment, sentence, spaced
from switchyard.cli.sentences.interactions import skills
from switchyard.cli.sentences.needs import asks_less, preferred, required
from switchyard.cli.sentences.ranks import deciding

_EMERGENCY_MS = 50 * 365 * 86_400_000  # nobody's age; a head start of an emergency is longer


@sentence.register
def _(event: InteractionQueued) -> str:
    needs = f" It needs {event.language}"
    if event.language_level:
        needs += f" at level {event.language_level}"
    if event.other_languages:
        needs += f" (or {listed(event.other_languages)})"
    if event.skills:
        needs += f" and {skills(event.skills)}"
    needs += "." + asks_less(event.steps) + preferred(event.preference)
    if event.callback:
        before = f", not before {moment(event.not_before_ms)}" if event.not_before_ms else ""
        needs += f" The customer is called back{before}."
    expires = f" It expires at {moment(event.expires_at_ms)}." if event.expires_at_ms else ""
    stays = "belongs to" if event.queue in event.why.flowed_over else "waits in"  # it is parked
    return (
        f"It {stays} queue {event.queue} with priority {event.priority}{_ahead(event)}, "
        f"because {_rule(event.why)}.{needs}{expires}"
    )


def _ahead(event: InteractionQueued) -> str:
    head_start_ms = event.waiting_since_ms - event.order_ms
    if head_start_ms >= _EMERGENCY_MS:
        return ", an emergency: before all others"
    return f", {duration(head_start_ms)} ahead of its age" if head_start_ms > 0 else ""


def _rule(why: QueueDecision) -> str:
    if why.rule == "asked":
        rule = "the sender asked for that queue"
    elif why.rule == "default":
        rule = "no routing rule matched"
    elif why.rule == "unsure_language" and why.matched.keys() >= {"language", "permille"}:
        sure = f"{why.matched['language']}, {int(why.matched['permille']) / 10:g} % sure"
        rule = f"its language was told with too little confidence: {sure}"
    else:
        matched = listed(f"{name} is {value}" for name, value in why.matched.items())
        rule = f"rule {why.rule} matched" + (f": {matched}" if matched else "")
    if not why.flowed_over:
        return rule
    were = "queue {} was" if len(why.flowed_over) == 1 else "queues {} were"
    return f"{rule}, and {were.format(listed(why.flowed_over))} full or closed"


_AGAIN: dict[RequeueReason, str] = {
    "declined": "the agent declined",
    "expired": "the agent did not answer in time",
    "revoked": "the offer was taken back",
    "agent_lost": "its agent was lost",
    "transferred": "it was transferred",
    "unparked": "it need not be parked any longer",
    "not_connected": "agent and customer were not brought together",
    "handed_back": "it was handed back after a consult",
    "woken": "its customer wrote again, and its agent has no room any more",
    "by_hand": "a supervisor put it back",
    "overflowed": "its queue flowed over to this one",
}


@sentence.register
def _(event: InteractionRequeued) -> str:
    needs = f" {required(event.routing)}" if event.routing is not None else ""
    back = f" Agent {event.hand_back_to} gets it back." if event.hand_back_to else ""
    return (
        f"It waits again in queue {event.queue}, with the age it had, because "
        f"{_AGAIN[event.reason]}.{needs}{preferred(event.preference)}{back}"
    )


_PARKED: dict[ParkReason, str] = {
    "no_agent_can_serve": "no agent can serve",
    "channel_down": "its channel is down",
    "closed": "that queue is closed",
    "queue_full": "that queue is full, and so is where it flows over to",
    "callback": "the customer is called back later",
}
_TOLD_BY_DETAIL = frozenset({"closed", "queue_full"})  # it says the same, and what comes next


@sentence.register
def _(event: InteractionParked) -> str:
    detail = f" ({event.detail.rstrip('.')})" if event.detail else ""
    if event.reason == "channel_down":
        incident = f" (incident {event.incident_id})" if event.incident_id else ""
        return (
            f"It is parked in queue {event.queue} with the age it has: its channel is down"
            f"{incident}, and no backup reaches this customer{detail}."
        )
    at = moment(event.resumes_at_ms) if event.resumes_at_ms else ""
    if event.detail and event.reason in _TOLD_BY_DETAIL:
        until = f": at {at}" if at else ""
        return f"It is parked in queue {event.queue}: {event.detail.rstrip('.')}{until}."
    until = f" It waits again at {at}." if at else ""
    return f"It is parked in queue {event.queue}: {_PARKED[event.reason]}{detail}.{until}"


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
    call = "; the customer is to be called" if event.callback else ""
    return (
        f"It was offered to agent {event.agent_id} after {duration(event.waited_ms)}, "
        f"until {moment(event.expires_at_ms)}{call}. {_choice(event.why)}"
    )


def _choice(why: OfferDecision) -> str:
    more = "+" if why.eligible >= why.eligible_counted_to else ""
    if why.runner_up is None:
        reason = "Nobody else was eligible"
    else:
        reason = (
            f"Of {why.eligible}{more} eligible the strategy {spaced(why.strategy)} chose "
            f"{why.chosen.agent_id} over {why.runner_up.agent_id}"
            f"{deciding(why.rank_names, why.chosen, why.runner_up)}"
        )
    before = why.waiting_before
    others = "1 other was" if before == 1 else f"{before} others were"
    ahead = f"; {others} in line" if before else ""
    return (
        f"{reason}; the language is {why.language_tag}; looked at on {spaced(why.trigger)}{ahead}."
    )


@sentence.register
def _(event: OfferEnded) -> str:
    end = {
        "declined": "declined the offer",
        "expired": "did not answer the offer in time",
        "revoked": "lost the offer",
        "withdrawn": "lost the offer, for it is needed no longer",
        "superseded": "lost the offer, for another agent was quicker",
    }[event.end]
    aside = ""
    if event.aside_until_ms is not None:
        aside = f"; is not asked for it again before {moment(event.aside_until_ms)}"
    return f"Agent {event.agent_id} {end}{aside}."


@sentence.register
def _(event: InteractionAssigned) -> str:
    after = f"{duration(event.waited_ms)} after it began to wait: it counts as answered."
    if event.by_hand is None:
        return f"Agent {event.agent_id} took it, {after}"
    over = " That is more than his capacity." if event.overdrawn else ""
    return f"{event.by_hand} gave it to agent {event.agent_id}, {after}{over}"
