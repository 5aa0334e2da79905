"""When messages went to one target lately, or may have gone: what ladders and bundles count."""

from bisect import bisect_right, insort
from dataclasses import dataclass, field

REMEMBERED_MS = 86_400_000  # no rung is longer than a day; older tries count nowhere


@dataclass(slots=True)
class Recent:
    """Derived from the rows' own tries, so that it is the same after a restore.

    Adding costs what `insort` costs at the end of a list, whatever the number of rows.
    """

    tries: list[tuple[int, str]] = field(default_factory=list)  # when, row; sorted

    def add(self, at_ms: int, notification_id: str) -> None:
        insort(self.tries, (at_ms, notification_id))
        # Measured from the newest try, not from now: a restored index drops the same ones.
        del self.tries[: self._upto(self.tries[-1][0] - REMEMBERED_MS)]

    def drop(self, at_ms: int, notification_id: str) -> None:
        """Take a try back, as one that never left, or whose row is forgotten."""
        place = self._upto(at_ms) - 1
        while place >= 0 and self.tries[place][0] == at_ms:
            if self.tries[place][1] == notification_id:
                del self.tries[place]
                return
            place -= 1

    def after(self, at_ms: int) -> list[int]:
        """The times of the tries that are newer than this, oldest first."""
        return [at for at, _ in self.tries[self._upto(at_ms) :]]

    def last_of_others(self, notification_id: str) -> int | None:
        """The newest try of another row."""
        return next((at for at, one in reversed(self.tries) if one != notification_id), None)

    def _upto(self, at_ms: int) -> int:
        return bisect_right(self.tries, at_ms, key=lambda entry: entry[0])
