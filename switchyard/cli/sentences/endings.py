"""What the router decided on an interaction that an agent has, and how it ended."""

from shared.contracts.routing import (
    CapacityReleased,
    InteractionAbandoned,
    InteractionClosed,
    InteractionExpired,
    InteractionIdled,
    InteractionWoken,
    MessageRecorded,
    StubsDropped,
    TransferredIn,
    TransferredOut,
    WrapUpExtended,
)
from switchyard.cli.sentences.base import duration, moment, sentence, spaced


@sentence.register
def _(event: InteractionIdled) -> str:
    return (
        f"Its customer has been silent for a while: agent {event.agent_id} keeps it, and has room "
        "for other work."
    )


@sentence.register
def _(event: InteractionWoken) -> str:
    over = ", which is more than his capacity" if event.overdrawn else ""
    return f"Its customer wrote again: agent {event.agent_id} works on it{over}."


@sentence.register
def _(event: WrapUpExtended) -> str:
    return f"The wrap-up of agent {event.agent_id} goes on until {moment(event.until_ms)}."


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
def _(event: StubsDropped) -> str:
    before = moment(event.ended_before_ms)
    return f"{event.count} interactions that ended before {before} were forgotten."
