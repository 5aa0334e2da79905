"""The command line: `switchyard VERB`. One file for each verb.

Exit codes: 0 all is well; 1 a finding (errors in a configuration, a difference, something not
ready); 2 wrong use of the command line; 3 a broker or gateway could not be reached or refused.
With `--json` stdout holds nothing but JSON. Errors go to stderr, each with a remedy.
"""

from types import ModuleType

import typer

from switchyard.cli import (
    agent,
    check,
    config,
    dead_letters,
    demo,
    explain,
    health,
    interaction,
    keys,
    notifications,
    outage,
    people,
    recording,
    report,
    run,
    status,
    topics,
)

VERBS: tuple[ModuleType, ...] = (  # each has `register(app)`; the order is that of --help
    demo,
    run,
    status,
    explain,
    interaction,
    agent,
    outage,
    notifications,
    people,
    report,
    check,
    config,
    topics,
    dead_letters,
    recording,
    health,
    keys,
)


def build() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        name="switchyard",
        help="Routes customer contacts, escalates what is late, and says why.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,  # they would print local variables: customers' data
    )
    for module in VERBS:
        module.register(app)
    return app


def main() -> None:
    build()()
