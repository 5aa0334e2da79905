"""`switchyard report`: what a manager reads in the morning."""

import sys
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfoNotFoundError

import typer

from switchyard.cli.broker import Broker, OfProfile, connect, visit
from switchyard.cli.output import FOUND, Json, fail, print_json
from switchyard.report.as_json import as_json as report_as_json
from switchyard.report.build import build_report
from switchyard.report.morning import Report, render
from switchyard.report.source import read_topics


def register(app: typer.Typer) -> None:
    @app.command()
    def report(
        *,
        day: Annotated[str, typer.Option(metavar="DATE", help="Local date, as in 2026-02-04.")],
        timezone: Annotated[
            str | None,
            typer.Option(help="IANA zone of the day; default: that of the first calendar."),
        ] = None,
        broker: Broker = None,
        profile: OfProfile = None,
        strict: Annotated[
            bool, typer.Option("--strict", help="Also fail where an invariant was not exercised.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """Tell what a day was like, what needs action first, and whether the promises held.

        Computed from the topics alone. Exit code 1: an invariant is broken, or the sum of
        interactions does not close.
        """
        _check_day(day)
        topics = visit(connect(broker, profile), read_topics)
        try:
            found = build_report(topics, day=day, timezone=timezone).report
        except (ZoneInfoNotFoundError, ValueError):
            fail(f"`{timezone}` is no time zone", "write it like Europe/Amsterdam", code=2)
        show(found, as_json=as_json)
        if not (found.sound if strict else found.unbroken):
            raise typer.Exit(FOUND)


def show(report: Report, *, as_json: bool) -> None:
    """On stdout, as text or as JSON."""
    if as_json:
        print_json(report_as_json(report))
    else:
        sys.stdout.write(render(report))


def _check_day(day: str) -> None:
    try:
        date.fromisoformat(day)
    except ValueError:
        fail(f"`{day}` is no date", "write it like 2026-02-04", code=2)
