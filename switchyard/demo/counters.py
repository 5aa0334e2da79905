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
    notices: int = 0  # mails about an outage: there is nothing to acknowledge in them
    calls: int = 0  # messages to managers' telephones
    rooms: int = 0  # mails about escalations in groups
    receipts: int = 0  # mails to customers
    unwell: int = 0  # mails to operators, that telling does not work
    retried: int = 0
    refused: dict[str, int] = field(default_factory=dict)  # by door and code of the answer
    troubles: dict[str, int] = field(default_factory=dict)  # why requests were repeated

    @property
    def waiting(self) -> int:
        return self.received - self.answered - self.abandoned

    def again(self, trouble: str) -> None:
        """A request is repeated: `trouble` is the error's name, or begins with the status."""
        self.retried += 1
        kind = trouble.split(" ", 1)[0]
        self.troubles[kind] = self.troubles.get(kind, 0) + 1

    def refusal(self, what: str) -> None:
        self.refused[what] = self.refused.get(what, 0) + 1
