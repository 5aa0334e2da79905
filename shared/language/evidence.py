"""What the words of a text say together about its language, when some of them may be names."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shared.language.model import Floats

# Measured on half of the texts (docs/language.md): flat between 8 and 14, 3 and 8, 4 and 8.
_WORD_SAYS = np.float32(10.0)  # at most, against a language: beyond it, a word may be foreign
_NAME_SAYS = np.float32(4.0)  # the same of a word that looks like a name
_NAMES_SAY = np.float32(5.0)  # and all of these together
_PLAIN_BYTES = 24  # a longer word says more: there are scripts without spaces


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words that the model knows: how well they fit (words by labels), which may be names."""

    fits: Floats
    names: npt.NDArray[np.bool_]
    sizes: npt.NDArray[np.int_]  # bytes


def together(spoken: Spoken, columns: npt.NDArray[np.int_], prior: Floats) -> Floats:
    """Log likelihood of each of the columns, up to a constant.

    A word takes nothing more from a language than what a word of another language, which would
    stand in such a text as a name, takes from it. This is the log of a mixture, cut to two lines.
    """
    fits = spoken.fits[:, columns]
    fits = fits - fits.max(axis=1, keepdims=True)
    plain = ~spoken.names
    bounds = _WORD_SAYS * np.maximum(1.0, spoken.sizes[plain] / _PLAIN_BYTES).astype(np.float32)
    total: Floats = np.maximum(fits[plain], -bounds[:, None]).sum(axis=0) + prior[columns]
    if spoken.names.any():
        names = np.maximum(fits[spoken.names], -_NAME_SAYS).sum(axis=0)
        total = total + np.maximum(names - names.max(), -_NAMES_SAY)
    return total
