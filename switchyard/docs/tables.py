"""Tables as Markdown writes them."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table; a `|` inside a cell is escaped."""
    lines = [_row(head), _row(["---"] * len(head))]
    return [*lines, *(_row([cell.replace("|", "\\|") for cell in row]) for row in rows)]


def code(text: str) -> str:
    return f"`{text}`"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
