"""Interactions with one requirement, waiting, and who may take them."""

from typing import Any

from services.router.core.floor.contest import Contest
from services.router.core.floor.lineup import Lineup, Place
from services.router.core.floor.rack import Rack
from services.router.core.floor.seat import Seat
from services.router.core.floor.shelf import Key
from services.router.core.plan import Requirement


class Qualified:
    """Who is configured to serve a line."""

    def __init__(self, contest: Contest) -> None:
        self._contest = contest

    def __bool__(self) -> bool:
        return self._contest.exists()

    def __contains__(self, seat: Seat) -> bool:
        return self._contest.asked.admits(seat.kind)


class Line(Lineup):
    """Stands among other lines by the one who waits longest in it; `contest`: who may serve it."""

    __slots__ = ("bit", "contest", "key", "open", "rack", "requirement", "shelf", "traits")

    def __init__(self, requirement: Requirement, contest: Contest) -> None:
        super().__init__()
        self.requirement = requirement
        self.contest = contest
        self.rack: Rack[Line] | None = None  # where it stands while somebody waits in it
        self.shelf: Any = None  # its LineShelf while somebody waits in it
        self.bit = 0
        self.key: Key = ()
        self.traits = contest.asked.of_line()
        self.open: tuple[int, ...] = (contest.door,)

    @property
    def head(self) -> Place:
        """Who waited longest when it was put on its shelf."""
        return self.key

    @property
    def qualified(self) -> Qualified:
        return Qualified(self.contest)
