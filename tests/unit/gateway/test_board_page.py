"""The board's files: colours that can be read from afar, nothing from other hosts, all words."""

import re
from itertools import product

import pytest

from services.gateway.adapters.doors.board import _PAGE as PAGE
from shared.contracts import words

CSS = (PAGE / "board.css").read_text("utf-8")
JS = (PAGE / "words.js").read_text("utf-8")
ON = {
    "ground": ("ink", "soft"),
    "card": ("ink", "soft", "good", "warn", "bad"),
    "warn-ground": ("ink", "soft", "warn"),
    "bad-ground": ("ink", "soft", "bad"),
}


def themes() -> list[dict[str, str]]:
    blocks = re.findall(r"\{([^{}]*--ground:[^{}]*)\}", CSS)
    return [dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block)) for block in blocks]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_can_be_read_on_every_ground_in_every_theme() -> None:
    found = themes()
    assert len(found) == 3, "light, dark, and dark because the system says so"
    assert found[1] == found[2]
    for theme, (ground, inks) in product(found, ON.items()):
        for ink in inks:
            assert contrast(theme[ground], theme[ink]) >= 4.5, (ground, ink)
        assert contrast(theme["bad"], theme["on-bad"]) >= 4.5
        assert contrast(theme["track"], theme["bar"]) >= 3, "WCAG 1.4.11"


@pytest.mark.parametrize(
    "name", ["board.html", "board.css", "board.js", "drawing.js", "words.js", "icon.svg"]
)
def test_no_file_asks_another_host_or_makes_html_of_text(name: str) -> None:
    content = (PAGE / name).read_text("utf-8").replace("http://www.w3.org/2000/svg", "")

    assert "//" not in re.sub(r"(?m)(^|\s)//.*$", "", content)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", content)
    assert not re.search(r"<script>|\sstyle=|\son\w+=", content), "the policy forbids it"


def test_every_word_is_there_in_every_language() -> None:
    blocks = re.findall(r"const (?:english|hebrew) = \{(.*?)\n\};", JS, re.DOTALL)
    english, hebrew = (set(re.findall(r'(\w+): "', block)) for block in blocks)
    used = set(re.findall(r'data-(?:word|label)="(\w+)"', (PAGE / "board.html").read_text("utf-8")))
    closed_sets = {*words.CHANNELS, "healthy", "suspect", "failed_over", "minor", "major"}

    assert english == hebrew
    assert used | closed_sets <= english
