"""A confidence is bounded, grows with what speaks for it, and trusts no single word."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.language import Detector
from shared.language.confidence import SINGLE_WORD, permille

DETECTOR = Detector()
POOL = frozenset({"de", "en", "es", "he", "pt", "ro"})
LEADS = st.floats(allow_nan=False)
SHARES = st.floats(0, 1)


@given(st.integers(0, 50), LEADS, LEADS, SHARES)
def test_it_is_a_share_of_a_thousand_and_never_certain(
    words: int, lead: float, others_lead: float, share: float
) -> None:
    assert 0 <= permille(words=words, lead=lead, others_lead=others_lead, share=share) <= 999


@given(st.integers(1, 50), LEADS, LEADS, LEADS, SHARES)
def test_it_grows_with_the_lead_and_falls_with_that_of_others(
    words: int, one: float, other: float, fixed: float, share: float
) -> None:
    low, high = sorted((one, other))

    assert permille(words=words, lead=low, others_lead=fixed, share=share) <= permille(
        words=words, lead=high, others_lead=fixed, share=share
    )
    assert permille(words=words, lead=fixed, others_lead=low, share=share) >= permille(
        words=words, lead=fixed, others_lead=high, share=share
    )


@given(LEADS, LEADS, SHARES)
def test_one_word_is_never_trusted(lead: float, others_lead: float, share: float) -> None:
    one = permille(words=1, lead=lead, others_lead=others_lead, share=share)

    assert one <= SINGLE_WORD
    assert permille(words=0, lead=math.inf, others_lead=-math.inf, share=1) == 0


@pytest.mark.parametrize("text", ["Hola", "Rechnung", "Whitbread", "OK", "Internet!!!"])
def test_a_word_in_latin_letters_could_be_of_any_language(text: str) -> None:
    assert DETECTOR.detect(text, POOL)[1] <= SINGLE_WORD


def test_a_word_in_a_script_of_one_language_is_as_good_as_two() -> None:
    tag, confidence = DETECTOR.detect("שלום", POOL)

    assert tag == "he"
    assert confidence >= 900


@pytest.mark.parametrize(
    "text",
    ["Gde je moja pošiljka, molim vas odgovorite", "Пошиљка још није стигла, молим вас одговорите"],
)
def test_a_language_in_two_scripts_is_no_rival_of_its_own(text: str) -> None:
    tag, confidence = DETECTOR.detect(text, frozenset({"en", "sr"}))

    assert tag == "sr"
    assert confidence >= 600


def test_the_only_language_asked_for_is_not_believed_for_a_text_in_another() -> None:
    english = frozenset({"en"})

    assert DETECTOR.detect("Where is my parcel, please?", english)[1] >= 900
    assert DETECTOR.detect("Când ajunge coletul meu, vă rog?", english)[1] < 300
    assert DETECTOR.detect("Когда придёт моя посылка?", english) == (None, 0)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Ich warte in der Rue de la Paix auf Jean-Baptiste Lefèvre von Crédit Agricole", "de"),
        ("I am Guadalupe Sánchez from Santiago de Compostela, Calle del Pez 12, no heating", "en"),
        ("Factura de la Deutsche Bahn pentru Jürgen Schäfer este greșită", "ro"),
        ("החשבונית מ-Mercadona על שם Joaquín Villanueva שגויה", "he"),
    ],
)
def test_foreign_names_do_not_outvote_the_sentence(text: str, tag: str) -> None:
    found, confidence = DETECTOR.detect(text, POOL)

    assert found == tag
    assert confidence >= 600


@given(st.text(max_size=60))
def test_any_text_at_all_gets_an_answer(text: str) -> None:
    tag, confidence = DETECTOR.detect(text, POOL)

    assert tag in POOL or (tag, confidence) == (None, 0)
    assert 0 <= confidence <= 999
