"""Which script a letter is of, and which languages are written in it."""

import unicodedata
from functools import lru_cache

# By Unicode's names. Who writes two scripts stands in both; a language that is nowhere here is
# written in Latin letters.
_WRITTEN = {
    "ARABIC": "ar ary arz ckb fa ks ku ps sd sdh ug ur",
    "ARMENIAN": "hy",
    "BENGALI": "as bn",
    "CJK": "ja wuu yue zh",
    "CYRILLIC": "ba be bg ce cv kk ky mk mn os ru sah sr tg tt uk uz",
    "DEVANAGARI": "gom hi mr ne sa",
    "ETHIOPIC": "am ti",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he yi",
    "HIRAGANA": "ja",
    "KANNADA": "kn",
    "KATAKANA": "ja",
    "KHMER": "km",
    "LAO": "lo",
    "MALAYALAM": "ml",
    "MYANMAR": "my",
    "ORIYA": "or",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
    "TIBETAN": "bo dz",
}
_BOTH = frozenset({"ku", "sr", "uz"})  # in Latin letters, too
_OF_LANGUAGE: dict[str, set[str]] = {}
for _script, _languages in _WRITTEN.items():
    for _language in _languages.split():
        _OF_LANGUAGE.setdefault(_language, set()).add(_script)
KANA = frozenset({"HIRAGANA", "KATAKANA"})
UNSPACED = KANA | {"CJK", "KHMER", "LAO", "MYANMAR", "THAI", "TIBETAN"}  # no spaces between words
WITH_KANA = KANA | {"CJK"}
_KANA_IN_CHINESE = 10  # as many Chinese characters to one kana, and it is no Japanese text


@lru_cache(maxsize=20_000)
def script_of(letter: str) -> str:
    """`LATIN`, `HEBREW`, `CJK`, …: the first word of the letter's name in Unicode."""
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0]


def scripts_of(language: str) -> frozenset[str]:
    """The scripts of a language, by its primary subtag."""
    found = frozenset(_OF_LANGUAGE.get(language, ()))
    return found | {"LATIN"} if not found or language in _BOTH else found


def of_word(word: str) -> dict[str, int]:
    """How many letters of each script a word has."""
    if word.isascii():
        return {"LATIN": sum(map(str.isalpha, word))}
    found: dict[str, int] = {}
    for letter in word:
        if letter.isalpha():
            script = script_of(letter)
            found[script] = found.get(script, 0) + 1
    return found


def main_script(votes: dict[str, float], known: frozenset[str]) -> str | None:
    """The script of a text among those that are `known`, from the votes of its letters.

    A Japanese text is told by its kana, even where Chinese characters prevail in it.
    """
    usable = {script: vote for script, vote in votes.items() if script in known and vote > 0}
    kana = {script: usable[script] for script in KANA if script in usable}
    if kana and sum(kana.values()) > usable.get("CJK", 0) / _KANA_IN_CHINESE:
        best = max(kana, key=lambda script: (kana[script], script))
        usable[best] = sum(kana.values()) + usable.pop("CJK", 0)
    return max(usable, key=lambda script: (usable[script], script), default=None)
