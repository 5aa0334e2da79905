"""Language tags (BCP 47), and the language of a text among those that a pool's agents speak."""

import copy
import re
from collections.abc import Iterable
from functools import lru_cache
from threading import Lock

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# RFC 5646, section 2.1, without grandfathered tags, tags of private use only, and primary subtags
# of four to eight letters: those are well-formed, but none was ever registered.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?P<extlang>(-[a-z]{3}){0,3})"
    r"(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?)"
)
_TWO_LETTERS = frozenset(  # ISO 639-1: every two-letter code that is assigned
    [
        "aa",
        "ab",
        "ae",
        "af",
        "ak",
        "am",
        "an",
        "ar",
        "as",
        "av",
        "ay",
        "az",
        "ba",
        "be",
        "bg",
        "bi",
        "bm",
        "bn",
        "bo",
        "br",
        "bs",
        "ca",
        "ce",
        "ch",
        "co",
        "cr",
        "cs",
        "cu",
        "cv",
        "cy",
        "da",
        "de",
        "dv",
        "dz",
        "ee",
        "el",
        "en",
        "eo",
        "es",
        "et",
        "eu",
        "fa",
        "ff",
        "fi",
        "fj",
        "fo",
        "fr",
        "fy",
        "ga",
        "gd",
        "gl",
        "gn",
        "gu",
        "gv",
        "ha",
        "he",
        "hi",
        "ho",
        "hr",
        "ht",
        "hu",
        "hy",
        "hz",
        "ia",
        "id",
        "ie",
        "ig",
        "ii",
        "ik",
        "io",
        "is",
        "it",
        "iu",
        "ja",
        "jv",
        "ka",
        "kg",
        "ki",
        "kj",
        "kk",
        "kl",
        "km",
        "kn",
        "ko",
        "kr",
        "ks",
        "ku",
        "kv",
        "kw",
        "ky",
        "la",
        "lb",
        "lg",
        "li",
        "ln",
        "lo",
        "lt",
        "lu",
        "lv",
        "mg",
        "mh",
        "mi",
        "mk",
        "ml",
        "mn",
        "mr",
        "ms",
        "mt",
        "my",
        "na",
        "nb",
        "nd",
        "ne",
        "ng",
        "nl",
        "nn",
        "no",
        "nr",
        "nv",
        "ny",
        "oc",
        "oj",
        "om",
        "or",
        "os",
        "pa",
        "pi",
        "pl",
        "ps",
        "pt",
        "qu",
        "rm",
        "rn",
        "ro",
        "ru",
        "rw",
        "sa",
        "sc",
        "sd",
        "se",
        "sg",
        "sh",
        "si",
        "sk",
        "sl",
        "sm",
        "sn",
        "so",
        "sq",
        "sr",
        "ss",
        "st",
        "su",
        "sv",
        "sw",
        "ta",
        "te",
        "tg",
        "th",
        "ti",
        "tk",
        "tl",
        "tn",
        "to",
        "tr",
        "ts",
        "tt",
        "tw",
        "ty",
        "ug",
        "uk",
        "ur",
        "uz",
        "ve",
        "vi",
        "vo",
        "wa",
        "wo",
        "xh",
        "yi",
        "yo",
        "za",
        "zh",
        "zu",
    ]
)
_PREFERRED = {  # IANA registry: deprecated codes; and three letters where two are the rule
    "iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "eng": "en", "deu": "de",
    "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "por": "pt", "ita": "it", "nld": "nl",
    "dut": "nl", "ron": "ro", "rum": "ro", "lav": "lv", "lit": "lt", "est": "et", "heb": "he",
    "ara": "ar", "rus": "ru", "ukr": "uk", "pol": "pl", "ces": "cs", "cze": "cs", "slk": "sk",
    "slo": "sk", "slv": "sl", "hun": "hu", "bul": "bg", "ell": "el", "gre": "el", "tur": "tr",
    "fin": "fi", "swe": "sv", "dan": "da", "nor": "no", "nob": "nb", "nno": "nn", "jpn": "ja",
    "kor": "ko", "zho": "zh", "chi": "zh", "hin": "hi", "fas": "fa", "per": "fa", "vie": "vi",
    "tha": "th", "ind": "id", "hrv": "hr", "srp": "sr", "cat": "ca",
}  # fmt: skip
_OF_MODEL = {"nb": "no", "fil": "tl"}  # how the model calls them
_LONGEST_TEXT = 2_000  # characters looked at: the language shows early, and time has a bound


class LanguageTagError(ValueError):
    """The text is no BCP 47 language tag; the message says why."""


@lru_cache(maxsize=4096)
def canonical_tag(tag: str) -> str:
    """Write a tag as BCP 47 recommends: `PT-br` -> `pt-BR`, `iw` -> `he`, `zh-hant-tw` -> …

    Raises:
        LanguageTagError: it is not well-formed, or its two-letter language is not assigned.
    """
    found = _TAG.fullmatch(tag.strip().replace("_", "-").lower())
    if found is None:
        raise LanguageTagError("is not a BCP 47 language tag such as `en`, `pt-BR` or `zh-Hant`")
    language = _PREFERRED.get(found["language"], found["language"])
    if len(language) == 2 and language not in _TWO_LETTERS:
        raise LanguageTagError(f"names no language: `{language}` is not assigned in ISO 639-1")
    parts = [language + found["extlang"]]
    if found["script"]:
        parts.append(found["script"].title())
    if found["region"]:
        parts.append(found["region"].upper())
    return "-".join(parts) + found["variants"] + found["extensions"]


def primary(tag: str) -> str:
    """The language itself: `pt-BR` -> `pt`."""
    return tag.partition("-")[0]


class Detector:
    """py3langid, limited to a set of languages: that is worth several points on short texts.

    The model (about 90 MB, one second) is loaded at first use and shared by all sets; only a view
    of its columns is kept per set. Classifying changes nothing, so threads may share a detector.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._model: LanguageIdentifier | None = None
        self._limited: dict[frozenset[str], tuple[LanguageIdentifier | None, dict[str, str]]] = {}

    def warm_up(self, languages: Iterable[str] = ("en",)) -> None:
        """Load the model now, so that the first customer does not wait for it."""
        self._limited_to(frozenset(languages))

    def detect(self, text: str, languages: frozenset[str]) -> tuple[str | None, int]:
        """The likeliest of `languages` (BCP 47 tags), and how sure that is in permille.

        Where several of them share one language (`pt-BR`, `pt-PT`), the bare one is told if it is
        in the set, else the first in the alphabet. None: the model knows none of the languages.
        """
        model, tags = self._limited_to(languages)
        if model is None:
            return None, 0
        label, probability = model.classify(text[:_LONGEST_TEXT])
        return tags[label], round(probability * 1000)

    def _limited_to(
        self, languages: frozenset[str]
    ) -> tuple[LanguageIdentifier | None, dict[str, str]]:
        known = self._limited.get(languages)
        if known is None:
            with self._lock:
                known = self._limited.get(languages) or self._limit(languages)
                self._limited = {**self._limited, languages: known}  # readers take no lock
        return known

    def _limit(self, languages: frozenset[str]) -> tuple[LanguageIdentifier | None, dict[str, str]]:
        if self._model is None:
            self._model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        labels = set(self._model.labels)
        tags: dict[str, str] = {}
        for tag in sorted(languages, reverse=True):  # `pt` comes last and wins over `pt-BR`
            label = _OF_MODEL.get(primary(tag), primary(tag))
            if label in labels:
                tags[label] = tag
        if not tags:
            return None, tags
        limited = copy.copy(self._model)
        limited.set_languages(list(tags))
        return limited, tags
