"""What a contact method answers: an outcome, never an exception for what the world does."""

from dataclasses import dataclass

from shared.contracts.words import AttemptOutcome


@dataclass(frozen=True, slots=True)
class Delivery:
    """`detail` names no address and quotes no text: a phase and the provider's codes."""

    outcome: AttemptOutcome
    detail: str = ""
    retry_after_ms: int | None = None
