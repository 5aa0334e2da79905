"""What a customer is told of his own interaction."""

from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.explanation import WaitEstimate
from switchyard.cli.sentences.base import duration, sentence


@sentence.register
def _(event: CustomerNoticeRequested) -> str:
    if event.purpose == "receipt":
        what = "that it arrived"
    else:
        before = "" if event.told_before_s is None else f" than {_about(event.told_before_s)}"
        what = f"that it takes longer{before}"
    return f"The customer is told by {event.channel}, in {event.language}, {what}{_wait(event)}."


def _wait(event: CustomerNoticeRequested) -> str:
    wait: WaitEstimate | None = event.wait
    if wait is None:
        return "; how long it takes is not said"
    return f", and that it takes {_about(wait.p50_s)} from now on, perhaps {_length(wait.p90_s)}"


def _about(length_s: int) -> str:
    return f"about {_length(length_s)}"


def _length(length_s: int) -> str:
    return duration(length_s * 1000)
