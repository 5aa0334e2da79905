"""What goes first, in the sender's queues and where an address takes only so much.

Source: GoAlert's order of message types, with outages in place of its alerts.
"""

from services.notifier.core.model import Notification

URGENT = 1  # at most; one place of every rung is kept for these
OPENING = PAGE = 0
RECOVERY = VERIFICATION = TROUBLE = 1
CUSTOMER_NOTICE = 3
UPDATE = GROUP = 4
DIGEST = 9


def priority_of(row: Notification) -> int:
    """Of a row that has a cause; 0 goes first."""
    if row.notice is not None:
        return {"opening": OPENING, "recovery": RECOVERY}.get(row.notice.purpose, UPDATE)
    if row.page is not None:
        return PAGE
    if row.verification is not None:
        return VERIFICATION
    if row.trouble is not None:
        return TROUBLE
    return CUSTOMER_NOTICE if row.customer_notice is not None else GROUP


def priority_of_digest(members: list[Notification]) -> int:
    """Last of all, unless it carries what is urgent: no page waits because it has company."""
    first = min((member.priority for member in members), default=DIGEST)
    return first if first <= URGENT else DIGEST
