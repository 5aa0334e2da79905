"""Who waits in a step that is not the last one: an agent who signs in may bring the next at once.

Derived from interactions, and told of each change of one; most have no steps, and cost nothing.
Those with equal steps are looked at as one.
"""

from collections.abc import Iterator, Mapping

from msgspec import UNSET

from services.router.core.model import Interaction, Step
from shared.contracts.words import Channel

Ladder = tuple[Channel, tuple[Step, ...], int]


class Hopefuls:
    __slots__ = ("_by_ladder", "_ladder_of")

    def __init__(self) -> None:
        self._by_ladder: dict[Ladder, dict[str, None]] = {}
        self._ladder_of: dict[str, Ladder] = {}

    def note(self, it: Interaction) -> None:
        """An interaction is as it is now."""
        if it.id in self._ladder_of:
            self.forget(it.id)
        if it.status == "waiting" and it.steps is not UNSET and it.step + 1 < len(it.steps):
            ladder = self._ladder_of[it.id] = (it.channel, it.steps, it.step)
            self._by_ladder.setdefault(ladder, {})[it.id] = None

    def forget(self, id_: str) -> None:
        """It is not open any more."""
        ladder = self._ladder_of.pop(id_, None)
        if ladder is not None:
            alike = self._by_ladder[ladder]
            del alike[id_]
            if not alike:
                del self._by_ladder[ladder]

    def alike(self) -> Iterator[Mapping[str, None]]:
        """Ids of those who wait in the same step of equal steps; never none."""
        yield from self._by_ladder.values()
