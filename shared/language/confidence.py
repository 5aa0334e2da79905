"""How often a text with such a lead over the other languages was told rightly, when measured.

The tables are from 80,000 texts in eleven sets of languages, `docs/language.md` says which; the
tests hold them against other texts.
"""

from collections.abc import Sequence
from itertools import pairwise

SINGLE_WORD = 500  # permille: at most this, whatever it looks like; names and loans go everywhere

_Line = Sequence[tuple[float, float]]  # between two points it is straight, outside them flat
# Lead: log of the odds against all other languages asked for, at a temperature of √bytes, as the
# model's own trainer found; the share right then hangs little on the length of the text.
_RIGHT_AT_LEAD: _Line = (
    (-2.0, 0.40), (-1.0, 0.58), (-0.5, 0.66), (0.0, 0.745), (0.5, 0.865), (1.0, 0.94),
    (1.5, 0.967), (2.5, 0.987), (3.5, 0.995), (5.0, 0.998), (7.0, 0.999),
)  # fmt: skip
# Share of its letters that are of the script by which the text was taken.
_RIGHT_AT_SHARE: _Line = (
    (0.0, 0.0), (0.4, 0.45), (0.55, 0.7), (0.65, 0.93), (0.75, 0.985), (0.85, 1.0),
)  # fmt: skip
# How much better a language fits that nobody asked for, in the same units as the lead. Of texts
# in languages that were asked for, 99 in 100 sentences and 96 in 100 beginnings are below 0.4.
_OURS_AT_OTHERS_LEAD: _Line = ((0.4, 1.0), (1.2, 0.1))


def permille(*, words: int, lead: float, others_lead: float, share: float) -> int:
    """The share of such texts that are told rightly, of a thousand.

    Args:
        words: that the model knows; one alone is never trusted, none gives 0.
        lead: of the language told, over the other ones asked for.
        others_lead: of a language that was not asked for, over the one told; mostly below 0.
        share: of the text's letters that are of the script looked at, 0 to 1.
    """
    if words == 0:
        return 0
    sure = (
        _at(_RIGHT_AT_LEAD, lead)
        * _at(_RIGHT_AT_SHARE, share)
        * _at(_OURS_AT_OTHERS_LEAD, others_lead)
    )
    told = round(sure * 1000)
    return min(told, SINGLE_WORD) if words == 1 else told


def _at(line: _Line, x: float) -> float:
    if x <= line[0][0]:
        return line[0][1]
    for (left, low), (right, high) in pairwise(line):
        if x <= right:
            return low + (high - low) * (x - left) / (right - left)
    return line[-1][1]
