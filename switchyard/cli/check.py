"""`switchyard check DIR`: static analysis of a configuration."""

from typing import Annotated

import typer

from shared.configuration import Loaded
from switchyard.cli.loading import Folder, as_json, load_folder
from switchyard.cli.output import FOUND, Json, plural, print_json

Strict = Annotated[bool, typer.Option("--strict", help="Fail on warnings, too: for CI.")]


def register(app: typer.Typer) -> None:
    @app.command()
    def check(folder: Folder, *, strict: Strict = False, as_json: Json = False) -> None:
        """Check a configuration; name file, line and remedy of each problem.

        Beside mistakes it finds what can be proved of the routing:
        queues, steps, hours and languages that nobody serves, single holders,
        rules that never match, queues that can starve.

        Exit code 0: no errors (there may be warnings); 1: errors, or with
        --strict warnings.
        """
        loaded = load_folder(folder)
        failed = bool(loaded.findings if strict else loaded.errors)
        if as_json:
            print_json(_report(loaded, ok=not failed))
        else:
            for finding in loaded.findings:
                print(f"{finding.file}:{finding.line}:{finding.column}: ", end="")
                print(f"{finding.severity}: {finding.problem}\n    remedy: {finding.remedy}")
            print(summary(loaded))
        if failed:
            raise typer.Exit(FOUND)


def summary(loaded: Loaded) -> str:
    """One line: what was read, and what was found."""
    errors = len(loaded.errors)
    agents = sum(len(document.agents) for document in loaded.pools.values())
    return ", ".join(
        (
            plural(len(loaded.pools), "pool"),
            plural(agents, "agent"),
            plural(len(loaded.people.people), "person").replace("persons", "people"),
        )
    ) + (f": {plural(errors, 'error')}, {plural(len(loaded.findings) - errors, 'warning')}")


def _report(loaded: Loaded, *, ok: bool) -> dict[str, object]:
    return {
        "ok": ok,
        "errors": len(loaded.errors),
        "warnings": len(loaded.findings) - len(loaded.errors),
        "pools": sorted(loaded.pools),
        "findings": [as_json(finding) for finding in loaded.findings],
    }
