"""What the driver has seen so far; for the progress line only, the report counts anew."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Counters:
    received: int = 0
    answered: int = 0
    abandoned: int = 0
    closed: int = 0
    declined: int = 0
    missed: int = 0
    mails: int = 0
    acknowledged: int = 0
    retried: int = 0
    refused: dict[str, int] = field(default_factory=dict)  # by `status code` of the answer

    @property
    def waiting(self) -> int:
        return self.received - self.answered - self.abandoned

    def refusal(self, what: str) -> None:
        self.refused[what] = self.refused.get(what, 0) + 1
