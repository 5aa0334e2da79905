"""What a message says to its reader, before a contact method gives it a shape."""

from dataclasses import dataclass
from typing import Literal

from services.notifier.adapters.words.blocks import Button
from services.notifier.adapters.words.sheets import Sheet

Grade = Literal["info", "warning", "error", "critical"]
__all__ = ["LONGEST_SHORT", "Button", "Grade", "Told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Made by `tell`: a page, a notice, a customer's receipt, a code, a trouble, a group, a digest.

    `subject` is one line and the same for all of a thread. `short` is one line for phones, at most
    `LONGEST_SHORT` characters, without the link. `sheet` is the whole. `thread` names what it
    belongs to: `escalation/<id>`, `incident/<id>`, `contact/<id>` (a customer's), `group/<id>`, or
    empty.
    """

    about: Literal[
        "page", "opening", "update", "recovery", "receipt", "longer_wait", "verification",
        "trouble", "group", "digest",
    ]  # fmt: skip
    subject: str
    short: str
    sheet: Sheet
    button: Button | None = None
    code: str = ""  # of a verification
    thread: str = ""
    severity: Grade = "warning"
    ended: bool = False  # it tells of an end: a recovery, or alerts that are all over


LONGEST_SHORT = 140
