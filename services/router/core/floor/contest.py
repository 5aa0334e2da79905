"""Who may serve one requirement, best first, found in the racks of those who have room."""

from collections.abc import Iterator
from itertools import groupby, islice, product
from typing import NamedTuple

from services.router.core.floor.asked import Asked
from services.router.core.floor.choice import Choice
from services.router.core.floor.rack import Rack
from services.router.core.floor.search import Search
from services.router.core.floor.seat import Chair, Seat
from services.router.core.floor.shelf import DOORS, Key
from services.router.core.floor.traits import Traits

SIGNED_IN = DOORS // 2  # of the roster: from this door on who has signed in, before all


class Ranked(NamedTuple):
    """An agent, and his rank: in the order of the plan's `rank_names`, smaller is better."""

    rank: tuple[int, ...]
    agent_id: str


class Racks:
    """Agents who have room, by the parts of their rank that come before the first endless one."""

    def __init__(self, choice: Choice, traits: Traits, places: int) -> None:
        self.choice = choice
        self._places = places
        self.traits = traits
        self.of: dict[Key, Rack[Seat]] = {}

    def rack(self, key: Key) -> Rack[Seat]:
        rack = self.of.get(key)
        if rack is None:
            rack = self.of[key] = Rack(self.traits.count, self._places)
        return rack

    def widen(self) -> None:
        for rack in self.of.values():
            rack.widen(self.traits.count)


class Class(NamedTuple):
    """Agents of one rack who are equal in the parts of their rank up to the first endless one.

    fit: language position and proficiency, 0 where the parts do not tell.
    """

    values: tuple[int, ...]
    fit: tuple[int, int]
    search: Search[Seat]


class Contest:
    """One requirement against all agents. `door`: the number of its channel."""

    __slots__ = (
        "_alike", "_classes", "_counts", "_exists", "_present", "_racks", "_roster", "asked",
        "door",
    )  # fmt: skip

    def __init__(self, asked: Asked, door: int, racks: Racks, roster: Rack[Chair]) -> None:
        self.asked = asked
        self.door = door
        self._racks = racks
        self._roster = roster
        self._exists: Search[Chair] | None = None
        self._present: Search[Chair] | None = None
        self._classes: list[Class] = []
        self._alike = False  # all classes have one fit, so whoever is found has it
        self._counts: list[Search[Seat]] = []

    def exists(self) -> bool:
        """Whether anybody is configured who may serve it."""
        return self._everybody().nth(0) is not None

    def present(self) -> bool:
        """Whether one of them is there, busy or not."""
        return self._those_present().nth(0) is not None

    def signed_in(self, most: int) -> tuple[list[int], int]:
        """Numbers of the first `most` who are there, as configured; and how many more are."""
        search, number, found, more = self._those_present(), 0, list[int](), 0
        while (at := search.nth(number)) is not None:
            number += 1
            chairs = islice(at[0].ordered(at[1]), most - len(found))
            few = [chair.key[0] for chair in chairs]
            found += few
            more += at[1].bit_count() - len(few)
        return found, more

    def meets(self, other: "Contest") -> bool:
        """Whether an agent is configured who may serve both. Looks at the whole roster."""
        mine, others = self._everybody().found_on, other._everybody().found_on  # noqa: SLF001 # its like
        return any(mine(shelf) & others(shelf) for shelf in self._roster.shelves)

    def rank(self, seat: Seat) -> tuple[int, ...]:
        kind, asked = seat.kind, self.asked
        return self._racks.choice.rank(seat, asked.position(kind) or 0, asked.proficiency(kind))

    def ranked(self) -> Iterator[Ranked]:
        """All who have room, best first. To be read while nothing changes."""
        classes = self._up_to_date()
        if self._racks.choice.early is not None:
            yield from self._ranked_one_by_one(classes, self._racks.choice.early)
            return
        sure = self._alike
        for values, fit, search in classes:
            number = 0
            while (found := search.nth(number)) is not None:
                number += 1
                for seat in found[0].ordered(found[1]):
                    if sure or self._fit(seat) == fit:
                        yield Ranked(values + seat.key[:-1], seat.agent.id)

    def count(self, most: int) -> int:
        """How many have room, up to `most`."""
        self._up_to_date()
        found = 0
        for search in self._counts:
            number = 0
            while found < most and (at := search.nth(number)) is not None:
                number += 1
                found += at[1].bit_count()
        return min(found, most)

    def _ranked_one_by_one(self, classes: list[Class], early: int) -> Iterator[Ranked]:
        """Where a part of the requirement comes late, those equal up to it are compared by it."""
        for _, fit, search in classes:
            seats = (seat for seat in _all(search) if self._fit(seat) == fit)
            for _, alike in groupby(seats, lambda seat: seat.key[:early]):
                for rank, agent_id in sorted((self.rank(it), it.agent.id) for it in alike):
                    yield Ranked(rank, agent_id)

    def _everybody(self) -> Search[Chair]:
        if self._exists is None:
            self._exists = Search(self._roster, self.door, self.asked.all)
        return self._exists

    def _those_present(self) -> Search[Chair]:
        if self._present is None:
            self._present = Search(self._roster, SIGNED_IN + self.door, self.asked.all)
        return self._present

    def _fit(self, seat: Seat) -> tuple[int, int]:
        classes, kind = self._racks.choice.classes, seat.kind
        return (
            (self.asked.position(kind) or 0) if "language" in classes else 0,
            self.asked.proficiency(kind) if "proficiency" in classes else 0,
        )

    def _up_to_date(self) -> list[Class]:
        """Racks are only added, one by one as agents' loads make them."""
        racks = self._racks.of
        if len(racks) != len(self._counts):
            known = len(self._counts)
            for key, rack in islice(racks.items(), known, None):
                self._counts.append(Search(rack, self.door, self.asked.all))
                self._classes += self._classes_of(key, rack)
            self._classes.sort(key=lambda it: it.values)
            self._alike = len({it.fit for it in self._classes}) == 1
        return self._classes

    def _classes_of(self, key: Key, rack: Rack[Seat]) -> Iterator[Class]:
        names = self._racks.choice.classes
        languages = self.asked.languages if "language" in names else [self.asked.spoken]
        tiers = self.asked.tiers if "proficiency" in names else [self.asked.needs]
        for (at, spoken), (tier, able) in product(enumerate(languages), enumerate(tiers)):
            groups = [*able, spoken]
            if all(groups):  # else nobody is configured who has it
                values = self._racks.choice.class_of(key, at, tier)
                yield Class(values, (at, tier), Search(rack, self.door, groups))


def _all(search: Search[Seat]) -> Iterator[Seat]:
    number = 0
    while (found := search.nth(number)) is not None:
        number += 1
        yield from found[0].ordered(found[1])
