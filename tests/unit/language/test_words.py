"""What of a text speaks for its language, and in which script it is."""

from time import process_time

import pytest

from shared.language.scripts import main_script, scripts_of
from shared.language.words import LONGEST_TEXT, in_main_script, words_of


def told(text: str) -> list[str]:
    return [word.text for word in words_of(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mail ana@example.com now", ["Mail", "now"]),
        ("see https://example.com/a?b=c or www.example.org!", ["see", "or"]),
        ("order 4711-XZ9 of 12.03.2015", ["order", "of"]),
        ("thanks @ana #broken", ["thanks"]),
        ("no\n> kein Netz seit gestern\nidea", ["no", "idea"]),
        ("> only what was quoted", ["only", "what", "was", "quoted"]),
        ("MY INVOICE IS WRONG", ["my", "invoice", "is", "wrong"]),
        ("12345 !!! 😀", []),
        ("", []),
    ],
)
def test_addresses_numbers_and_quotations_say_nothing(text: str, words: list[str]) -> None:
    assert told(text) == words


def test_signs_of_chinese_stay_when_a_number_stands_among_them() -> None:
    assert told("我的订单123还没有到") == ["我的订单", "还没有到"]


def test_a_capital_makes_a_name_only_within_a_sentence() -> None:
    words = words_of("Mein Brief an (Ana) kam. Nun warte ich.\nHallo Ben")

    assert [word.text for word in words if word.name] == ["Brief", "(Ana)", "Ben"]


def test_a_long_text_is_looked_at_from_its_beginning_only() -> None:
    assert len(told("a " * LONGEST_TEXT)) == LONGEST_TEXT / 2


def test_a_long_answer_below_its_quotation_is_found() -> None:
    quoted = "> vous avez écrit ceci hier\n" * 150

    assert told(quoted + "still no parcel") == ["still", "no", "parcel"]


@pytest.mark.parametrize("run", ["a", "a1", "a@", "@", "1", "א", "www.", "\n", " ", "> ", "\n>"])
def test_a_long_run_without_spaces_is_gone_through_once(run: str) -> None:
    started = process_time()
    words_of(run * 100_000)

    assert process_time() - started <= 0.05


def test_names_in_another_script_do_not_outvote_the_sentence() -> None:
    words = words_of("אני גר ברחוב Aleksanterinkatu ליד Seinäjoki")
    found = in_main_script(words, frozenset({"HEBREW", "LATIN"}))

    assert found is not None
    assert found.script == "HEBREW"
    assert [word.text for word in found.words] == ["אני", "גר", "ברחוב", "ליד"]
    assert 0.5 < found.share < 1


def test_a_text_in_no_script_of_the_languages_asked_for_is_in_none() -> None:
    assert in_main_script(words_of("Добрый день"), frozenset({"HEBREW", "LATIN"})) is None


def test_kana_make_a_text_japanese_and_chinese_signs_alone_do_not() -> None:
    known = frozenset({"CJK", "HIRAGANA", "KATAKANA"})

    assert main_script({"CJK": 10, "HIRAGANA": 5}, known) == "HIRAGANA"
    assert main_script({"CJK": 10}, known) == "CJK"
    assert main_script({"CJK": 10, "HIRAGANA": 5}, frozenset({"CJK"})) == "CJK"
    assert main_script({}, known) is None


def test_a_language_has_its_scripts_and_latin_letters_where_nothing_else_is_known() -> None:
    assert scripts_of("he") == {"HEBREW"}
    assert scripts_of("ja") == {"CJK", "HIRAGANA", "KATAKANA"}
    assert scripts_of("sr") == {"CYRILLIC", "LATIN"}
    assert scripts_of("pt") == {"LATIN"}
