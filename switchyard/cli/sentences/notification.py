"""What the notifier decided, and what came of it."""

from shared.contracts.notification import (
    AttemptEnded,
    AttemptInDoubt,
    AttemptLeased,
    LedgerTrimmed,
    NotificationEnded,
    NotificationOpened,
    RecallNoted,
    RetryScheduled,
)
from switchyard.cli.sentences.base import moment, sentence, spaced


@sentence.register
def _(event: NotificationOpened) -> str:
    return f"{event.person} will be told by {event.method}, until {moment(event.expires_at_ms)}."


@sentence.register
def _(event: AttemptLeased) -> str:
    repeat = "; it may be a repeat" if event.possible_repeat else ""
    return f"Try {event.number} to reach {event.person} by {event.method}{repeat}."


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
