"""A message as a list of blocks, and those as plain text or HTML, in either direction.

Sentences are templates; every value is put in isolated, so that none disturbs what stands around.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, assert_never

from services.notifier.adapters.words.bidi import isolate
from services.notifier.adapters.words.wording import filled


@dataclass(frozen=True, slots=True)
class Sentence:
    template: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Things to do, in order."""

    heading: str
    templates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[tuple[str, str], ...]  # label, value


@dataclass(frozen=True, slots=True)
class Items:
    """A list of values, each a line."""

    heading: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person wrote, line by line; in his language, which may not be that of the rest."""

    heading: str
    lines: tuple[str, ...]


Block = Sentence | Steps | Table | Items | Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    language: str
    direction: Literal["ltr", "rtl"]
    blocks: Sequence[Block]
    values: Mapping[str, str]

    def text(self) -> str:
        return "\n\n".join("\n".join(self._lines(block)) for block in self.blocks) + "\n"

    def html(self) -> str:
        return frame("".join(map(self._element, self.blocks)), self.language, self.direction)

    def _lines(self, block: Block) -> Iterator[str]:
        match block:
            case Sentence(template):
                yield self._said(template)
            case Steps(heading, templates):
                yield heading
                yield from (f"{n}. {self._said(each)}" for n, each in enumerate(templates, 1))
            case Table(rows):
                yield from (f"{label}: {self._apart(value)}" for label, value in rows)
            case Items(heading, values):
                yield heading
                yield from (f"- {self._apart(value)}" for value in values)
            case Quote(heading, lines):
                yield heading
                yield from (f"> {self._apart(line)}".rstrip() for line in lines)
            case _:
                assert_never(block)

    def _element(self, block: Block) -> str:
        match block:
            case Sentence(template):
                return f"<p>{self._marked(template)}</p>"
            case Steps(heading, templates):
                steps = "".join(f"<li>{self._marked(each)}</li>" for each in templates)
                return f"<p><strong>{escape(heading)}</strong></p><ol>{steps}</ol>"
            case Table(rows):
                return table(rows, self.direction)
            case Items(heading, values):
                items = "".join(f"<li>{_bdi(value)}</li>" for value in values)
                return f"<p>{escape(heading)}</p><ul>{items}</ul>"
            case Quote(heading, lines):
                words = "<br>".join(_bdi(line) for line in lines)
                return f'<p>{escape(heading)}</p><blockquote dir="auto">{words}</blockquote>'
            case _:
                assert_never(block)

    def _said(self, template: str) -> str:
        return filled(template, self.values, self._apart)

    def _marked(self, template: str) -> str:
        return filled(escape(template), self.values, _bdi)

    def _apart(self, value: str) -> str:
        return isolate(value, self.direction)


def frame(inner: str, language: str, direction: str) -> str:
    """A whole HTML page. The direction stands on the inner element too: mail programs drop the
    root."""
    return (
        f'<!DOCTYPE html><html lang="{language}" dir="{direction}">'
        f'<head><meta charset="utf-8"></head>'
        f'<body><div lang="{language}" dir="{direction}" style="text-align:start">'
        f"{inner}</div></body></html>\n"
    )


def table(rows: Sequence[tuple[str, str]], direction: str) -> str:
    """Labels and values, each value isolated."""
    cells = "".join(
        f'<tr><th style="text-align:start">{escape(label)}</th><td>{_bdi(value)}</td></tr>'
        for label, value in rows
    )
    return f'<table dir="{direction}" cellpadding="4">{cells}</table>'


def _bdi(value: str) -> str:
    return f"<bdi>{escape(value)}</bdi>"
