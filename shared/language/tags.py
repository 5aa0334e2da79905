"""Language tags (BCP 47), written one way."""

import re
from functools import lru_cache

# RFC 5646, section 2.1, without grandfathered tags, tags of private use only, and primary subtags
# of four to eight letters: those are well-formed, but none was ever registered.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?P<extlang>(-[a-z]{3}){0,3})"
    r"(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?)"
)
# ISO 639-1: every two-letter code that is assigned.
_ASSIGNED = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv
    cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho
    hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku
    kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn
    no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl
    sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve
    vi vo wa wo xh yi yo za zh zu
"""
_TWO_LETTERS = frozenset(_ASSIGNED.split())
_PREFERRED = {  # IANA registry: deprecated codes; and three letters where two are the rule
    "iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "eng": "en", "deu": "de",
    "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "por": "pt", "ita": "it", "nld": "nl",
    "dut": "nl", "ron": "ro", "rum": "ro", "lav": "lv", "lit": "lt", "est": "et", "heb": "he",
    "ara": "ar", "rus": "ru", "ukr": "uk", "pol": "pl", "ces": "cs", "cze": "cs", "slk": "sk",
    "slo": "sk", "slv": "sl", "hun": "hu", "bul": "bg", "ell": "el", "gre": "el", "tur": "tr",
    "fin": "fi", "swe": "sv", "dan": "da", "nor": "no", "nob": "nb", "nno": "nn", "jpn": "ja",
    "kor": "ko", "zho": "zh", "chi": "zh", "hin": "hi", "fas": "fa", "per": "fa", "vie": "vi",
    "tha": "th", "ind": "id", "hrv": "hr", "srp": "sr", "cat": "ca",
}  # fmt: skip


class LanguageTagError(ValueError):
    """The text is no BCP 47 language tag; the message says why."""


@lru_cache(maxsize=4096)
def canonical_tag(tag: str) -> str:
    """Write a tag as BCP 47 recommends: `PT-br` -> `pt-BR`, `iw` -> `he`, `zh-hant-tw` -> …

    Raises:
        LanguageTagError: it is not well-formed, or its two-letter language is not assigned.
    """
    found = _TAG.fullmatch(tag.strip().replace("_", "-").lower())
    if found is None:
        raise LanguageTagError("is not a BCP 47 language tag such as `en`, `pt-BR` or `zh-Hant`")
    language = _PREFERRED.get(found["language"], found["language"])
    if len(language) == 2 and language not in _TWO_LETTERS:
        raise LanguageTagError(f"names no language: `{language}` is not assigned in ISO 639-1")
    parts = [language + found["extlang"]]
    if found["script"]:
        parts.append(found["script"].title())
    if found["region"]:
        parts.append(found["region"].upper())
    return "-".join(parts) + found["variants"] + found["extensions"]


def primary(tag: str) -> str:
    """The language itself: `pt-BR` -> `pt`."""
    return tag.partition("-")[0]
