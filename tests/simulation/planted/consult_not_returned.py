"""After a consult whoever is free gets it."""

from services.router.core.interactions import transfer
from services.router.core.turn import Turn
from tests.simulation.planted.spade import Old, Spade

WHAT = "what is handed back after a consult does not go to the agent who asked for it"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def preference(turn: Turn, queue: str, agent_id: str | None) -> object:
            return None if "handed_back" in turn.agents.values() else old(turn, queue, agent_id)

        return preference

    spade.replace(transfer, "_preference", make)
