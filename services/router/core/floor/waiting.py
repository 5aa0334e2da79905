"""All lines in which somebody waits, and which of them one agent may serve."""

from collections.abc import Callable, Iterable
from typing import cast

from services.router.core.floor.line import Line
from services.router.core.floor.line_shelf import LineShelf
from services.router.core.floor.lineup import Place
from services.router.core.floor.order import Standing
from services.router.core.floor.rack import Rack
from services.router.core.floor.seat import Seat
from services.router.core.floor.traits import Group, Kind, Traits


class Waiting:
    """Lines stand in racks by their heads; lines of one weight keep their order as time goes on.

    A line for one preferred agent is in no rack, but with those of its agent.
    """

    def __init__(self, traits: Traits, places: int) -> None:
        self._traits = traits
        self._places = places
        self._racks: dict[tuple[int, int], Rack[Line]] = {}  # by weight and depth
        self._own: dict[str, dict[Line, None]] = {}  # by agent
        self._moved: dict[Line, None] = {}  # their heads may not be those that they stand by

    def add(self, line: Line, id_: str, order_ms: int) -> None:
        line.add(id_, order_ms)
        if line.shelf is None or order_ms <= line.key[0] or id_ == line.key[1]:
            self._moved[line] = None

    def discard(self, line: Line, id_: str) -> None:
        line.discard(id_)
        if line.shelf is None or id_ == line.key[1]:
            self._moved[line] = None

    def first_for(
        self,
        seat: Seat,
        skip: Callable[[str], bool],
        standing: Callable[[Line, Place], Standing],
    ) -> str | None:
        """Who is first of all whom he may serve, by channels where he has room."""
        self._settle()
        doors, kind, found = seat.open, seat.kind, list[tuple[Line, Place]]()
        if self._own:
            for line in self._own_lines(seat, doors):
                place = _first(line, skip)
                if place is not None:
                    found.append((line, place))
        for depth, rack in self._occupied():
            first = _first_of(rack, doors, kind, self._traits.asked(kind, depth), skip)
            if first is not None:
                found.append(first)
        if len(found) > 1:
            return min(standing(*it) for it in found)[-1]
        return found[0][1][1] if found else None

    def occupied(self, most: int) -> list[Line] | None:
        """All lines, in no order; None: they are more than `most`."""
        self._settle()
        if sum(rack.count for rack in self._racks.values()) + len(self._own) > most:
            return None  # at least so many: no agent has an empty set of own ones
        lines = [line for own in self._own.values() for line in own]
        for rack in self._racks.values():
            for shelf in rack.shelves:
                lines += shelf.all()
        return lines if len(lines) <= most else None

    def _own_lines(self, seat: Seat, doors: Iterable[int]) -> list[Line]:
        own = self._own.get(seat.agent.id)
        if own is None:
            return []
        return [it for it in own if it.contest.door in doors and it.contest.asked.admits(seat.kind)]

    def _settle(self) -> None:
        """Put lines where their heads belong, once for all that happened since somebody asked."""
        for line in self._moved:
            head = line.first()
            if line.requirement.agent_id is not None:
                self._settle_own(line, line.requirement.agent_id)
                continue
            rack = line.rack
            if rack is None:
                rack = line.rack = self._rack(line)
            shelf = line.shelf
            if shelf is not None:
                if line.key == head or (head is not None and shelf.move(line, head)):
                    continue
                rack.remove(line)
            if head is not None:
                self._widened(rack).add(line, head)
        self._moved.clear()

    def _settle_own(self, line: Line, agent_id: str) -> None:
        own = self._own.setdefault(agent_id, {})
        if line.live:
            own[line] = None
        else:
            own.pop(line, None)
            if not own:
                del self._own[agent_id]

    def _rack(self, line: Line) -> Rack[Line]:
        key = (line.requirement.delay_weight, line.contest.asked.depth)
        rack = self._racks.get(key)
        if rack is None:
            rack = self._racks[key] = Rack(
                self._traits.count, self._places, searched=False, shelf=LineShelf
            )
        return rack

    def _occupied(self) -> list[tuple[int, Rack[Line]]]:
        return [
            (depth, rack if rack.traits == self._traits.count else self._widened(rack))
            for (_, depth), rack in self._racks.items()
            if rack.count
        ]

    def _widened(self, rack: Rack[Line]) -> Rack[Line]:
        """Requirements seen since may have asked for what nobody had asked for before."""
        if rack.traits < self._traits.count:
            rack.widen(self._traits.count)
        return rack


def _first(line: Line, skip: Callable[[str], bool]) -> Place | None:
    place = line.first()
    if place is not None and skip(place[1]):
        return next((it for it in line if not skip(it[1])), None)
    return place


def _line_shelves(rack: Rack[Line]) -> list[LineShelf]:
    """All shelves of a rack of lines are such."""
    return cast("list[LineShelf]", rack.shelves)


def _first_of(
    rack: Rack[Line],
    doors: Group,
    kind: Kind,
    asked: list[Group],
    skip: Callable[[str], bool],
) -> tuple[Line, Place] | None:
    """Lines come by their heads; where the head is skipped, another line may come first."""
    best: tuple[Line, Place] | None = None
    for shelf in _line_shelves(rack):
        if best is not None and shelf.low >= best[1]:
            return best
        found = shelf.served(kind, doors, asked)
        if not found:
            continue
        if best is None and not skip((line := shelf.first(found)).head[1]):
            return line, line.head
        for line in shelf.ordered(found):
            if best is not None and line.key >= best[1]:
                return best
            place = _first(line, skip)
            if place is not None and (best is None or place < best[1]):
                best = line, place
    return best
