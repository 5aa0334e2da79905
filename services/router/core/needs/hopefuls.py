"""Who may go on when an agent signs in or leaves: in a step that is not the last, or kept for him.

Derived from interactions, and told of each change of one; most have no steps and prefer nobody,
and cost nothing. Those with equal steps are looked at as one.
"""

from collections.abc import Iterator, Mapping

from msgspec import UNSET

from services.router.core.model import Interaction, Step
from shared.contracts.words import Channel

Ladder = tuple[Channel, str, tuple[Step, ...], int]  # with the queue, which says what is skipped


class Hopefuls:
    __slots__ = ("_by_agent", "_by_ladder", "_kept_for", "_ladder_of")

    def __init__(self) -> None:
        self._by_ladder: dict[Ladder, dict[str, None]] = {}
        self._ladder_of: dict[str, Ladder] = {}
        self._by_agent: dict[str, dict[str, None]] = {}
        self._kept_for: dict[str, str] = {}

    def note(self, it: Interaction) -> None:
        """An interaction is as it is now."""
        self.forget(it.id)
        if it.status != "waiting":
            return
        if it.steps is not UNSET and it.step + 1 < len(it.steps):
            ladder = self._ladder_of[it.id] = (it.channel, it.queue, it.steps, it.step)
            self._by_ladder.setdefault(ladder, {})[it.id] = None
        if it.preferred:
            agent_id = self._kept_for[it.id] = it.preferred.agent_id
            self._by_agent.setdefault(agent_id, {})[it.id] = None

    def forget(self, id_: str) -> None:
        """It is not open any more."""
        if (ladder := self._ladder_of.pop(id_, None)) is not None:
            del self._by_ladder[ladder][id_]
            if not self._by_ladder[ladder]:
                del self._by_ladder[ladder]
        if (agent_id := self._kept_for.pop(id_, None)) is not None:
            del self._by_agent[agent_id][id_]
            if not self._by_agent[agent_id]:
                del self._by_agent[agent_id]

    def alike(self) -> Iterator[Mapping[str, None]]:
        """Ids of those who wait in the same step of equal steps; never none."""
        yield from self._by_ladder.values()

    def kept_for(self, agent_id: str) -> Mapping[str, None]:
        """Ids of those who wait for him alone."""
        return self._by_agent.get(agent_id, {})
