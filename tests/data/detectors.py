"""The detector, and the raw library beside it, as functions from a text to a language."""

from collections.abc import Callable
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from shared.language import Detector

DETECTOR = Detector()


def ours(languages: frozenset[str]) -> Callable[[str], str | None]:
    return lambda text: DETECTOR.detect(text, languages)[0]


def raw(languages: frozenset[str]) -> Callable[[str], str | None]:
    """py3langid as it comes, limited to the same languages."""
    model: Any = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(["no" if tag == "nb" else tag for tag in languages])

    def detect(text: str) -> str | None:
        label: str = model.classify(text)[0]
        return "nb" if label == "no" else label

    return detect
