"""Every state that a small centre can get into, breadth first.

`python -m tests.support.small_model --depth N` looks further than the tests do.

Three agents, four interactions, and all that may happen to them in any order. A lost event is one
that does not come; one that comes early, late or again is tried in every state, and must change
nothing. Each state is restored from its store before something happens in it.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import Any

from services.router.core import router_core
from shared.contracts.configuration import PoolDocument, canonical, hash_of
from shared.contracts.event import Event
from shared.contracts.system import ConfigChanged, Tick
from tests.support.router_shard import T0
from tests.support.small_model_centre import LOCALS, POOL, VARIANTS, arrival, centre
from tests.support.small_model_judge import After, broken_between
from tests.support.small_model_key import key_of
from tests.support.small_model_moves import AGENTS, head, moves, out_of_place, presence
from tests.support.small_model_state import changed, decided, did_something, restored

Json = Mapping[str, Any]
STARTS = ("nobody came", "all came")
SOON_MS = 86_400_000  # what is due later than in a day is the end of ended interactions


@dataclass(slots=True, frozen=True)
class Node:
    """A state as it is stored. `due`: its time has passed a deadline, and no tick has come."""

    stored: Mapping[str, bytes]
    found: Mapping[str, Json]  # the same, read
    now: int
    deadline: int | None
    way: tuple[str, ...] = ()
    heard: tuple[Event, ...] = ()  # what changed something; to be heard again

    @property
    def due(self) -> bool:
        return self.deadline is not None and self.deadline <= self.now


@dataclass(slots=True)
class Found:
    """What a search went through. `depth`: of moves, all of them; `closed`: there are no more."""

    variant: str
    start: str
    states: int = 1
    transitions: int = 0
    repeats: int = 0
    depth: int = 0
    closed: bool = False
    broken: list[str] = field(default_factory=list)
    way: tuple[str, ...] = ()

    def __str__(self) -> str:
        reach = "closed" if self.closed else f"all up to {self.depth} moves"
        told = (
            f"{self.variant}, {self.start}: {self.states} states, {self.transitions} transitions, "
            f"{self.repeats} repeats and events out of place; {reach}"
        )
        return told if not self.broken else f"{told}; {self.broken[0]} by: {'; '.join(self.way)}"


class Search:
    def __init__(self, variant: str, start: str = "nobody came") -> None:
        self.variant = variant
        self.document: PoolDocument = centre(variant)
        self.found = Found(variant, start)

    def run(self, depth: int) -> Found:
        """Look at all that may happen within so many moves; end at the first that breaks."""
        found = self.found
        first = self._first()
        visited, frontier = {key_of(first.found, first.now)}, [first]
        for found.depth in range(1, depth + 1):
            following: list[Node] = []
            for node in frontier:
                for child, key in self._children(node):
                    if key not in visited:
                        visited.add(key)
                        following.append(child)
                        found.states += 1
                if found.broken:
                    return found
            frontier = following
            if not frontier:
                found.closed = True
                break
        return found

    def _first(self) -> Node:
        """All agents are there; perhaps all four interactions, one after the other, too."""
        applied = ConfigChanged(
            **head("applied", T0),
            pool=POOL,
            actor="operator",
            hash=hash_of(canonical(self.document)),
            version=1,
        )
        state, now = restored(self.document, {}), T0
        decided(state, applied, now)
        for agent_id in AGENTS:
            decided(state, presence(agent_id, "ready", now, -1), now)
        for local in LOCALS if self.found.start == "all came" else ():
            now += 1000
            decided(state, arrival(self.variant, local, head(f"received {local}", now)), now)
        return Node(*changed({}, {}, state), now, router_core.deadline(state))

    def _children(self, node: Node) -> Iterator[tuple[Node, bytes]]:
        if not node.due:
            self._repeat(node)
        for words, event, now in self._what_may_happen(node):
            self.found.transitions += 1
            child, broken = self._after(node, words, event, now)
            if broken:
                self.found.broken, self.found.way = broken, child.way
                return
            yield child, key_of(child.found, child.now)

    def _what_may_happen(self, node: Node) -> Iterator[tuple[str, Event | None, int]]:
        depth = len(node.way)
        for words, event in moves(self.variant, node.found, node.now, depth):
            yield words, event, node.now
        if node.deadline is not None and node.deadline < node.now + SOON_MS:
            now = max(node.now, node.deadline)
            yield "time", Tick(**head(f"tick {depth}", now), pool=""), now
            if not node.due:
                yield "time, and no tick", None, now

    def _after(
        self, node: Node, words: str, event: Event | None, now: int
    ) -> tuple[Node, list[str]]:
        """The state after one event, and what is broken by then."""
        way = (*node.way, words)
        if event is None:
            return replace(node, now=now, way=way), []
        state = restored(self.document, node.stored)
        try:
            facts = decided(state, event, now)
        except Exception as error:  # noqa: BLE001  a core that raises is what we look for
            return replace(node, way=way), [f"raised {type(error).__name__}: {error}"]
        stored, found = changed(node.stored, node.found, state)
        deadline = router_core.deadline(state)
        heard = (*node.heard, event) if did_something(facts) else node.heard
        broken = broken_between(
            self.document, node.found, facts, After(stored, found, now, deadline)
        )
        return Node(stored, found, now, deadline, way, heard), broken

    def _repeat(self, node: Node) -> None:
        """Nothing of what was heard, and nothing out of place, changes a state."""
        state = restored(self.document, node.stored)
        if router_core.deadline(state) != node.deadline:
            self.found.broken = ["R7: restored, something else is due next"]
        for event in (*node.heard, *out_of_place(node.found, node.now)):
            self.found.repeats += 1
            facts = decided(state, event, node.now)
            if did_something(facts) or router_core.take_changed(state):
                self.found.broken = [f"R1 {event.event_id}: heard again, or out of place: {facts}"]
        if self.found.broken:
            self.found.way = node.way


def search(variant: str, start: str, depth: int) -> Found:
    return Search(variant, start).run(depth)


def search_all(depths: Mapping[tuple[str, str], int]) -> Iterator[Found]:
    """By variant and start so many moves, two searches at a time."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(search, *given, depth) for given, depth in depths.items()]
        for each in waiting:
            yield each.result()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--depth", type=int, default=5, help="how many moves are looked ahead")
    parser.add_argument("--variant", choices=VARIANTS, help="only this one")
    given = parser.parse_args()
    started = time.monotonic()
    broken = False
    variants = (given.variant,) if given.variant else VARIANTS
    depths = {(variant, start): given.depth for start in STARTS for variant in variants}
    for found in search_all(depths):
        print(f"{found} ({time.monotonic() - started:.0f} s)")
        broken |= bool(found.broken)
    return broken


if __name__ == "__main__":
    sys.exit(main())
