"""Language tags (BCP 47), and the language of a text among those that a pool's agents speak."""

from shared.language.detector import Detector
from shared.language.tags import LanguageTagError, canonical_tag, primary

__all__ = ["Detector", "LanguageTagError", "canonical_tag", "primary"]
