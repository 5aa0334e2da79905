"""What one agent holds, and on which channels he has room."""

from services.router.core.model import Agent
from services.router.core.shelf import Shelf
from shared.contracts.words import Channel


class Seat:
    """Derived from interactions and stubs; capacity in units, and a cap per channel.

    `room`: per channel its units and the agent's cap (None: no cap); empty if the configuration
    does not know the agent.
    """

    __slots__ = (
        "agent", "asides", "assigned", "capacity", "load", "offered", "room", "shelves", "used",
    )  # fmt: skip

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.capacity = 0
        self.used = 0
        self.load: dict[Channel, int] = {}
        self.room: dict[Channel, tuple[int, int | None]] = {}
        self.shelves: dict[Channel, Shelf] = {}
        self.offered: set[str] = set()
        self.assigned: set[str] = set()
        self.asides: set[str] = set()  # interactions that he is set aside for

    def has_room(self, channel: Channel) -> bool:
        units, cap = self.room[channel]
        if self.used + units > self.capacity:
            return False
        return cap is None or self.load.get(channel, 0) < cap

    def overdrawn(self) -> bool:
        """More than the configuration allows: only after it was changed."""
        return self.used > self.capacity or any(
            cap is not None and self.load.get(channel, 0) > cap
            for channel, (_, cap) in self.room.items()
        )
