"""The tables of docs/language.md: python -m tests.data, with SWITCHYARD_DATA set."""

import os
from pathlib import Path

from tests.data.calibration import POOLS, bands, mixed
from tests.data.detectors import DETECTOR, ours, raw
from tests.data.texts import TWENTY, Text, first_words, measure, only, read, with_names


def main() -> None:
    folder = Path(os.environ["SWITCHYARD_DATA"])
    sentences = read(folder / "langid-lingua" / "sentences.tsv", half=True)
    phrases = read(folder / "helpdesk-phrases" / "phrases.tsv")
    everything = frozenset(it.language for it in sentences)
    for languages in (TWENTY, everything):
        print(f"\n{len(languages)} languages | raw | detector\n--- | --- | ---")
        _accuracy(only(sentences, languages), only(phrases, languages), languages)
    print("\nconfidence | texts | said | right\n--- | --- | --- | ---")
    pools = (*POOLS, TWENTY, everything)
    for band in bands((mixed(sentences, languages), languages) for languages in pools):
        print(
            f"{band.low} to {band.high - 1} | {band.texts:,} | {band.said:.0f} | {band.right:.0f}"
        )
    _foreign(sentences)


def _accuracy(sentences: list[Text], phrases: list[Text], languages: frozenset[str]) -> None:
    named = with_names(sentences, languages, 3)
    rows = {
        "sentences": sentences,
        "their first five words": first_words(sentences, 5),
        "sentences with three foreign names": named,
        "twelve words with three foreign names": with_names(
            first_words(sentences, 12), languages, 3
        ),
        "eight words with two foreign names": with_names(first_words(sentences, 8), languages, 2),
        "sentences with names, all in small letters": [
            Text(it.language, it.text.lower()) for it in named
        ],
        "phrases of a help desk": phrases,
    }
    before, now = raw(languages), ours(languages)
    for name, texts in rows.items():
        was, told = measure(before, texts).percent, measure(now, texts).percent
        print(f"{name} ({len(texts):,}) | {was:.1f} % | {told:.1f} %")


def _foreign(sentences: list[Text]) -> None:
    for name, texts in (("sentences", sentences), ("first words", first_words(sentences, 5))):
        asked = [(it, pool) for it in texts[::5] for pool in POOLS if it.language not in pool]
        sure = sum(DETECTOR.detect(it.text, pool)[1] >= 600 for it, pool in asked)
        print(f"\n{name} in a language that nobody speaks, told with 600 or more: {sure}", end="")
        print(f" of {len(asked):,}")


main()
