"""Shelves and searches against plain sorting, whatever came, went and was looked for before."""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.router.core.floor import line_shelf
from services.router.core.floor.asked import Asked
from services.router.core.floor.choice import Choice
from services.router.core.floor.contest import Contest, Racks
from services.router.core.floor.line import Line
from services.router.core.floor.line_shelf import LineShelf
from services.router.core.floor.rack import NOTED, Rack
from services.router.core.floor.search import Search
from services.router.core.floor.shelf import Key, Shelf
from services.router.core.floor.traits import Kind, Traits
from services.router.core.plan import Requirement
from shared.contracts.configuration import LanguageLevel
from shared.contracts.words import Channel

TRAITS, SHOWN = 5, 3
GROUPS: tuple[list[tuple[int, ...]], ...] = ([], [(1,)], [(1,), (2, 3)], [(4,)], [(2,), (4, 1)])


@dataclass(eq=False, slots=True)
class One:
    id: int
    traits: tuple[int, ...]
    open: tuple[int, ...]
    shelf: Shelf[Any] | None = None
    bit: int = 0
    key: Key = field(default=())


class RackMachine(RuleBasedStateMachine):
    """Keys mostly grow, as times do; some come in anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.rack: Rack[One] = Rack(TRAITS, size=6, sparse=1)
        self.there: list[One] = []
        self.now = self.ids = 0
        self.searches = [Search(self.rack, door, groups) for door in range(2) for groups in GROUPS]

    @rule(
        traits=st.sets(st.integers(1, TRAITS - 1)),
        doors=st.sets(st.integers(0, 1)),
        number=st.integers(1, 6),
        passes=st.booleans(),
    )
    def come_at_the_end(
        self, traits: set[int], doors: set[int], number: int, *, passes: bool
    ) -> None:
        for _ in range(number):
            self.now += passes
            self._come(self.now, traits, doors)

    @rule(
        traits=st.sets(st.integers(1, TRAITS - 1)),
        doors=st.sets(st.integers(0, 1)),
        at=st.lists(st.integers(0, 60), min_size=1, max_size=4),
    )
    def come_in_anywhere(self, traits: set[int], doors: set[int], at: list[int]) -> None:
        for it in at:
            self._come(min(it, self.now), traits, doors)

    def _come(self, at: int, traits: set[int], doors: set[int]) -> None:
        self.ids += 1
        it = One(self.ids, tuple(traits), tuple(doors))
        self.rack.add(it, (at, f"{-self.ids}"))
        self.there.append(it)

    @precondition(lambda self: self.there)
    @rule(chance=st.integers(0, 10**6), number=st.integers(1, 6))
    def leave(self, chance: int, number: int) -> None:
        for _ in range(min(number, len(self.there))):
            self.rack.remove(self.there.pop(chance % len(self.there)))

    @precondition(lambda self: self.there)
    @rule(chance=st.integers(0, 10**6))
    def come_again_where_they_were(self, chance: int) -> None:
        it = self.there[chance % len(self.there)]
        self.rack.remove(it)
        self.rack.add(it, it.key)

    @precondition(lambda self: self.there)
    @rule(chance=st.integers(0, 10**6), doors=st.sets(st.integers(0, 1)))
    def be_there_by_other_doors(self, chance: int, doors: set[int]) -> None:
        self.rack.reopen(self.there[chance % len(self.there)], tuple(doors))

    @rule(number=st.integers(0, 9), whole=st.booleans())
    def look(self, number: int, *, whole: bool) -> None:
        search, (door, groups) = self.searches[number], divmod(number, len(GROUPS))
        wanted = sorted(
            it.key
            for it in self.there
            if door in it.open and all(set(group) & set(it.traits) for group in GROUPS[groups])
        )
        found, at = list[Key](), 0
        while (whole or not found) and (looked := search.nth(at)) is not None:
            at += 1
            found += [it.key for it in looked[0].ordered(looked[1])]
        assert found == wanted[: None if whole else len(found)]
        assert bool(found) == bool(wanted)

    @invariant()
    def shelves_stand_in_order_and_are_not_many(self) -> None:
        shelves = self.rack.shelves
        keys = [it.key for shelf in shelves for it in shelf.all()]
        assert keys == sorted(it.key for it in self.there)
        assert self.rack.count == len(self.there)
        assert all(shelf.count for shelf in shelves[:-1])
        assert [shelf.after for shelf in shelves] == [*shelves[1:], None]


RackMachine.TestCase.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
TestRack = RackMachine.TestCase


def test_who_comes_in_before_the_end_is_found_by_a_search_that_has_passed_there() -> None:
    rack: Rack[One] = Rack(TRAITS, size=4)
    for number in range(20):
        rack.add(One(number, (1,), (0,)), (10 * number, str(number)))
    passing = [One(99, (2,), (0,)), One(98, (2,), (1,))]
    rack.add(passing[0], (45, "99"))  # makes room on its shelf
    rack.remove(passing[0])
    search = Search(rack, 0, [(2,)])
    assert search.nth(0) is None
    for it in passing:
        rack.add(it, (46, str(it.id)))
        if 0 not in it.open:
            rack.reopen(it, (0,))
        found = search.nth(0)
        assert found is not None
        assert list(found[0].ordered(found[1])) == [it]
        rack.remove(it)
        assert search.nth(0) is None


def test_a_search_that_missed_more_early_ones_than_are_noted_begins_anew() -> None:
    rack: Rack[One] = Rack(TRAITS, size=4)
    for number in range(20):
        rack.add(One(number, (1,), (0,)), (1000 + number, str(number)))
    late = Search(rack, 0, [(2,)])
    assert late.nth(0) is None
    early = One(99, (2,), (0,))
    rack.add(early, (1, "99"))
    for number in range(NOTED + 1):
        rack.add(One(number, (1,), (0,)), (2 + number, str(number)))
    found = late.nth(0)
    assert found is not None
    assert list(found[0].ordered(found[1])) == [early]


def line_of(number: int, traits: Traits) -> Line:
    """Asks for skill 0, 1 or 2, by one of two channels."""
    channel: Channel = "voice" if number % 2 else "chat"
    asked = Requirement(channel, ("en",), ((f"skill-{number % 3}", 1 + number % 7 % 2),), number)
    racks = Racks(Choice(("ready_since",)), traits, 4)
    return Line(asked, Contest(Asked(asked, 0, traits), number % 2, racks, Rack(traits.count, 4)))


@pytest.mark.parametrize(
    ("few", "blocks", "size"), [(0, 99, 90), (0, 6, 90), (1, 6, 9), (99, 6, 30)]
)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), steps=st.integers(1, 200))
def test_lines_on_shelves_are_plain_sorting_whatever_came_went_and_moved(
    few: int, blocks: int, size: int, seed: int, steps: int
) -> None:
    chance = random.Random(seed)
    traits = Traits(with_rings=False)
    kinds = [
        traits.kind(skills, {"en": LanguageLevel()}, (), interpreter=False)
        for skills in ({"skill-0": 1}, {"skill-0": 2, "skill-1": 1}, {"skill-1": 2, "skill-2": 2})
    ]
    lines = [line_of(number, traits) for number in range(40)]
    rack: Rack[Line] = Rack(traits.count, size, searched=False, sparse=1, shelf=LineShelf)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("FEW", few), ("BLOCK", 3), ("BLOCKS", blocks), ("CALM", 2)):
            patch.setattr(line_shelf, name, value)
        for now in range(steps):
            for number in chance.sample(range(len(lines)), 3):
                line = lines[number]  # two may have one key, while one of them is to be moved yet
                key = (now // 8 + chance.choice((0, 0, 0, 2, 9, -9)), f"{number // 2}")
                if line.shelf is not None and line.shelf.move(line, key):
                    continue
                if line.shelf is not None:
                    rack.remove(line)
                if chance.random() < 0.8:
                    rack.add(line, key)
            kind, doors = chance.choice(kinds), chance.choice(((0,), (1,), (0, 1)))
            wanted = sorted(
                line.key
                for line in lines
                if line.shelf is not None
                and line.contest.door in doors
                and line.contest.asked.admits(kind)
            )
            assert served_in_order(rack, kind, doors, traits) == wanted
            assert rack.count == sum(line.shelf is not None for line in lines)


def served_in_order(
    rack: Rack[Line], kind: Kind, doors: tuple[int, ...], traits: Traits
) -> list[Key]:
    keys: list[Key] = []
    for shelf in rack.shelves:
        assert isinstance(shelf, LineShelf)
        found = shelf.served(kind, doors, traits.asked(kind, 2))
        if found:
            here = [line.key for line in shelf.ordered(found)]
            assert shelf.first(found).key == here[0]
            keys += here
    return keys
