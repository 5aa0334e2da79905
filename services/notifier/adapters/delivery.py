"""What a contact method answers: an outcome, never an exception for what the world does."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.contracts.words import AttemptOutcome

Permission = Callable[[], bool]  # asked right before anything is written


@dataclass(frozen=True, slots=True)
class Delivery:
    """`detail` names no address and quotes no text: a phase and the provider's codes."""

    outcome: AttemptOutcome
    detail: str = ""
    retry_after_ms: int | None = None
    provider_id: str = ""  # what the provider calls the message, for its thread and its receipts


class UnsendableError(ValueError):
    """No later try helps, since what is configured for the person cannot be. The text says what.

    It becomes the reason of a dead letter, so it repeats neither an address nor a secret.
    """

    outcome: AttemptOutcome = "refused"


class UnconfiguredError(UnsendableError):
    """What the operator has to set for it is not there, or cannot be: he must hear of it."""

    outcome: AttemptOutcome = "config"
