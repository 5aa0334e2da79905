"""The language of a text among those that a pool's agents speak."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

from shared.language.confidence import permille
from shared.language.evidence import Spoken, together
from shared.language.model import Floats, Model
from shared.language.scripts import UNSPACED, scripts_of
from shared.language.tags import primary
from shared.language.words import Word, in_main_script, words_of

_OF_MODEL = {"nb": "no", "fil": "tl"}  # how the model calls them
_MOST_SETS = 256  # of languages, kept; each pool has one per version of its configuration


@dataclass(frozen=True, slots=True)
class Limited:
    """A set of languages, and the columns of the model that are theirs, by script."""

    tags: dict[str, str]  # of the model's label, as asked for
    columns: dict[str, npt.NDArray[np.int_]]
    others: dict[str, npt.NDArray[np.int_]]  # columns of languages that nobody asked for


class Detector:
    """py3langid's model, limited to a set of languages, in the script of the text.

    The model (about 90 MB, one second) is loaded at first use and shared by all sets. Detecting
    changes nothing, so threads may share a detector.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._model: Model | None = None
        self._limited: dict[frozenset[str], Limited] = {}

    def warm_up(self, languages: Iterable[str] = ("en",)) -> None:
        """Load the model now, so that the first customer does not wait for it."""
        self._limited_to(self._loaded(), frozenset(languages))

    def detect(self, text: str, languages: frozenset[str]) -> tuple[str | None, int]:
        """The likeliest of `languages` (BCP 47 tags), and how sure that is in permille.

        Where several of them share one language (`pt-BR`, `pt-PT`), the bare one is told if it is
        in the set, else the first in the alphabet. None: the model knows none of the languages,
        or nothing in the text is written in a script of theirs.
        """
        model = self._loaded()
        limited = self._limited_to(model, languages)
        found = in_main_script(words_of(text), frozenset(limited.columns))
        if found is None:
            return None, 0
        spoken = _spoken(model, found.words)
        columns, others = limited.columns[found.script], limited.others[found.script]
        scores = together(spoken, columns, model.prior)
        best = int(scores.argmax())
        heat = math.sqrt(max(1, int(spoken.sizes.sum())))
        return limited.tags[model.labels[columns[best]]], permille(
            words=_count(found.script, found.words, spoken, alone=len(columns) + len(others) == 1),
            lead=_lead(scores / heat, best, [model.labels[column] for column in columns]),
            others_lead=_others_lead(spoken, columns, others, model.prior) / heat,
            share=found.share,
        )

    def _loaded(self) -> Model:
        if self._model is None:
            with self._lock:
                self._model = self._model or Model()
        return self._model

    def _limited_to(self, model: Model, languages: frozenset[str]) -> Limited:
        known = self._limited.get(languages)
        if known is None:
            known = _limit(model, languages)
            kept = self._limited if len(self._limited) < _MOST_SETS else {}
            self._limited = {**kept, languages: known}  # readers take no lock
        return known


def _spoken(model: Model, words: Sequence[Word]) -> Spoken:
    fits, kept = model.fits([word.text for word in words])
    said = [words[number] for number in kept]
    return Spoken(
        fits,
        names=np.array([word.name for word in said], dtype=np.bool_),
        sizes=np.array([len(word.text.encode()) for word in said], dtype=np.int_),
    )


def _count(script: str, words: Sequence[Word], spoken: Spoken, *, alone: bool) -> int:
    """Words by which to judge; one is as good as two where its script is of one language alone."""
    known = len(spoken.sizes)
    if known and script in UNSPACED:
        return max(known, sum(word.scripts.get(script, 0) for word in words) // 2)
    return known + 1 if known and alone else known


def _lead(scores: Floats, best: int, labels: Sequence[str]) -> float:
    """Log odds of the best against all others together; infinite if there are none."""
    rest = scores[[label != labels[best] for label in labels]]  # Serbian has two columns
    if not len(rest):
        return math.inf
    nearest = float(rest.max())
    return float(scores[best]) - nearest - math.log(float(np.exp(rest - nearest).sum()))


def _others_lead(
    spoken: Spoken, columns: npt.NDArray[np.int_], others: npt.NDArray[np.int_], prior: Floats
) -> float:
    """By how much the best of the others fits better than the best of the columns."""
    if not len(others):
        return -math.inf
    scores = together(spoken, np.concatenate([columns, others]), prior)
    return float(scores[len(columns) :].max() - scores[: len(columns)].max())


def _limit(model: Model, languages: frozenset[str]) -> Limited:
    tags: dict[str, str] = {}
    for tag in sorted(languages, reverse=True):  # `pt` comes last and wins over `pt-BR`
        label = _OF_MODEL.get(primary(tag), primary(tag))
        if label in model.labels:
            tags[label] = tag
    columns: dict[str, list[int]] = {}
    others: dict[str, list[int]] = {}
    for column, label in enumerate(model.labels):
        for script in scripts_of(label):
            (columns if label in tags else others).setdefault(script, []).append(column)
    return Limited(
        tags,
        {script: np.array(found) for script, found in columns.items()},
        {script: np.array(others.get(script, []), dtype=int) for script in columns},
    )
