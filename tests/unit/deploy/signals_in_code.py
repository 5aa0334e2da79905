"""What the running services can say to an operator, read from their source."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.unit.deploy.compose_files import ROOT

CODE = tuple(
    path
    for folder in ("services", "shared", "switchyard")
    for path in (ROOT / folder).rglob("*.py")
)
LOUD = {"warning", "error", "exception", "critical"}
REASONS = {"not_ready", "problem"}  # functions that say why a process is not ready


def loud_events(sources: dict[Path, str]) -> dict[str, str]:
    """Names of log events of level warning and above, with one level each."""
    found = {}
    for path, tree in _trees(sources):
        for call in _calls(tree):
            if _is_log(call.func) and isinstance(call.func, ast.Attribute):
                assert call.args, f"{path}:{call.lineno} logs no event"
                level = "warning" if call.func.attr == "warning" else "error"
                for name in _branches(call.args[0]):
                    assert isinstance(name, ast.Constant), f"{path}:{call.lineno}: not a constant"
                    found[str(name.value)] = level
    return found


def reasons_not_ready(sources: dict[Path, str]) -> set[str]:
    """Templates of every reason, with `…` where something is filled in."""
    found = set()
    for _path, tree in _trees(sources):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name in REASONS:
                body = node.body[1:] if ast.get_docstring(node) else node.body
                found |= {text for each in body for text in _sentences(each)}
        for call in _calls(tree):  # what holds a shard is shown behind its name
            if isinstance(call.func, ast.Attribute) and call.func.attr == "_hold":
                found |= set(_sentences(call.args[0]))
    return found


def sources() -> dict[Path, str]:
    return {path: path.read_text() for path in CODE}


def _trees(sources: dict[Path, str]) -> Iterator[tuple[Path, ast.Module]]:
    for path, text in sources.items():
        yield path, ast.parse(text)


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _branches(name: ast.expr) -> tuple[ast.expr, ...]:
    """One constant, or one of two: `"a" if it else "b"`."""
    return (name.body, name.orelse) if isinstance(name, ast.IfExp) else (name,)


def _is_log(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LOUD
        and isinstance(function.value, ast.Name)
        and function.value.id.strip("_") in {"log", "logger"}
    )


def _sentences(node: ast.AST) -> Iterator[str]:
    """Texts of more than one word; an f-string is one text, with `…` for each value."""
    if isinstance(node, ast.JoinedStr):
        parts = [str(it.value) if isinstance(it, ast.Constant) else "…" for it in node.values]
        yield "".join(parts).strip()
        return
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and " " in node.value:
            yield node.value
        return
    for child in ast.iter_child_nodes(node):
        yield from _sentences(child)
