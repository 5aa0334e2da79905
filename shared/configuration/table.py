"""agents.csv: one agent a line, for large centres whose agents come from another system."""

import csv
import io

from shared.configuration.findings import Findings, suggest
from shared.configuration.tree import Entry, Node

COLUMNS = (
    "id", "skills", "languages", "capacity_units", "channels",
    "rings", "interpreter", "hours", "overdraft_units",
)  # fmt: skip
_LISTS = ("rings",)  # columns with several words in a cell


def parse_table(content: bytes, file: str, findings: Findings) -> Node | None:
    """The same tree as that of agents.yaml; an empty cell takes the default.

    Cells hold the short forms: `billing:4 phones`, `en he:3/5`, `voice chat:3`.
    """
    try:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        header = [name.strip() for name in next(rows, [])]
        if not _header_is_known(header, Node(file, 1, 1), findings):
            return None
        agents: list[Node] = []
        for row in rows:
            place = Node(file, rows.line_num, 1)
            if len(row) > len(header):
                findings.error(place, "", "more cells than columns", "remove a comma, or quote it")
            elif any(cell.strip() for cell in row):
                agents.append(_agent(place, header, row))
    except (UnicodeDecodeError, csv.Error):
        findings.error(
            Node(file, 1, 1), "", "not a CSV file in UTF-8", "save it again as CSV UTF-8"
        )
        return None
    start = Node(file, 1, 1)
    return Node(file, 1, 1, {"agents": Entry(start, Node(file, 1, 1, agents))})


def _agent(place: Node, header: list[str], row: list[str]) -> Node:
    file, line = place.file, place.line
    return Node(
        file,
        line,
        1,
        {
            name: Entry(place, _value(place, name, cell.strip()))
            for name, cell in zip(header, row, strict=False)
            if cell.strip()
        },
    )


def _value(place: Node, name: str, cell: str) -> Node:
    if name not in _LISTS:
        return Node(place.file, place.line, 1, cell)
    return Node(
        place.file, place.line, 1, [Node(place.file, place.line, 1, it) for it in cell.split()]
    )


def _header_is_known(header: list[str], place: Node, findings: Findings) -> bool:
    unknown = [name for name in header if name not in COLUMNS]
    for name in unknown:
        findings.error(place, name, f"unknown column `{name}`", suggest(name, COLUMNS))
    if "id" not in header and not unknown:
        findings.error(place, "id", "the column `id` is missing", "name the columns in line 1")
    return not unknown and "id" in header
