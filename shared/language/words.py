"""The words of a text by which its language can be told, and which of them may be names."""

import re
import unicodedata
from dataclasses import dataclass

from shared.language.scripts import KANA, WITH_KANA, main_script, of_word

LONGEST_TEXT = 600  # characters looked at: a hundred words tell it, and time has a bound
_LONGEST_READ = 8_000  # when quoted lines are taken out, which may stand before
# They say nothing of the language: addresses of mail and web, handles, numbers, codes.
# Each begins where no word goes on, so that a long run without spaces is gone through once.
_NO_WORDS = re.compile(
    r"(?:https?://|www\.)\S+|(?<!\S)[^\s@]+@\S+|[@#]\w+"
    r"|(?<![A-Za-z])[A-Za-z]*[0-9][0-9A-Za-z.,:/_-]*"
)
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)  # what an e-mail answers
_ENDS = (".", "!", "?", ":", "…")  # after these, a capital is no sign of a name
_NAME_VOTES = 0.25  # of a letter in a name, when the script is chosen
_DENSE = {"CJK": 2.5, "HIRAGANA": 2.5, "KATAKANA": 2.5, "HANGUL": 2.5}  # one letter says more


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    scripts: dict[str, int]  # letters of each
    name: bool  # has a capital where the sentence asks for none


def words_of(text: str) -> list[Word]:
    """Words with at least one letter, in NFC; capitals throughout say nothing and are lowered."""
    own = _QUOTED.sub(" ", text[:_LONGEST_READ]).strip() or text
    plain = _NO_WORDS.sub(" ", own[:LONGEST_TEXT])
    if plain.isupper():
        plain = plain.lower()
    found: list[Word] = []
    for line in unicodedata.normalize("NFC", plain).splitlines():
        begins = True
        for part in line.split():
            first = next(filter(str.isalpha, part), None)
            if first is not None:
                found.append(Word(part, of_word(part), first.isupper() and not begins))
            begins = part.endswith(_ENDS)
    return found


@dataclass(frozen=True, slots=True)
class InScript:
    """The words of a text's main script, and that script's share of all letters (weighed)."""

    words: list[Word]
    script: str
    share: float


def in_main_script(words: list[Word], known: frozenset[str]) -> InScript | None:
    """The text's words in its main script among those `known`; None: it has none of these.

    Names weigh less, so that three of them in Latin letters outvote no short Hebrew sentence.
    """
    votes: dict[str, float] = {}
    for word in words:
        weight = _NAME_VOTES if word.name else 1.0
        for script, letters in word.scripts.items():
            votes[script] = votes.get(script, 0.0) + letters * weight * _DENSE.get(script, 1.0)
    main = main_script(votes, known)
    if main is None:
        return None
    kept = WITH_KANA if main in KANA else frozenset({main})
    share = sum(votes.get(script, 0.0) for script in kept) / sum(votes.values())
    return InScript([word for word in words if not kept.isdisjoint(word.scripts)], main, share)
