"""The goals of language detection on the whole data sets, which are not shipped."""

from pathlib import Path

import pytest

from tests.data.calibration import POOLS, bands, mixed
from tests.data.detectors import DETECTOR, ours, raw
from tests.data.texts import TWENTY, Text, first_words, measure, only, read, with_names

pytestmark = pytest.mark.data
SETS = pytest.mark.parametrize("twenty", [True, False], ids=["20 languages", "33 languages"])


@pytest.fixture(scope="module")
def sentences(data_sets: Path) -> list[Text]:
    return read(data_sets / "langid-lingua" / "sentences.tsv", half=True)


def languages_of(texts: list[Text]) -> frozenset[str]:
    return frozenset(it.language for it in texts)


@SETS
def test_sentences_and_their_beginnings_are_told_rightly(
    sentences: list[Text], twenty: bool
) -> None:
    languages = TWENTY if twenty else languages_of(sentences)
    texts = only(sentences, languages)

    assert measure(ours(languages), texts).percent >= 98.5
    assert measure(ours(languages), first_words(texts, 5)).percent >= 95


@SETS
@pytest.mark.parametrize(("words", "count"), [(1_000, 3), (12, 3), (8, 2)])
def test_foreign_names_in_a_text_leave_93_in_100_right(
    sentences: list[Text], twenty: bool, words: int, count: int
) -> None:
    languages = TWENTY if twenty else languages_of(sentences)
    there = only(sentences, languages)
    texts = with_names(there if words == 1_000 else first_words(there, words), languages, count)
    found = measure(ours(languages), texts)

    assert found.percent >= 93
    assert found.percent >= measure(raw(languages), texts).percent + 10


def test_phrases_of_a_help_desk_are_told_rightly(sentences: list[Text], data_sets: Path) -> None:
    languages = languages_of(sentences)
    phrases = only(read(data_sets / "helpdesk-phrases" / "phrases.tsv"), languages)

    assert measure(ours(languages), phrases).percent >= 95


def test_a_confidence_is_the_share_that_is_right(sentences: list[Text]) -> None:
    pools = (*POOLS, TWENTY, languages_of(sentences))
    told = bands((mixed(sentences[::4], languages), languages) for languages in pools)

    for band in told:
        if band.low >= 600:
            assert band.right >= band.said - 70, band
        if band.low >= 950:
            assert band.right >= band.said - 5, band


def test_single_words_are_not_trusted(data_sets: Path) -> None:
    languages = TWENTY - {"ar", "el", "he"}
    words = only(read(data_sets / "langid-lingua" / "single-words.tsv", half=True), languages)

    assert max(DETECTOR.detect(it.text, languages)[1] for it in words) < 600
