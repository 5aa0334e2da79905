"""The topic of a text, by the keywords of a pool's configuration."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from shared.contracts.configuration import TopicRule

LONGEST_TEXT = 8_000  # characters looked at, so that one huge e-mail costs little
# Letters that Unicode does not take apart, though people write them either way; the last is the
# dotless i of Turkish.
_SPELLED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"}
)
# Marks of Latin, Greek and Cyrillic letters, Hebrew points, Arabic vowel signs and stretching. In
# the scripts of India and South-East Asia and in kana marks are part of the spelling, and stay.
_MARKS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]"
)
# A word; or one sign of a script that leaves no spaces between words, each a word of its own.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(f"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[\\w\u0900-\u0dff])+")
_ASKED = re.compile(rf"(?:{_WORD.pattern})\*?")


@dataclass(frozen=True, slots=True)
class Found:
    """The topic, and the keyword that shows it, as it is configured: no text of the customer."""

    topic: str
    keyword: str


@dataclass(frozen=True, slots=True)
class _Keyword:
    rule: int
    number: int  # among the keywords of its rule in this language
    written: str
    rest: tuple[str, ...]  # the words after the first one; `*` ends one that may go on


@dataclass(slots=True)
class _Index:
    """Keywords of one language by their first word, or by how that begins."""

    whole: dict[str, list[_Keyword]] = field(default_factory=dict)
    begun: dict[str, list[_Keyword]] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()  # of the beginnings


class TopicFinder:
    """Made once per configuration; finding costs by the words of the text, not by the topics.

    A keyword is one word or several in a row. Case, diacritics and punctuation make no difference;
    `*` at the end of a word stands for any ending. The rule with the most different keywords in
    the text wins, of two the first.
    """

    def __init__(self, rules: Sequence[TopicRule]) -> None:
        self._rules = rules
        # Each made when it is first asked for: 10,000 keywords take some 50 ms.
        self._indices: dict[str, _Index | None] = {
            tag: None for rule in rules for tag in rule.keywords
        }

    def find(self, language: str, *parts: str | None) -> Found | None:
        """The topic of the parts (subject, text) in a language (BCP 47); None: no keyword is there.

        A language has the keywords of all it falls back to: `pt-BR` also those of `pt`.
        """
        indices = [self._index(tag) for tag in _fallbacks(language) if tag in self._indices]
        if not indices:
            return None
        hits: dict[int, dict[str, tuple[int, int]]] = {}  # per rule: keyword, and its place there
        for part in parts:
            words = _WORD.findall(_folded(part[:LONGEST_TEXT])) if part else []
            for level, index in enumerate(indices):
                for keyword in _hits(index, words):
                    place = (level, keyword.number)
                    hits.setdefault(keyword.rule, {}).setdefault(keyword.written, place)
        if not hits:
            return None
        best = min(hits, key=lambda rule: (-len(hits[rule]), rule))
        return Found(self._rules[best].topic, min(hits[best], key=lambda word: hits[best][word]))

    def _index(self, language: str) -> _Index:
        found = self._indices[language]
        if found is None:
            found = self._indices[language] = _index(language, self._rules)
        return found


def _index(language: str, rules: Sequence[TopicRule]) -> _Index:
    index = _Index()
    for number, rule in enumerate(rules):
        for place, written in enumerate(rule.keywords.get(language, ())):
            words = _ASKED.findall(_folded(written))
            if not words:
                continue  # only signs: it can be in no text
            keyword = _Keyword(number, place, written, tuple(words[1:]))
            begins, stem = words[0].endswith("*"), words[0].rstrip("*")
            (index.begun if begins else index.whole).setdefault(stem, []).append(keyword)
    index.lengths = tuple(sorted({len(stem) for stem in index.begun}))
    return index


def _hits(index: _Index, words: Sequence[str]) -> Iterator[_Keyword]:
    seen: dict[str, list[_Keyword]] = {}  # words come again and again
    for number, word in enumerate(words):
        candidates = seen.get(word)
        again = candidates is not None
        if candidates is None:
            candidates = seen[word] = [*index.whole.get(word, ()), *_begun(index, word)]
        for keyword in candidates:
            if keyword.rest:
                if _follow(keyword.rest, words, number + 1):
                    yield keyword
            elif not again:
                yield keyword


def _begun(index: _Index, word: str) -> Iterator[_Keyword]:
    for length in index.lengths:
        if length > len(word):
            return
        yield from index.begun.get(word[:length], ())


def _follow(rest: Sequence[str], words: Sequence[str], start: int) -> bool:
    there = words[start : start + len(rest)]
    return len(there) == len(rest) and all(map(_fits, rest, there))


def _fits(asked: str, word: str) -> bool:
    return word.startswith(asked[:-1]) if asked.endswith("*") else word == asked


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_SPELLED)
    return unicodedata.normalize("NFC", _MARKS.sub("", folded))


def _fallbacks(language: str) -> Iterable[str]:
    parts = language.split("-")
    return ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
