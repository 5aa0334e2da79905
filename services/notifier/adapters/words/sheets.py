"""A message as a list of blocks, and those as plain text, in a chat's dialect, or as HTML.

Sentences are templates; every value is put in isolated, so that none disturbs what stands around.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, assert_never

from services.notifier.adapters.words.bidi import isolate, led
from services.notifier.adapters.words.blocks import (
    Block,
    Items,
    Link,
    Part,
    Quote,
    Sentence,
    Steps,
    Table,
)
from services.notifier.adapters.words.neutral import PLAIN, Dialect
from services.notifier.adapters.words.wording import filled


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`footer` is a template, too; parts of a digest go without theirs."""

    language: str
    direction: Literal["ltr", "rtl"]
    blocks: Sequence[Block]
    values: Mapping[str, str]
    footer: str = ""

    def text(self) -> str:
        return "\n\n".join(self.paragraphs()) + "\n"

    def paragraphs(
        self, dialect: Dialect = PLAIN, *, links: bool = True, footer: bool = True
    ) -> Iterator[str]:
        """One for each block, in order.

        Args:
            links: without them where a button shows the same; those of parts stay.
        """
        for block in self.blocks:
            if links or not isinstance(block, Link):
                yield "\n".join(self._lines(block, dialect))
        if footer and self.footer:
            yield self._said(self.footer, dialect)

    def html(self) -> str:
        """A whole page."""
        return frame(self.inner_html(), self.language, self.direction)

    def inner_html(self, *, footer: bool = True) -> str:
        last = (Sentence(self.footer),) if footer and self.footer else ()
        return "".join(map(self._element, (*self.blocks, *last)))

    def _lines(self, block: Block, dialect: Dialect) -> Iterator[str]:
        words = dialect.escape
        match block:
            case Sentence(template):
                yield self._said(template, dialect)
            case Link(template, button):
                yield self._said(template, dialect)
                # A line of its own and not isolated: programs would take the isolate as part.
                yield dialect.link(words(button.words), button.url)
            case Steps(heading, templates):
                yield dialect.strong(words(heading))
                for number, each in enumerate(templates, 1):
                    yield self._led(f"{number}. {self._filled(each, dialect)}")
            case Table(rows):
                for label, value in rows:
                    yield f"{words(label)}: {self._apart(value, dialect)}"
            case Items(heading, values):
                yield words(heading)
                yield from (self._led(f"- {self._apart(value, dialect)}") for value in values)
            case Quote(heading, lines):
                yield words(heading)
                yield from (f"> {self._apart(line, dialect)}".rstrip() for line in lines)
            case Part(heading, sheet):
                yield self._led(f"— {dialect.strong(words(heading))}")
                yield "\n\n".join(sheet.paragraphs(dialect, footer=False))
            case _:
                assert_never(block)

    def _element(self, block: Block) -> str:
        match block:
            case Sentence(template):
                return f"<p>{self._marked(template)}</p>"
            case Link(template, button):
                link = f'<a href="{escape(button.url)}">{escape(button.words)}</a>'
                return f"<p>{self._marked(template)}</p><p>{link}</p>"
            case Steps(heading, templates):
                steps = "".join(f"<li>{self._marked(each)}</li>" for each in templates)
                return f"<p><strong>{escape(heading)}</strong></p><ol>{steps}</ol>"
            case Table(rows):
                return _table(rows, self.direction)
            case Items(heading, values):
                items = "".join(f"<li>{_bdi(value)}</li>" for value in values)
                return f"<p>{escape(heading)}</p><ul>{items}</ul>"
            case Quote(heading, lines):
                words = "<br>".join(_bdi(line) for line in lines)
                return f'<p>{escape(heading)}</p><blockquote dir="auto">{words}</blockquote>'
            case Part(heading, sheet):
                return f"<hr><h3>{escape(heading)}</h3>{sheet.inner_html(footer=False)}"
            case _:
                assert_never(block)

    def _said(self, template: str, dialect: Dialect) -> str:
        return self._led(self._filled(template, dialect))

    def _led(self, line: str) -> str:
        return led(line, self.direction)

    def _filled(self, template: str, dialect: Dialect) -> str:
        return filled(
            template, self.values, lambda value: self._apart(value, dialect), dialect.escape
        )

    def _marked(self, template: str) -> str:
        return filled(template, self.values, _bdi, escape)

    def _apart(self, value: str, dialect: Dialect) -> str:
        return isolate(dialect.escape(value), self.direction)


def frame(inner: str, language: str, direction: str) -> str:
    """A whole HTML page. The direction stands on the inner element too: mail programs drop the
    root."""
    return (
        f'<!DOCTYPE html><html lang="{language}" dir="{direction}">'
        f'<head><meta charset="utf-8"></head>'
        f'<body><div lang="{language}" dir="{direction}" style="text-align:start">'
        f"{inner}</div></body></html>\n"
    )


def _table(rows: Sequence[tuple[str, str]], direction: str) -> str:
    cells = "".join(
        f'<tr><th style="text-align:start">{escape(label)}</th><td>{_bdi(value)}</td></tr>'
        for label, value in rows
    )
    return f'<table dir="{direction}" cellpadding="4">{cells}</table>'


def _bdi(value: str) -> str:
    return f"<bdi>{escape(value)}</bdi>"
