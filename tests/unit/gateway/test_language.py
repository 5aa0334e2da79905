"""Tags are written one way; a text's language is looked for among those asked for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.language import Detector, LanguageTagError, canonical_tag, primary

DETECTOR = Detector()
EIGHT = frozenset({"ro", "lv", "pt", "he", "nl", "en", "es", "de"})


@pytest.mark.parametrize(
    ("given_tag", "tag"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("pt_br", "pt-BR"),
        ("ZH-hANT-tw", "zh-Hant-TW"),
        ("iw", "he"),
        ("iw-il", "he-IL"),
        ("ron", "ro"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("de-CH-1901", "de-CH-1901"),
        ("es-419", "es-419"),
        ("en-US-u-ca-gregory-x-Ours", "en-US-u-ca-gregory-x-ours"),
        ("zh-cmn", "zh-cmn"),
        ("und", "und"),
        (" he ", "he"),
    ],
)
def test_a_tag_is_written_as_bcp_47_recommends(given_tag: str, tag: str) -> None:
    assert canonical_tag(given_tag) == tag


@pytest.mark.parametrize(
    "text",
    ["", "e", "xx", "xx-notatag!!", "english", "en-", "-en", "en--US", "en-USA4", "x-klingon",
     "en_US.UTF-8", "ua", "12", "en us", "he\n-IL", "€n"],
)  # fmt: skip
def test_what_is_no_tag_is_refused(text: str) -> None:
    with pytest.raises(LanguageTagError):
        canonical_tag(text)


@settings(max_examples=200)
@given(st.text(alphabet="abexzHNT019-_!", max_size=16))
def test_a_tag_once_canonical_stays_so(text: str) -> None:
    try:
        tag = canonical_tag(text)
    except LanguageTagError:
        return
    assert canonical_tag(tag) == tag
    assert tag.startswith(primary(tag))


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("The street light in front of my house has been out for a week.", "en"),
        ("Gostaria de saber quando vão limpar a neve da minha rua.", "pt"),
        ("La basura no ha sido recogida desde el lunes pasado.", "es"),
        ("Strada este plină de gropi și nimeni nu le repară.", "ro"),
        ("Uz ielas jau trīs dienas nedeg apgaismojums.", "lv"),
        ("De sneeuw op het fietspad is nog steeds niet geruimd.", "nl"),
        ("Der Schnee vor meiner Einfahrt wurde nicht geräumt.", "de"),
        ("הרמזור בצומת ליד בית הספר לא עובד", "he"),
    ],
)
def test_a_sentence_is_known_by_its_language(text: str, tag: str) -> None:
    found, confidence = DETECTOR.detect(text, EIGHT)

    assert found == tag
    assert confidence >= 600


def test_only_languages_asked_for_are_told() -> None:
    found, _ = DETECTOR.detect(
        "Der Schnee vor meiner Einfahrt wurde nicht geräumt.", frozenset({"en", "es"})
    )

    assert found in {"en", "es"}


@pytest.mark.parametrize(
    ("languages", "tag"),
    [({"en", "pt-BR"}, "pt-BR"), ({"en", "pt-BR", "pt"}, "pt"), ({"pt-PT", "pt-BR"}, "pt-BR")],
)
def test_the_tag_is_told_as_it_was_asked_for(languages: set[str], tag: str) -> None:
    found, _ = DETECTOR.detect("Gostaria de saber quando vão limpar a neve.", frozenset(languages))

    assert found == tag


def test_norwegian_is_found_under_the_tag_for_bokmal() -> None:
    found, _ = DETECTOR.detect("Det er veldig mye snø i gata vår i dag.", frozenset({"nb", "en"}))

    assert found == "nb"


def test_signs_without_a_language_give_no_confidence() -> None:
    _, confidence = DETECTOR.detect("12345 67890 !!! ???", EIGHT)

    assert confidence < 600


def test_a_language_that_the_model_does_not_know_is_none() -> None:
    assert DETECTOR.detect("anything at all", frozenset({"tlh"})) == (None, 0)
