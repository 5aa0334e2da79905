"""Quiet hours are read off a clock in Greenwich."""

from services.notifier.core.holding import holds
from shared.contracts.people import QuietHours
from tests.simulation.planted.spade import Old, Spade

WHAT = "quiet hours are taken in UTC, whatever the person's time zone"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def quiet_until(quiet: QuietHours, _timezone: str, now: int) -> object:
            return old(quiet, "UTC", now)

        return quiet_until

    spade.replace(holds, "quiet_until", make)
