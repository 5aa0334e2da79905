"""Labelled texts, whole, cut short, and with foreign names put in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
KINDS = ("person", "street", "city", "company", "product")
# The languages of the budget; the others of the data are near relatives, which makes it harder.
TWENTY = frozenset("ro lv pt he nl es de fr en it pl cs ru uk ar tr hu sv fi el".split())  # noqa: SIM905 - reads better
_UNSPACED = frozenset({"ja", "zh"})


@dataclass(frozen=True, slots=True)
class Text:
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Measured:
    texts: int
    right: int

    @property
    def percent(self) -> float:
        return 100 * self.right / self.texts


def read(path: Path, *, half: bool = False) -> list[Text]:
    """`lang … text`, tabs between. Half: every second text, those on which nothing was set."""
    lines = path.read_text("utf-8").split("\n")[1:]
    found = [Text(line.split("\t")[0], line.split("\t")[-1]) for line in lines if line]
    return found[1::2] if half else found


def only(texts: Iterable[Text], languages: frozenset[str]) -> list[Text]:
    return [it for it in texts if it.language in languages]


def first_words(texts: Iterable[Text], words: int) -> list[Text]:
    """The beginnings of texts, where there are spaces between words."""
    return [
        Text(it.language, " ".join(it.text.split()[:words]))
        for it in texts
        if it.language not in _UNSPACED
    ]


@lru_cache(maxsize=1)
def names() -> dict[str, dict[str, list[str]]]:
    """Names by language and kind, every second one: the others served to set the detector."""
    found: dict[str, dict[str, list[str]]] = {}
    for line in (HERE / "names.tsv").read_text("utf-8").splitlines()[1:]:
        language, kind, name = line.split("\t")
        found.setdefault(language, {}).setdefault(kind, []).append(name)
    return {
        language: {kind: there[1::2] for kind, there in kinds.items()}
        for language, kinds in found.items()
    }


def with_names(texts: Iterable[Text], languages: frozenset[str], count: int) -> list[Text]:
    """The texts with foreign names put in: the trap of short messages to a help desk.

    Each gets `count` names, of as many different kinds (a street with a number), all of one other
    of the `languages`, each before a word or after the last, never at the very beginning. Chance
    is seeded by the text's language and number, so every run makes the same texts.
    """
    return [_put_in(it, number, languages, count) for number, it in enumerate(texts)]


def _put_in(text: Text, number: int, languages: frozenset[str], count: int) -> Text:
    chance = Random(f"{text.language}/{number}")
    others = sorted((names().keys() & languages) - {text.language})
    foreign = names()[chance.choice(others)]
    words = text.text.split()
    for kind in chance.sample(KINDS, count):
        name = chance.choice(foreign[kind])
        if kind == "street":
            name = f"{name} {chance.randint(1, 199)}"
        words.insert(chance.randint(1, len(words)), name)
    return Text(text.language, " ".join(words))


def measure(detect: Callable[[str], str | None], texts: Iterable[Text]) -> Measured:
    answers = [detect(it.text) == it.language for it in texts]
    return Measured(len(answers), sum(answers))
