"""py3langid's model, asked word by word: how well each word fits each of its languages.

The library itself adds up all features of a text. Added up word by word, a single word can be
bounded, so that a few foreign names do not outvote a sentence.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from py3langid.langid import MODEL_FILE, LanguageIdentifier

Floats = npt.NDArray[np.float32]


class Model:
    """About 90 MB and one second to load. Asking changes nothing, so threads may share it."""

    def __init__(self) -> None:
        loaded: Any = LanguageIdentifier.from_model_file(MODEL_FILE)
        self.labels: tuple[str, ...] = tuple(loaded.nb_classes)  # one may have two columns
        self.prior: Floats = np.asarray(loaded.nb_pc, dtype=np.float32)
        self._table = loaded.nb_ptc  # features by labels, float16
        self._next = loaded.tk_nextmove  # the automaton that finds features in UTF-8
        self._rows = [row << 8 for row in loaded.tk_row]
        self._found = loaded.tk_output

    def fits(self, words: Sequence[str]) -> tuple[Floats, list[int]]:
        """Log likelihoods, words by labels, and which of the words have any feature at all.

        A feature that comes n times counts log(1 + n), as where the model was trained.
        """
        features: list[int] = []
        begins: list[int] = []
        kept: list[int] = []
        state = 0
        for number, word in enumerate(words):
            before = len(features)
            spaced = word if number == 0 else " " + word
            for byte in spaced.encode("utf-8", errors="surrogatepass"):
                state = self._next[self._rows[state] + byte]
                if self._found[state] >= 0:
                    features.append(self._found[state])
            if len(features) > before:
                begins.append(before)
                kept.append(number)
        if not kept:
            return np.zeros((0, len(self.labels)), dtype=np.float32), kept
        indices = np.array(features)
        _, places, counts = np.unique(indices, return_inverse=True, return_counts=True)
        weights = (np.log1p(counts) / counts).astype(np.float32)[places]
        weighed = self._table[indices].astype(np.float32) * weights[:, None]
        return np.add.reduceat(weighed, begins, axis=0), kept
