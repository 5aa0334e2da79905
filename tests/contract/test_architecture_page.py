"""The pages of `docs/` name what is really there: tests, files, libraries, doors."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from services.gateway.adapters.doors.table import DOORS
from services.gateway.adapters.keys import Role

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")
INVARIANTS = (
    "R1", "R2", "R3", "R4", "R5", "R6", "R7", "E1", "E2", "E3", "E4", "N1", "O1", "O2", "O3",
)  # fmt: skip
MADE_BY_OPERATORS = "deploy/secrets/"
PAGES = sorted(DOCS.glob("*.md"))

_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
_PLACE = re.compile(r"(?:shared|services|switchyard|tests|config|docs|deploy)/[\w./-]*")
_DOOR = re.compile(r"\$GATEWAY(/v1/[^\s\"'?]+)")
_NAME = re.compile(r"\w+")


def rows_of_invariants() -> dict[str, list[str]]:
    """Name of the invariant, and what its row says in code marks."""
    table = ARCHITECTURE.partition("## Invariants")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if re.match(r"\| [A-Z]\d ", line)]
    return {row.split()[1]: _CODE.findall(row) for row in rows}


def defined_in(path: Path) -> set[str]:
    """Functions, methods, classes and names that are assigned in a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]):
                found.add(name)
            case _:
                pass  # nothing that a page would name
    return found


def named_tests(codes: list[str]) -> list[tuple[str, str]]:
    """(file, name) of each test; a bare name is a rule in the file that was named before it."""
    found, file = [], ""
    for each in codes:
        if "::" in each:
            file, _, name = each.partition("::")
            found.append((file, name))
        elif _NAME.fullmatch(each) and file:
            found.append((file, each))
    return found


def missing(named: list[tuple[str, str]]) -> list[str]:
    return [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).is_file() or name not in defined_in(ROOT / file)
    ]


def test_every_invariant_has_its_row_with_a_test() -> None:
    rows = rows_of_invariants()
    assert tuple(rows) == INVARIANTS
    assert [name for name, codes in rows.items() if not named_tests(codes)] == []


@pytest.mark.parametrize("name", INVARIANTS)
def test_the_tests_of_an_invariant_exist(name: str) -> None:
    assert missing(named_tests(rows_of_invariants()[name])) == []


def test_every_test_that_a_page_names_exists() -> None:
    named = [
        (code.partition("::")[0], code.partition("::")[2])
        for page in PAGES
        for code in _CODE.findall(page.read_text(encoding="utf-8"))
        if "::" in code
    ]
    assert len(named) > len(INVARIANTS)
    assert missing(named) == []


def test_a_test_that_is_not_there_is_found_missing() -> None:
    here = Path(__file__).relative_to(ROOT).as_posix()
    assert missing([(here, "test_never_written"), ("tests/no_such.py", "x")]) == [
        f"{here}::test_never_written",
        "tests/no_such.py::x",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_place_and_every_page_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    places = {
        place
        for code in _CODE.findall(text)
        for place in _PLACE.findall(code.partition("::")[0])
        if code.startswith(place) and not place.startswith(MADE_BY_OPERATORS)
    }
    links = {link for link in _LINK.findall(text) if "://" not in link}
    absent = [place for place in places if not (ROOT / place).exists()]
    assert absent + [link for link in links if not (page.parent / link).exists()] == []


def test_every_library_has_a_line_and_every_line_a_library() -> None:
    page = (DOCS / "dependencies.md").read_text(encoding="utf-8").partition("## Beside")[0]
    wanted = {
        line.strip().lower()
        for name in ("requirements.in", "requirements-dev.in")
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith(("-", "#"))
    }
    assert set(re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE)) == wanted


def test_every_door_in_the_examples_exists() -> None:
    page = (DOCS / "connecting.md").read_text(encoding="utf-8")
    asked = _DOOR.findall(page)
    patterns = [re.sub(r"\{\w+(:path)?\}", "[^ ]+", door.path) for door in DOORS]
    assert len(set(asked)) > 10
    assert [path for path in asked if not any(re.fullmatch(it, path) for it in patterns)] == []


def test_every_role_of_a_key_is_explained() -> None:
    page = (DOCS / "connecting.md").read_text(encoding="utf-8")
    assert [role for role in get_args(Role) if f"| `{role}` |" not in page] == []
