"""Verbs that do something by themselves and have further verbs below them."""

from typer import Context

from switchyard.cli.output import WRONG_USE, fail


def goes_on(context: Context) -> bool:
    """Whether a further verb follows; then options belong behind it, or it would not hear them."""
    verb = context.invoked_subcommand
    if verb is None:
        return False
    given = [
        option.opts[0]
        for option in context.command.params
        if (source := context.get_parameter_source(option.name or "")) is not None
        and source.name == "COMMANDLINE"  # the enumeration itself is no public part of typer
    ]
    if given:
        where = f"write `{context.info_name} {verb} … {' '.join(given)}`"
        fail(f"options go behind `{verb}`", where, code=WRONG_USE)
    return True
