"""What supervisors, agents and customers asked for beside the usual."""

from shared.contracts.interactions import (
    AssignRequested,
    CallbackRequested,
    ChangeRequested,
    ConnectionFailed,
    ExplanationRequested,
    HandBackRequested,
    RequeueRequested,
)
from switchyard.cli.sentences.base import because, listed, moment, sentence
from switchyard.cli.sentences.interactions import skills


@sentence.register
def _(event: AssignRequested) -> str:
    return f"{event.actor} asked to give it to agent {event.agent_id}.{because(event.reason)}"


@sentence.register
def _(event: RequeueRequested) -> str:
    return f"{event.actor} asked that it wait again.{because(event.reason)}"


@sentence.register
def _(event: ChangeRequested) -> str:
    wanted = [
        f"{name} {value}"
        for name, value in (
            ("queue", event.queue),
            ("priority", event.priority),
            ("language", event.language),
        )
        if value is not None
    ]
    if event.other_languages is not None:
        wanted.append(f"other languages {listed(event.other_languages) or 'none'}")
    if event.skills is not None:
        wanted.append(f"skills {skills(event.skills) or 'none'}")
    if event.reapply:
        wanted.append("what the routing rules of today say")
    return f"{event.actor} asked for {listed(wanted) or 'nothing'}.{because(event.reason)}"


@sentence.register
def _(event: HandBackRequested) -> str:
    return f"Agent {event.agent_id} asked to hand it back.{because(event.reason)}"


@sentence.register
def _(event: ConnectionFailed) -> str:
    both = f"agent {event.agent_id} and the customer"
    return f"{event.actor} said that {both} were not brought together.{because(event.reason)}"


@sentence.register
def _(event: CallbackRequested) -> str:
    when = f", not before {moment(event.not_before_ms)}" if event.not_before_ms is not None else ""
    return f"{event.actor} asked that the customer be called back{when}.{because(event.reason)}"


@sentence.register
def _(event: ExplanationRequested) -> str:
    return f"{event.actor} asked why it is where it is.{because(event.reason)}"
