"""What people of the outside world can know: who has which interaction, and in which pool it is.

It is read from the log like the gateway's view, so it may be old by the time somebody acts on it.
"""

from shared.contracts.routing import (
    InteractionAbandoned,
    InteractionAssigned,
    InteractionClosed,
    InteractionExpired,
    InteractionParked,
    InteractionRequeued,
    TransferredIn,
    TransferredOut,
)
from tests.simulation.topics import Broker, SeenRecord

_KINDS = (
    "interaction_assigned", "interaction_requeued", "interaction_closed", "interaction_abandoned",
    "interaction_expired", "interaction_parked", "transferred_in", "transferred_out",
)  # fmt: skip


class Desk:
    def __init__(self, broker: Broker) -> None:
        self.holder: dict[str, str] = {}  # interaction to the agent who has it
        self.pool_of: dict[str, str] = {}
        self.ended: set[str] = set()
        broker.watch(_KINDS, self._see)

    def born(self, interaction_id: str, pool: str) -> None:
        self.pool_of[interaction_id] = pool

    def open(self) -> list[str]:
        return sorted(set(self.pool_of) - self.ended)

    def _see(self, record: SeenRecord) -> None:
        match record.event():
            case InteractionAssigned() as it:
                self.holder[it.interaction_id] = it.agent_id
            case InteractionRequeued() | InteractionParked() | TransferredOut() as it:
                self.holder.pop(it.interaction_id, None)
            case InteractionClosed() | InteractionAbandoned() | InteractionExpired() as it:
                self.holder.pop(it.interaction_id, None)
                self.ended.add(it.interaction_id)
            case TransferredIn() as it:
                self.pool_of[it.interaction_id] = it.pool
            case _:
                pass
