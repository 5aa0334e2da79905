"""How many short messages a text takes on a phone network (3GPP TS 23.038 and 23.040).

A text in the default alphabet has 160 characters in one segment and 153 in each of several; a
single other character makes it UCS-2, with 70 and 67.
"""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # each takes two places
_PLAINER = str.maketrans(
    {
        "\u2026": "...",
        "\u2010": "-",
        "\u2011": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u00a0": " ",
    }
)


def gsm7(text: str) -> bool:
    """Whether all of it is in the default alphabet."""
    return all(char in _BASIC or char in _EXTENDED for char in text)


def segments(text: str) -> int:
    """At least 1. No character is parted between two segments."""
    if gsm7(text):
        return _count([2 if char in _EXTENDED else 1 for char in text], 160, 153)
    return _count([len(char.encode("utf-16-be", "surrogatepass")) // 2 for char in text], 70, 67)


def plainer(text: str) -> str:
    """With plain signs in place of typographic ones, if that is all that keeps it from GSM-7."""
    plain = text.translate(_PLAINER)
    return plain if gsm7(plain) else text


def _count(sizes: list[int], alone: int, joined: int) -> int:
    if sum(sizes) <= alone:
        return 1
    count, used = 1, 0
    for size in sizes:
        if used + size > joined:
            count, used = count + 1, 0
        used += size
    return count
