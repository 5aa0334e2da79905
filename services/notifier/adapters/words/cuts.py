"""Where a text that is too long is cut: between what a reader sees as characters, and marked."""

import unicodedata
from collections.abc import Callable

_JOINER = "\u200d"


def shortened(text: str, longest: int, size: Callable[[str], int] = len) -> str:
    """At most `longest` in size, the mark of the cut included.

    Args:
        size: of one code point in the reader's measure; by default each counts one.
    """
    room, used, end = longest - size("…"), 0, 0
    for place, char in enumerate(text, 1):
        used += size(char)
        if used > longest:
            break
        if used <= room:
            end = place
    else:
        return text
    while end > 0 and not _may_part(text, end):
        end -= 1
    return text[:end].rstrip() + "…"


def _may_part(text: str, at: int) -> bool:
    """Whether a character ends before this place, by the rules of UAX #29 that matter most."""
    before, after = text[at - 1], text[at]
    if before == _JOINER or _joins(after):
        return False
    if _is_regional(before) and _is_regional(after):  # two of them are one flag
        start = at
        while start > 0 and _is_regional(text[start - 1]):
            start -= 1
        return (at - start) % 2 == 0
    return (before, after) != ("\r", "\n")


def _joins(char: str) -> bool:
    """Whether it belongs to the character before it."""
    return (
        char == _JOINER
        or unicodedata.category(char) in ("Mn", "Mc", "Me")
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # tones of skin
        or "\U000e0020" <= char <= "\U000e007f"  # tags, in flags of regions
        or "\u1160" <= char <= "\u11ff"  # vowels and ends of Korean syllables
    )


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
