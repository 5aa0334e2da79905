"""What verbs print: tables on a terminal, plain lines when piped, JSON when asked; and errors."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on stdout.")]

WRONG_USE = 2  # of the command line
FOUND = 1  # the command ran, and what it looked at is not well
UNREACHABLE = 3  # a broker or gateway did not answer, or refused


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on a terminal; piped: one line a row, cells apart by tabs, no heading."""
    lines = [["" if cell is None else str(cell) for cell in row] for row in rows]
    console = Console()
    if not console.is_terminal:
        for line in lines:
            print("\t".join(line))
        return
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for line in lines:
        table.add_row(*(escape(cell) for cell in line))
    console.print(table)


def fail(problem: str, remedy: str, *, code: int = UNREACHABLE) -> NoReturn:
    """Say on stderr what went wrong and how to mend it, and leave."""
    sys.stderr.write(f"error: {problem}\n  remedy: {remedy}\n")
    raise typer.Exit(code)


def plural(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
