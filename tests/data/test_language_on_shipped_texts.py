"""The goals of language detection, on the few texts that come with the project."""

from time import process_time

import pytest

from shared.language.confidence import SINGLE_WORD
from tests.data.detectors import DETECTOR, ours, raw
from tests.data.texts import HERE, TWENTY, first_words, measure, names, only, read, with_names

SENTENCES = read(HERE / "sentences.tsv")
MESSAGES = read(HERE / "messages.tsv")
ALL = frozenset(it.language for it in SENTENCES)
SETS = pytest.mark.parametrize("languages", [TWENTY, ALL], ids=["20 languages", "33 languages"])


@SETS
def test_sentences_are_told_rightly_98_times_in_100(languages: frozenset[str]) -> None:
    assert measure(ours(languages), only(SENTENCES, languages)).percent >= 98


@SETS
def test_five_words_are_told_rightly_95_times_in_100(languages: frozenset[str]) -> None:
    texts = first_words(only(SENTENCES, languages), 5)

    assert measure(ours(languages), texts).percent >= 95


@SETS
@pytest.mark.parametrize(("words", "count"), [(1_000, 3), (12, 3), (8, 2)])
def test_foreign_names_in_a_text_leave_93_in_100_right(
    languages: frozenset[str], words: int, count: int
) -> None:
    sentences = only(SENTENCES, languages)
    cut = sentences if words == 1_000 else first_words(sentences, words)
    texts = with_names(cut, languages, count)
    found = measure(ours(languages), texts)

    assert found.percent >= 93
    assert found.percent >= measure(raw(languages), texts).percent + 8


def test_messages_to_a_help_desk_are_told_rightly_with_and_without_foreign_names() -> None:
    named = with_names(MESSAGES, TWENTY, 1)

    assert measure(ours(TWENTY), MESSAGES).percent >= 98
    assert measure(ours(TWENTY), named).percent >= 93
    assert measure(ours(TWENTY), named).percent > measure(raw(TWENTY), named).percent


def test_a_text_takes_less_than_a_millisecond_and_a_long_one_is_bounded() -> None:
    detect = ours(ALL)
    started = process_time()
    measure(detect, SENTENCES)
    each_ms = (process_time() - started) * 1_000 / len(SENTENCES)
    started = process_time()
    detect("Strada este plină de gropi și nimeni nu le repară. " * 20_000)

    assert each_ms <= 1
    assert process_time() - started <= 0.1


def test_a_text_in_a_language_that_nobody_speaks_is_not_believed() -> None:
    pool = frozenset({"en", "es", "he", "pt"})
    others = [it for it in SENTENCES if it.language not in pool]
    believed = [it for it in others if DETECTOR.detect(it.text, pool)[1] >= 600]
    own = only(SENTENCES, pool)

    assert len(believed) <= len(others) / 100
    assert sum(DETECTOR.detect(it.text, pool)[1] >= 600 for it in own) >= 0.95 * len(own)


@pytest.mark.parametrize("kind", ["person", "city", "company"])
def test_a_single_word_is_never_trusted_where_languages_share_its_script(kind: str) -> None:
    pool = TWENTY - {"he", "el", "ar"}
    words = {
        word
        for language, kinds in names().items()
        if language in pool
        for name in kinds[kind]
        for word in name.split()
    }

    assert all(DETECTOR.detect(word, pool)[1] <= SINGLE_WORD for word in words)
