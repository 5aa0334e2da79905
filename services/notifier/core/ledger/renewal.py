"""Rows that an older version stored, as this one would have."""

from services.notifier.core.holding.priorities import priority_of
from services.notifier.core.model import Notification


def renew(row: Notification) -> None:
    """An older version knew neither chains nor priorities. What is new already stays as it is."""
    if row.cause_id:
        return
    row.cause_id = row.id
    row.carried = ((row.method, row.told_under),) if row.told_under else ()
    if row.cause is not None:
        row.priority = priority_of(row)
