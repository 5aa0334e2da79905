"""What the escalation service decided."""

from shared.contracts.escalation import (
    DueExplanation,
    EscalationAcknowledged,
    EscalationExhausted,
    EscalationOpened,
    EscalationResolved,
    PageAcknowledged,
    PageRecalled,
    PageRequested,
    SlaBreached,
    SlaCancelled,
    SlaClockStarted,
    SlaMet,
)
from switchyard.cli.sentences.base import because, by, duration, listed, moment, sentence, spaced


@sentence.register
def _(event: SlaClockStarted) -> str:
    return (
        f"The {spaced(event.metric)} is promised for {moment(event.due_at_ms)}: "
        f"{event.why.target}, policy {event.policy}, {_calendar(event.why)}."
    )


def _calendar(why: DueExplanation) -> str:
    calendar = "at all hours" if why.calendar == "always" else f"in the hours of {why.calendar}"
    return f"counted from {moment(why.counted_from_ms)} {calendar}"


@sentence.register
def _(event: SlaMet) -> str:
    late = f", {duration(event.late_ms)} late" if event.late_ms else " in time"
    return f"The {spaced(event.metric)} came{late}."


@sentence.register
def _(event: SlaCancelled) -> str:
    return f"The {spaced(event.metric)} is owed no longer: the contact was {event.reason}."


@sentence.register
def _(event: SlaBreached) -> str:
    late_ms = event.at_ms - event.due_at_ms
    told = f" (told {duration(late_ms)} after)" if late_ms else ""
    return f"The {spaced(event.metric)} was missed: due {moment(event.due_at_ms)}{told}."


@sentence.register
def _(event: EscalationOpened) -> str:
    levels = listed(
        f"{listed(level.people)} after {duration(level.after_ms)}"
        if level.after_ms
        else f"{listed(level.people)} at once"
        for level in event.levels
    )
    rounds = f", in {event.rounds} rounds" if event.rounds > 1 else ""
    return f"Escalation by policy {event.policy}, cycle {event.cycle}: {levels}{rounds}."


@sentence.register
def _(event: PageRequested) -> str:
    return (
        f"{event.person} is to be paged {by(event.method)} (level {event.level}, "
        f"round {event.round}, cycle {event.cycle})."
    )


@sentence.register
def _(event: PageRecalled) -> str:
    return f"No page of cycle {event.cycle} goes to {event.person} any more: it was {event.reason}."


@sentence.register
def _(event: PageAcknowledged) -> str:
    return (
        f"{event.person} acknowledged by {event.via}, cycle {event.cycle}.{because(event.reason)}"
    )


@sentence.register
def _(event: EscalationAcknowledged) -> str:
    return (
        f"The escalation is acknowledged by {event.person}, {duration(event.after_ms)} "
        "after the first page."
    )


@sentence.register
def _(event: EscalationResolved) -> str:
    reason = {"met": "the promise was kept late", "cancelled": "nothing is owed any more"}
    return f"The escalation is over: {reason[event.reason]}."


@sentence.register
def _(event: EscalationExhausted) -> str:
    return f"Nobody acknowledged after {event.pages} pages: everybody was asked in every round."
