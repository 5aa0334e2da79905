"""Which of the eligible agents gets an interaction: an order of named parts, smaller wins.

A strategy is an order of the same parts; a pool may give its own. Then the agent's id, so that it
is total. Only the parts named are compared, left to right. Each has who was asked longest ago, too:
in a burst equals are ready since the same instant, and the smaller id would get it all.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from shared.contracts.configuration import PoolDocument
from shared.contracts.words import RankName, Strategy

if TYPE_CHECKING:
    from services.router.core.floor.seat import Seat

STRATEGIES: Mapping[Strategy, tuple[RankName, ...]] = {
    "longest_ready": ("language", "ready_since", "flexibility", "last_offer"),
    "least_loaded": ("language", "load", "ready_since", "flexibility", "last_offer"),
    "round_robin": ("language", "last_offer", "ready_since"),
    "most_proficient": (
        "language", "proficiency", "load", "ready_since", "flexibility", "last_offer",
    ),
    "least_flexible": ("language", "flexibility", "load", "ready_since", "last_offer"),
}  # fmt: skip
OF_REQUIREMENT = ("language", "proficiency")  # depend on what is asked, not on the agent alone
ENDLESS = ("ready_since", "last_offer")  # numbers that go on; the other parts have few values
WHERE: Mapping[RankName, str] = {  # of a seat
    "load": "tenths",
    "ready_since": "agent.ready_since_ms",
    "last_offer": "agent.last_offer",
    "flexibility": "kind.flexibility",
}

Key = tuple[Any, ...]  # integers, then an id


def rank_names(document: PoolDocument) -> tuple[RankName, ...]:
    return document.rank or STRATEGIES[document.strategy]


class Choice:
    """The parts of a rank, divided by how agents are kept in this order.

    classes: parts of few values that come before the first endless one. Agents who are equal in
    those of the agent alone (`rack`) stand in one rack, in order of `key`. divides: whether there
    are such parts, and so several racks.
    early: parts of the key that come before any part of the requirement; None: there is no such
    part in the key, so agents of a rack stand in order of their rank.
    """

    def __init__(self, names: tuple[RankName, ...]) -> None:
        self.names = names
        until = next((at for at, name in enumerate(names) if name in ENDLESS), len(names))
        self.classes, rest = names[:until], names[until:]
        mixed = next((at for at, name in enumerate(rest) if name in OF_REQUIREMENT), None)
        self.early: int | None = mixed
        self.rack = _parts([it for it in self.classes if it not in OF_REQUIREMENT])
        self.key = _key([it for it in rest if it not in OF_REQUIREMENT])
        self._rack_names = [it for it in self.classes if it not in OF_REQUIREMENT]
        self.divides = bool(self._rack_names)
        self._whole = _parts([it for it in names if it not in OF_REQUIREMENT])

    def class_of(self, rack: Key, language: int, proficiency: int) -> tuple[int, ...]:
        """The values of `classes`, in their order."""
        values = dict(zip(self._rack_names, rack, strict=True))
        values |= {"language": language, "proficiency": proficiency}
        return tuple(values[name] for name in self.classes)

    def rank(self, seat: "Seat", language: int, proficiency: int) -> tuple[int, ...]:
        """All parts, whatever their order."""
        own = iter(self._whole(seat))
        return tuple(
            language if name == "language" else proficiency if name == "proficiency" else next(own)
            for name in self.names
        )


def _parts(names: list[RankName]) -> Callable[["Seat"], Key]:
    if not names:
        return lambda _: ()
    get = attrgetter(*(WHERE[name] for name in names))
    return get if len(names) > 1 else lambda seat: (get(seat),)


def _key(names: list[RankName]) -> Callable[["Seat"], Key]:
    """Ends with the agent's id."""
    if not names:
        return lambda seat: (seat.agent.id,)
    return attrgetter(*(WHERE[name] for name in names), "agent.id")
