"""Reading a folder of configuration for a verb, with the locales that have templates."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from services.escalation.core import problems
from services.notifier.adapters.words.phrases import available, missing_templates
from shared.clock import clock_from_environment
from shared.configuration import Finding, Loaded, load

Folder = Annotated[Path, typer.Argument(help="Folder of the configuration, such as config/.")]


def load_folder(folder: Path) -> Loaded:
    """What the folder holds, with what the escalation service itself would refuse of it.

    Templates of messages with holes are errors, too: better told here than to a reader.
    """
    loaded = load(folder, locales=frozenset(available()))
    loaded = replace(loaded, findings=loaded.findings + _holes())
    if loaded.errors:
        return loaded
    now_ms = clock_from_environment().now_ms()
    refused = tuple(
        Finding(
            file=str(folder / "pools" / pool / "pool.yaml"),
            line=1,
            column=1,
            path=found.path,
            problem=f"{found.path}: {found.problem}",
            remedy=found.remedy,
            severity="error",
        )
        for pool, document in loaded.pools.items()
        for found in problems(document, now_ms)
    )
    return replace(loaded, findings=loaded.findings + refused)


def _holes() -> tuple[Finding, ...]:
    return tuple(map(_hole, missing_templates(available())))


def _hole(sentence: str) -> Finding:
    """`<file>: <problem>; <remedy>`."""
    file, _, said = sentence.partition(": ")
    problem, _, remedy = said.partition("; ")
    return Finding(file=file, line=1, column=1, path="templates", problem=problem, remedy=remedy)


def as_json(finding: Finding) -> dict[str, object]:
    return {
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "path": finding.path,
        "severity": finding.severity,
        "problem": finding.problem,
        "remedy": finding.remedy,
    }
