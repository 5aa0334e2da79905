"""Who was told what, and who was not: all tellings of the view, with their indexes and bounds."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from services.gateway.adapters.view.told import Row, Telling, Told, state_of

_STATES: tuple[Told, ...] = ("told", "waiting", "unsure", "not_told", "superseded")
_Line = tuple[bool, bool]  # of customers, and came to nothing
Index = dict[str, dict[str, Telling]]


class Ledger:
    """Open tellings are all kept; of those that ended `kept` in each of four lines.

    Staff and customers, who was told and who was not: each has a line of its own, so that ten
    thousand receipts to customers do not push out the one manager who was not told.
    """

    def __init__(self, *, kept: int) -> None:
        self.tellings: dict[str, Telling] = {}
        self.by_state: dict[Told, dict[str, Telling]] = {state: {} for state in _STATES}
        self.by_person: Index = {}
        self.by_incident: Index = {}
        self.by_escalation: Index = {}
        self._of_row: dict[str, Telling] = {}
        self._kept = kept
        self._ended: dict[_Line, OrderedDict[str, None]] = {
            (customers, nothing): OrderedDict()
            for customers in (False, True)
            for nothing in (False, True)
        }
        self._count = 0

    def of_row(self, notification_id: str) -> Telling | None:
        """The telling that a row belongs to; None: it is forgotten, or never was."""
        return self._of_row.get(notification_id)

    def next_number(self) -> int:
        self._count += 1
        return self._count

    def enter(self, telling: Telling) -> None:
        self.tellings[telling.id] = telling
        self.by_state[telling.state][telling.id] = telling
        for index, key in self._keys(telling):
            index.setdefault(key, {})[telling.id] = telling

    def add_row(self, telling: Telling, row: Row) -> None:
        telling.rows[row.id] = row
        self._of_row[row.id] = telling

    def settle(self, telling: Telling) -> None:
        """After each change of its rows: its state, and how long it is kept, follow."""
        state = state_of(telling.rows.values())
        if state != telling.state:
            self.by_state[telling.state].pop(telling.id, None)
            self.by_state[state][telling.id] = telling
            telling.state = state
        for line in self._ended.values():
            line.pop(telling.id, None)
        if telling.open:
            return
        telling.story.freeze()
        line = self._ended[telling.to_customer, state in ("not_told", "unsure")]
        line[telling.id] = None
        while len(line) > self._kept:
            self._forget(self.tellings[line.popitem(last=False)[0]])

    def found(
        self,
        *,
        incident: str | None = None,
        escalation: str | None = None,
        person: str | None = None,
        states: Iterable[Told] | None = None,
    ) -> Iterable[Telling]:
        """Tellings that fit all that is asked, in no order; the narrowest index is gone through."""
        wanted = frozenset(_STATES if states is None else states)
        asked: list[Mapping[str, Telling]] = [
            index.get(key, {})
            for index, key in (
                (self.by_incident, incident),
                (self.by_escalation, escalation),
                (self.by_person, person),
            )
            if key is not None
        ]
        if not asked:
            return (it for state in _STATES if state in wanted for it in self._in(state))
        narrowest, *others = sorted(asked, key=len)
        return (
            telling
            for key, telling in narrowest.items()
            if telling.state in wanted and all(key in other for other in others)
        )

    def _in(self, state: Told) -> Iterable[Telling]:
        return self.by_state[state].values()

    def _forget(self, telling: Telling) -> None:
        del self.tellings[telling.id]
        self.by_state[telling.state].pop(telling.id, None)
        for row_id in telling.rows:
            self._of_row.pop(row_id, None)
        for index, key in self._keys(telling):
            there = index[key]
            there.pop(telling.id, None)
            if not there:
                del index[key]

    def _keys(self, telling: Telling) -> list[tuple[Index, str]]:
        keys = [
            (self.by_person, telling.person),
            (self.by_incident, telling.incident_id),
            (self.by_escalation, telling.escalation_id),
        ]
        return [(index, key) for index, key in keys if key]
