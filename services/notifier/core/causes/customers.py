"""What customers are told of their own interaction: one row, one try that may have arrived.

They are in no document of people. Their address comes with the receipt, and goes with what is
remembered of it; where it is missing, as after an erasure, the row ends without an alarm.
"""

from collections.abc import Iterator

from services.notifier.core.chains import facts_chains
from services.notifier.core.facts import Saying
from services.notifier.core.ledger.tries import try_now
from services.notifier.core.state import NotifierState
from shared.contracts.customers import CARRIED, CustomerNoticeRequested
from shared.contracts.event import Event


def requested(
    state: NotifierState, say: Saying, notice: CustomerNoticeRequested
) -> Iterator[Event]:
    """Nothing for a channel that leads back to no customer; the router does not ask for those."""
    method = CARRIED.get(notice.channel)
    if method is None or notice.notice_id in state.notifications:
        return
    yield facts_chains.opened(say, notice, method)
    yield from try_now(state, say, state.notifications[notice.notice_id])
