"""Text in a chat's dialect that has to fit: cut between characters, signs and links.

Sizes are UTF-16 code units, as most vendors' own programs count, or by another measure.
"""

import re
from collections.abc import Callable, Iterator

from services.notifier.adapters.words.bidi import FSI, PDI
from services.notifier.adapters.words.cuts import shortened

Measure = Callable[[str], int]  # of one code point
_TORN = re.compile(
    r"(?:&[a-z]{0,4}"  # of Slack: a sign that stands for another
    r"|(?<!\\)<[^<>]*"  # of Slack: a link
    r"|(?<!\\)\[(?:\\.|[^\]\\])*(?:\](?:\([^)]*)?)?"  # of Markdown: a link
    r"|(?<!\\)(?P<pairs>(?:\\\\)*)\\)…$"  # of Markdown: what makes the next sign a plain one
)
_LEAST = 40  # less of a text than this tells nothing


def units(char: str) -> int:
    return 2 if char > "\uffff" else 1


def length(text: str, measure: Measure = units) -> int:
    return sum(map(measure, text))


def cut(text: str, longest: int, measure: Measure = units) -> str:
    """At most `longest` in size, the mark of the cut and the ends of its isolates included."""
    if length(text, measure) <= longest:
        return text
    short = _mended(shortened(text, longest, measure))
    if _open(short) <= 0:
        return short
    # One isolate is open at most: no value stands in another.
    short = _mended(shortened(text, longest - measure(PDI), measure))
    return short + PDI * _open(short)


def _mended(short: str) -> str:
    return _TORN.sub(lambda torn: f"{torn['pairs'] or ''}…", short)


def _open(text: str) -> int:
    return text.count(FSI) - text.count(PDI)


def pieces(text: str, longest: int) -> Iterator[str]:
    """The whole text in pieces of at most `longest` units, parted between lines.

    A line that is longer by itself is cut.
    """
    piece = ""
    for line in text.split("\n"):
        said = cut(line, longest)
        joined = f"{piece}\n{said}" if piece else said
        if length(joined) > longest:
            yield piece
            joined = said
        piece = joined
    if piece:
        yield piece


class Room:
    """How much may still be said in a message; it is spent in order."""

    def __init__(self, most: int, *, overhead: int = 0, measure: Measure = units) -> None:
        """`overhead` is what each text costs beside its own length."""
        self._left, self._overhead, self._measure = most, overhead, measure
        self.full = False

    def take(self, text: str) -> str:
        """As much of it as there is room for; empty when nothing more fits."""
        left = self._left - self._overhead
        if self.full:
            return ""
        if length(text, self._measure) > left:
            self.full = True  # what is cut is the end: a shorter one after it would hide the gap
            text = cut(text, left, self._measure) if left >= _LEAST else ""
        self._left = left - length(text, self._measure)
        return text
