"""Time zones that stand in configuration."""

from zoneinfo import available_timezones

from shared.configuration.findings import suggest
from shared.configuration.shape import Report, Steps


def check_timezone(report: Report, steps: Steps, zone: str) -> None:
    if zone not in available_timezones():
        remedy = suggest(zone, available_timezones())
        if remedy.startswith("known"):
            remedy = "write an IANA name such as Europe/Amsterdam"
        report.error(steps, f"unknown time zone `{zone}`", remedy)
