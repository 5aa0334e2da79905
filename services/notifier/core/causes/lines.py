"""What one person hears of one channel as causes ask for it, incident after incident."""

from bisect import bisect_left, insort
from dataclasses import dataclass, field

LineKey = tuple[str, str, str]  # channel, person, contact method or `rules`
_LONGEST_NUMBER = 18  # digits; Python refuses to read numbers of thousands of them


@dataclass(slots=True)
class Line:
    """Openings that the ledger keeps, and recoveries still open. Derived from rows."""

    openings: list[tuple[int, str]] = field(default_factory=list)  # incident's number, row
    recoveries: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)  # those that more may follow

    @property
    def is_empty(self) -> bool:
        return not (self.openings or self.recoveries or self.kept)

    @property
    def newest(self) -> int:
        """The number of the newest incident whose opening was heard; 0: none was."""
        return self.openings[-1][0] if self.openings else 0

    def enter_opening(self, number: int, notification_id: str) -> None:
        insort(self.openings, (number, notification_id))

    def forget_opening(self, number: int, notification_id: str) -> None:
        del self.openings[bisect_left(self.openings, (number, notification_id))]


def place_of(incident_id: str) -> tuple[str, int]:
    """Channel and number of an incident, which is called `<channel>-<number>`.

    What is called otherwise has a line of its own, in which it is the only one.
    """
    channel, _, number = incident_id.rpartition("-")
    if number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER:
        return channel, int(number)
    return incident_id, 0
