"""Whether what may have arrived is said again: a repeat against a silence.

Where the provider takes the same key or Message-ID for the same message, saying it again costs
little. Elsewhere only what must not be missed is said twice, and then once; but a page is never
given up because of a doubt. What is not said again ends `unknown`.
"""

from typing import Literal

from services.notifier.core.holding.holds import members_of
from services.notifier.core.model import Notification
from services.notifier.core.state import NotifierState
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.escalation import PageRequested
from shared.contracts.outage import NoticeRequested

Weight = Literal["page", "turn", "other", "customer"]  # a turn: an outage begins or ends
_BY_KEY = frozenset({"webhook", "pagerduty", "opsgenie"})  # their provider drops a repeat
_SOFTLY = frozenset({"email"})  # most readers show the same Message-ID once


def is_said_again(state: NotifierState, row: Notification) -> bool:
    """Asked when a try of this row has just ended in doubt."""
    weight = _weight(state, row)
    if weight == "customer" or row.redrives:
        return False
    if weight == "page" or row.target[1] in _BY_KEY:
        return True
    first_repeat = row.possible_repeats < 1
    if row.target[1] in _SOFTLY:
        return weight == "turn" or first_repeat
    return weight == "turn" and first_repeat


def _weight(state: NotifierState, row: Notification) -> Weight:
    match row.cause:
        case PageRequested():
            return "page"
        case CustomerNoticeRequested():
            return "customer"
        case NoticeRequested(purpose="opening" | "recovery"):
            return "turn"
        case None:
            return _heaviest([_weight(state, one) for one in members_of(state, row)])
        case _:
            return "other"


def _heaviest(weights: list[Weight]) -> Weight:
    order: tuple[Weight, ...] = ("page", "turn", "other")
    return next((weight for weight in order if weight in weights), "other")
