"""A wait that a customer was told, and when it is so wrong that he is told again."""

from msgspec import UNSET

from services.router.core.model import Interaction
from services.router.core.plan import Plan

LEAST_S = 60  # a shorter wait was told as about a minute; seconds after it nobody is told anew


def doubled_at_ms(plan: Plan, it: Interaction) -> int | None:
    """When it has waited twice as long as its customer was told, unless it has an agent by then.

    None: he is not to be told, because he was told no wait, or that it is longer already, or has an
    agent, or heard from one, or need not stay since he is called back.
    """
    if it.told_wait_s is UNSET or not plan.document.customer_notices.longer_wait:
        return None
    if it.status == "assigned" or it.replied or it.callback:
        return None
    return it.waiting_since_ms + 2 * max(it.told_wait_s, LEAST_S) * 1000
