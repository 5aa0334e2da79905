"""Interactions with one requirement, waiting, and who may take them."""

from services.router.core.lineup import Lineup
from services.router.core.plan import Requirement
from services.router.core.shelf import Contest, Shelf


class Line(Lineup):
    """`contests`: one per language of the customer, best first; `qualified`: by shelf number."""

    __slots__ = ("bit", "contests", "qualified", "requirement")

    def __init__(self, number: int, requirement: Requirement) -> None:
        super().__init__()
        self.bit = 1 << number
        self.requirement = requirement
        self.contests = tuple(Contest() for _ in requirement.languages)
        self.qualified: dict[int, int] = {}

    def admit(self, shelf: Shelf, position: int) -> None:
        """Let the shelf's agents take part, in the customer's language at this position."""
        if shelf.number not in self.qualified and shelf.kind.has(self.requirement.skills):
            self.qualified[shelf.number] = position
            shelf.serves |= self.bit
            self.contests[position].enter(shelf)
