"""Events of the machinery."""

from shared.contracts.system import ConfigChanged, ConfigTaken, EventRejected, EventSkipped, Tick
from switchyard.cli.sentences.base import because, sentence


@sentence.register
def _(_event: Tick) -> str:
    return "Time passed."


@sentence.register
def _(event: ConfigChanged) -> str:
    reason = because(event.reason)
    return f"{event.actor} applied version {event.version} of the configuration.{reason}"


@sentence.register
def _(event: ConfigTaken) -> str:
    return f"The {event.service} runs under version {event.version} of the configuration."


@sentence.register
def _(event: EventRejected) -> str:
    return f"That was refused ({event.code}): {event.message}"


@sentence.register
def _(event: EventSkipped) -> str:
    return (
        f"The {event.service} could not decide on {event.skipped} and put it aside: {event.reason}."
    )
