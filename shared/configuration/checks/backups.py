"""Backups of channels: one that nobody takes receives no contact, the router passes it over."""

from shared.configuration.checks.places import Places
from shared.configuration.checks.staff import Staff
from shared.contracts.configuration import PoolDocument


def check_backups(document: PoolDocument, staff: Staff, places: Places) -> None:
    served = {channel for channel, _ in staff.spoken}
    for channel, settings in document.channels.items():
        for index, backup in enumerate(settings.backups):
            if backup not in served:
                problem = f"no agent of the pool can serve the backup `{backup}`"
                remedy = f"give agents the channel `{backup}` and a language for it"
                places.warning(("channels", channel, "backups", index), problem, remedy)
