"""Reading a folder of configuration for a verb, with the locales that have templates."""

from pathlib import Path
from typing import Annotated

import typer

from services.notifier.adapters.phrases import available
from shared.configuration import Finding, Loaded, load

Folder = Annotated[Path, typer.Argument(help="Folder of the configuration, such as config/.")]


def load_folder(folder: Path) -> Loaded:
    return load(folder, locales=frozenset(available()))


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
