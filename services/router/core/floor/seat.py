"""What one agent holds, on which channels he has room, and where he stands."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from services.router.core.floor.rack import Rack
from services.router.core.floor.shelf import Key, Shelf
from services.router.core.floor.traits import Kind
from services.router.core.model import Agent
from shared.contracts.words import Channel

KNOWN = 4_096  # pairs of free units that are remembered


class Room(NamedTuple):
    """What one interaction of a channel takes, and the agent's cap of it (None: no cap)."""

    units: int
    cap: int | None
    interruptible: bool
    door: int  # number of the channel


class Rooms(dict[Channel, Room]):
    """By the channels that an agent does. `capped`: (channel, cap, door) of those with a cap."""

    def __init__(self, rooms: Iterable[tuple[Channel, Room]]) -> None:
        super().__init__(rooms)
        self.capped = [
            (it, room.cap, room.door) for it, room in self.items() if room.cap is not None
        ]
        self._fitting: dict[tuple[int, int], int] = {}

    def fitting(self, free: int, free_of_firm: int) -> int:
        """Doors of channels whose units fit, as a bit set. Few pairs of numbers ever occur."""
        key = (free, free_of_firm)
        doors = self._fitting.get(key)
        if doors is None:
            if len(self._fitting) >= KNOWN:
                self._fitting.clear()
            doors = self._fitting[key] = sum(
                1 << it.door
                for it in self.values()
                if it.units <= (free if it.interruptible else free_of_firm)
            )
        return doors


class Chair:
    """An agent among all who are configured, there or not: `key` is his number."""

    __slots__ = ("bit", "key", "open", "shelf", "traits")

    def __init__(self, number: int, traits: tuple[int, ...]) -> None:
        self.shelf: Shelf[Any] | None = None
        self.bit = 0
        self.key: Key = (number,)
        self.traits = traits
        self.open: tuple[int, ...] = ()


class Seat:
    """Derived from interactions and stubs; capacity in units, and a cap per channel.

    used: units of all that he holds; firm: of what may not be interrupted. Other work may come on
    top of interruptible work, so that bars only its like.
    room: by the channels that he does; empty if the configuration does not know the agent.
    """

    __slots__ = (
        "agent", "asides", "assigned", "bit", "capacity", "chair", "firm", "key", "kind", "load",
        "offered", "open", "rack", "room", "shelf", "signed_in", "traits", "used",
    )  # fmt: skip

    def __init__(self, agent: Agent, kind: Kind, capacity: int, room: Rooms) -> None:
        self.shelf: Shelf[Any] | None = None
        self.bit = 0
        self.key: Key = ()
        self.traits = kind.traits
        self.open: tuple[int, ...] = ()
        self.rack: Rack[Seat] | None = None  # where he stands, or stood last
        self.chair: Chair | None = None  # None: not configured
        self.signed_in = False  # as the roster has it
        self.agent = agent
        self.kind = kind
        self.capacity = capacity
        self.room = room
        self.used = 0
        self.firm = 0
        self.load: dict[Channel, int] = {}
        self.offered: set[str] = set()
        self.assigned: set[str] = set()
        self.asides: set[str] = set()  # interactions that he is set aside for

    def stands(self, door: int) -> bool:
        """Whether he has room by this channel, and may be asked."""
        return self.shelf is not None and door in self.open

    @property
    def is_there(self) -> bool:
        """He will take something new some time; who is not stands nowhere."""
        return self.agent.is_there

    @property
    def tenths(self) -> int:
        """Tenths of his capacity in use."""
        return self.used * 10 // self.capacity if self.capacity else 0

    def in_use(self, channel: Channel) -> int:
        """Units that count against his capacity for one more of this channel."""
        return self.used if self.room[channel].interruptible else self.firm

    def has_room(self, channel: Channel, beyond: int = 0) -> bool:
        """Both hold: units within capacity, or so many `beyond`; and the cap of the channel."""
        units, cap, interruptible, _ = self.room[channel]
        if (self.used if interruptible else self.firm) + units > self.capacity + beyond:
            return False
        return cap is None or self.load.get(channel, 0) < cap

    def works(self) -> bool:
        """Whether he holds an assignment, also an idle one, or a wrap-up; an offer is no work."""
        return bool(self.assigned) or sum(self.load.values()) > len(self.offered)

    def overdrawn(self) -> bool:
        """More than the configuration allows: after it was changed, by hand, or by waking."""
        return (
            self.firm > self.capacity
            or self.used - self.firm > self.capacity
            or any(
                it.cap is not None and self.load.get(channel, 0) > it.cap
                for channel, it in self.room.items()
            )
        )
