"""What a provider tells of a message's way, after it took it or seemed not to.

A receipt counts if it tells more than the one before it: sent, delivered, read. `undelivered` is
the last word on its try, unless the message is known to have arrived.
"""

from collections.abc import Iterator

from services.notifier.core.causes import troubles
from services.notifier.core.chains import facts_chains, hops
from services.notifier.core.facts import Saying
from services.notifier.core.model import Notification, Phase
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.notification import DeliveryReported
from shared.contracts.words import NotificationEnd, ReceiptStatus

_RANKS = {"": 0, "sent": 1, "delivered": 2, "read": 3}


def reported(state: NotifierState, say: Saying, told: DeliveryReported) -> Iterator[Event]:
    row = state.notifications.get(told.notification_id)
    if row is None or not row.attempts or not _is_news(row, told.status):
        return
    yield facts_chains.received(say, row, told.status, told.detail)
    if told.status == "undelivered":
        yield from hops.advance(state, say, row, "failed")
        yield from troubles.after_receipt(state, say, row, told.detail)
        return
    if row.phase is Phase.LEASED or (row.phase is Phase.WAITING and row.in_doubt):
        end: NotificationEnd = "accepted" if told.status == "sent" else "delivered"
        yield say.ended(row, end, f"the provider told: {told.status}", told.provider_id)
    yield from hops.after_success(state, say, row)


def _is_news(row: Notification, status: ReceiptStatus) -> bool:
    if row.receipt == "undelivered":
        return False
    if status == "undelivered":
        return _RANKS[row.receipt] < _RANKS["delivered"]
    return _RANKS[status] > _RANKS[row.receipt]
