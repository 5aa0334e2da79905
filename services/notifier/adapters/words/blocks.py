"""What the sheets of messages are made of. Sentences are templates; values stand beside them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.notifier.adapters.words.sheets import Sheet


@dataclass(frozen=True, slots=True)
class Button:
    """A link that the reader is asked to open, and the words on it, in his language."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Sentence:
    template: str
    kept: bool = False  # also where a message must be shorter


@dataclass(frozen=True, slots=True)
class Link:
    """What to do with the link, and the link itself; where there is room for one only, this."""

    template: str
    button: Button


@dataclass(frozen=True, slots=True)
class Steps:
    """Things to do, in order."""

    heading: str
    templates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[tuple[str, str], ...]  # label, value


@dataclass(frozen=True, slots=True)
class Items:
    """A list of values, each a line."""

    heading: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person wrote, line by line; in his language, which may not be that of the rest."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One of several messages that go as one; its heading is its subject."""

    heading: str
    sheet: "Sheet"


Block = Sentence | Link | Steps | Table | Items | Quote | Part
