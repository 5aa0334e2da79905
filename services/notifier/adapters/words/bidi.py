"""Values inside text of either direction: what they may hold, and how they are kept apart.

A value in the other direction (a Latin id in a Hebrew sentence) would drag its neighbours along;
isolates (Unicode UAX #9, section 2.4.2) keep the order of what stands around it.
"""

import unicodedata

from services.notifier.adapters.words.cuts import shortened

FSI, PDI = "\u2068", "\u2069"  # first strong isolate, pop directional isolate
_STEERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tame(value: str, longest: int) -> str:
    """One line, at most `longest` characters, without control or direction characters.

    So no value can start a new header or line, or reach out of its isolate. A cut is marked, and
    does not part a letter from its marks.
    """
    shown = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in value
        if char not in _STEERING and unicodedata.category(char) != "Cs"
    )
    return shortened(" ".join(shown.split()), longest)


def isolate(value: str, direction: str) -> str:
    """A value to be put into plain text of this direction.

    Left-to-right text is spared the invisible characters where the value cannot disturb it.
    """
    disturbs = direction == "rtl" or any(
        unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in value
    )
    return f"{FSI}{value}{PDI}" if disturbs else value
