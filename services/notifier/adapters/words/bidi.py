"""Values inside text of either direction: what they may hold, and how they are kept apart.

A value in the other direction (a Latin id in a Hebrew sentence) would drag its neighbours along;
isolates (Unicode UAX #9, section 2.4.2) keep the order of what stands around it.
"""

import unicodedata

from services.notifier.adapters.words.cuts import shortened

FSI, PDI = "\u2068", "\u2069"  # first strong isolate, pop directional isolate
RLM = "\u200f"  # right-to-left mark
_STEERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_LOOKED_AT = 10  # times as many characters as may be shown, since some are left out


def tame(value: str, longest: int) -> str:
    """One line, at most `longest` characters, without control or direction characters.

    So no value can start a new header or line, or reach out of its isolate. A cut is marked, and
    does not part a letter from its marks. Of a very long value only the beginning is looked at.
    """
    shown = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in value[: longest * _LOOKED_AT]
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


def led(line: str, direction: str) -> str:
    """A line of plain text that runs in this direction, whatever word it begins with.

    Programs take the direction of a line from its first letter outside of isolates (UAX #9, rules
    P2 and P3); a right-to-left line that begins with a Latin name needs a mark before that.
    """
    if direction != "rtl" or not line:
        return line
    return line if _first_strong(line) in ("R", "AL") else RLM + line


def _first_strong(line: str) -> str:
    depth = 0
    for char in line:
        if char == FSI:
            depth += 1
        elif char == PDI:
            depth -= 1
        elif not depth and (sort := unicodedata.bidirectional(char)) in ("L", "R", "AL"):
            return sort
    return ""
