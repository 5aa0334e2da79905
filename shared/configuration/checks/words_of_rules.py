"""The words that rules look for: what they match, and when one list leaves nothing for another.

A word, `word*` (begins with), `>=5`, `>5`, `<=5`, `<5`, `*` (is there), `!*` (is not there): of
these one is enough. `!word` and `!word*` must all be absent. This is how the router matches.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from shared.configuration.languages import fallbacks

NOT_THERE = "!*"
_COMPARISON = re.compile(r"(>=|>|<=|<)\s*(-?\d+(?:\.\d+)?)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# Fields with several values at once; a language has its shorter forms beside it.
_MANY = frozenset({"skills", "other_languages", "reachable_by", "language"})
_LANGUAGES = frozenset({"language", "other_languages"})


@lru_cache(maxsize=65_536)
def is_plain(word: str) -> bool:
    """True for a word that stands for itself."""
    return not (word[:1] == "!" or word[-1:] == "*" or _COMPARISON.fullmatch(word))


def wanted(words: Iterable[str]) -> tuple[str, ...]:
    """Those of which one is enough."""
    return tuple(word for word in words if word[:1] != "!" or word == NOT_THERE)


def barred(words: Iterable[str]) -> tuple[str, ...]:
    """What must be absent, without its `!`."""
    return tuple(word[1:] for word in words if word[:1] == "!" and word != NOT_THERE)


def could_be(words: Iterable[str], value: str) -> bool:
    """True where the list matches this one value."""
    return _could_be(tuple(words), (value,))


def could_be_language(words: Iterable[str], tag: str) -> bool:
    """True where the list matches a contact in this language."""
    return _could_be(tuple(words), fallbacks(tag))


def names_something(words: Iterable[str]) -> bool:
    """True where only some values match, and each of them is named or bounded."""
    positive = wanted(words)
    return bool(positive) and not {"*", NOT_THERE} & set(positive)


def covers(field: str, wide: tuple[str, ...], narrow: tuple[str, ...]) -> bool:
    """True where whatever the narrow list matches, the wide one matches, for certain."""
    named, of = _named_only(wide), _named_only(narrow)
    if named and of and field not in _LANGUAGES:
        return of <= named
    inner = wanted(narrow)
    for word in barred(wide):
        excluded = any(_fits_all(by, word) for by in barred(narrow))
        never = bool(inner) and field not in _MANY and all(_apart(word, it) for it in inner)
        if not (excluded or never):
            return False
    outer = wanted(wide)
    if not outer or {"*", NOT_THERE} <= set(outer):
        return True
    return bool(inner) and all(any(_implied(field, it, by) for by in outer) for it in inner)


def problem_of(word: str) -> str | None:
    """None for a word that can be looked for."""
    if word[:1] in ("<", ">") and not _COMPARISON.fullmatch(word):
        return f"`{word}` compares with no number"
    if word in ("", "!"):
        return "an empty word matches nothing"
    return None


@lru_cache(maxsize=65_536)
def _named_only(words: tuple[str, ...]) -> frozenset[str]:
    """All words where each stands for itself, as in most rules; else none."""
    return frozenset(words) if all(map(is_plain, words)) else frozenset()


def _could_be(words: tuple[str, ...], values: tuple[str, ...]) -> bool:
    if any(_fits(word, value) for word in barred(words) for value in values):
        return False
    positive = wanted(words)
    return not positive or any(_fits(word, value) for word in positive for value in values)


def _fits(word: str, value: str) -> bool:
    if word == NOT_THERE:
        return False
    if word.endswith("*"):
        return value.startswith(word[:-1])
    comparison = _COMPARISON.fullmatch(word)
    if comparison is None:
        return word == value
    if not _NUMBER.fullmatch(value):
        return False
    number, bound = float(value), float(comparison[2])
    if number == bound:
        return "=" in comparison[1]
    return number < bound if comparison[1][0] == "<" else number > bound


def _implied(field: str, word: str, by: str) -> bool:
    """True where a value that fits the word fits the other, too."""
    if word == by:
        return True
    if NOT_THERE in (word, by):
        return False
    if by == "*":
        return True
    if is_plain(word):
        forms = fallbacks(word) if field in _LANGUAGES else (word,)
        return any(_fits(by, form) for form in forms)
    return _fits_all(by, word)


def _fits_all(wide: str, word: str) -> bool:
    """True where every value that fits the word fits the wide one; either may be a prefix."""
    if wide == word:
        return True
    if is_plain(word):
        return _fits(wide, word)
    if word.endswith("*"):
        return wide.endswith("*") and word.startswith(wide[:-1])
    inner, outer = _COMPARISON.fullmatch(word), _COMPARISON.fullmatch(wide)
    return inner is not None and outer is not None and _within(inner, outer)


def _apart(one: str, other: str) -> bool:
    """True where no value fits both, one of which stands for itself."""
    if is_plain(other):
        return not _fits(one, other)
    return other == NOT_THERE or (is_plain(one) and not _fits(other, one))


def _within(narrow: re.Match[str], wide: re.Match[str]) -> bool:
    """`>=5` lies within `>4` and `>=5`, not within `>5`."""
    if narrow[1][0] != wide[1][0]:
        return False
    inner, outer = float(narrow[2]), float(wide[2])
    if inner == outer:
        return len(narrow[1]) <= len(wide[1])
    return inner > outer if wide[1][0] == ">" else inner < outer
