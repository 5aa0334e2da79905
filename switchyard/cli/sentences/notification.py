"""What the notifier decided, and what came of it."""

from shared.contracts.notification import (
    AttemptEnded,
    AttemptInDoubt,
    AttemptLeased,
    HopCopy,
    LedgerTrimmed,
    NotificationBundled,
    NotificationEnded,
    NotificationHeld,
    NotificationOpened,
    NotificationReopened,
    RecallNoted,
    RetryScheduled,
)
from shared.contracts.words import HeldWhy, HopReason
from switchyard.cli.sentences.base import by, duration, listed, moment, sentence, spaced

_WHY: dict[HopReason, str] = {
    "first": "",
    "not_in_time": ", for the hop before had not got through by its time",
    "failed": ", for the hop before cannot get through any more",
    "blocked": ", for the provider of the hop before is given a rest",
    "owed": ", for what this ends may have been heard there",
}
_CRITERIA = {"delivered": " to be delivered", "read": " to be read"}
_HELD: dict[HeldWhy, str] = {
    "quiet_hours": "these are quiet hours",
    "rate": "this address takes no more messages for now",
    "bundle": "a message went there just now, and what follows goes in one",
}


@sentence.register
def _(event: NotificationOpened) -> str:
    hop = f", hop {event.hop}" if event.hop > 1 else ""
    several = f", with {len(event.members)} messages in one" if event.members else ""
    return (
        f"{event.person} will be told {by(event.method)}{hop}{several}, until "
        f"{moment(event.expires_at_ms)}{_WHY[event.because]}.{_chain(event.hops)}"
    )


def _chain(hops: tuple[HopCopy, ...]) -> str:
    """What comes if the first hop does not get through; nothing if it is alone."""
    if len(hops) < 2:
        return ""
    told = [
        f"{spaced(hop.method)} has {duration(hop.succeed_by_ms)}{_criterion(hop)}"
        for hop in hops[:-1]
    ]
    return f" Of the chain {listed(told)}, then comes {spaced(hops[-1].method)}."


def _criterion(hop: HopCopy) -> str:
    return _CRITERIA.get(hop.succeed_on, "")


@sentence.register
def _(event: NotificationHeld) -> str:
    return (
        f"The message to {event.person} is held until {moment(event.until_ms)}: {_HELD[event.why]}."
    )


@sentence.register
def _(event: NotificationBundled) -> str:
    return f"The message to {event.person} goes in one with others, and ends as that does."


@sentence.register
def _(event: AttemptLeased) -> str:
    shorter = ", shorter than before" if event.shorter else ""
    several = f", with {len(event.members)} messages in one" if event.members else ""
    repeat = "; it may be a repeat" if event.possible_repeat else ""
    return (
        f"Try {event.number} to reach {event.person} {by(event.method)}{several}{shorter}{repeat}."
    )


@sentence.register
def _(event: AttemptEnded) -> str:
    detail = f" ({event.detail})" if event.detail else ""
    return f"The try to reach {event.person} ended: {spaced(event.outcome)}{detail}."


@sentence.register
def _(event: AttemptInDoubt) -> str:
    return f"Nobody knows whether the try reached {event.person}: its time ran out unanswered."


@sentence.register
def _(event: RetryScheduled) -> str:
    detail = f" ({event.detail})" if event.detail else ""
    return (
        f"{event.person} was not reached: {spaced(event.outcome)}{detail}. "
        f"The next try is at {moment(event.retry_at_ms)}."
    )


@sentence.register
def _(event: RecallNoted) -> str:
    return f"No page of cycle {event.cycle} leaves for {event.person} any more: {event.reason}."


@sentence.register
def _(event: NotificationReopened) -> str:
    return (
        f"The message to {event.person} is tried again by hand, time {event.redrives}, until "
        f"{moment(event.expires_at_ms)}."
    )


@sentence.register
def _(event: LedgerTrimmed) -> str:
    return (
        f"{event.notifications} ended notifications and {event.recalls} recalls of "
        f"{event.person} were forgotten."
    )


@sentence.register
def _(event: NotificationEnded) -> str:
    repeats = f", {event.possible_repeats} perhaps twice" if event.possible_repeats else ""
    return (
        f"The message to {event.person} ended {spaced(event.end)} after {event.attempts} "
        f"attempts{repeats}: {event.reason}."
    )
