"""What a confidence is worth: how many of the texts told with it were told rightly."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.data.detectors import DETECTOR
from tests.data.texts import Text, first_words, only, with_names

BOUNDS = (0, 300, 501, 600, 700, 800, 900, 950, 990, 1001)
POOLS = (
    frozenset({"en", "es", "he", "pt"}),
    frozenset({"de", "en", "nl"}),
    frozenset({"da", "en", "nb", "sv"}),
    frozenset({"bg", "en", "ru", "uk"}),
    frozenset({"en", "et", "lt", "lv", "ru"}),
    frozenset({"ar", "en", "fa", "tr"}),
)


@dataclass(frozen=True, slots=True)
class Band:
    """Texts whose confidence lay in `[low, high)`, in permille."""

    low: int
    high: int
    texts: int
    said: float  # mean confidence
    right: float  # of a thousand


def mixed(sentences: Sequence[Text], languages: frozenset[str]) -> list[Text]:
    """Sentences, beginnings, and both with foreign names, in equal parts."""
    there = only(sentences, languages)
    beginnings = first_words(there, 5)
    return [
        *there,
        *beginnings,
        *with_names(there, languages, 3),
        *with_names(first_words(there, 8), languages, 2),
    ]


def bands(asked: Iterable[tuple[Sequence[Text], frozenset[str]]]) -> list[Band]:
    found: list[tuple[int, bool]] = []
    for texts, languages in asked:
        for it in texts:
            tag, permille = DETECTOR.detect(it.text, languages)
            found.append((permille, tag == it.language))
    told = []
    for low, high in pairwise(BOUNDS):
        there = [(said, right) for said, right in found if low <= said < high]
        if there:
            said = sum(it[0] for it in there) / len(there)
            right = 1000 * sum(it[1] for it in there) / len(there)
            told.append(Band(low, high, len(there), said, right))
    return told
