"""What is heard of a digest holds for all that it carries, and for their chains."""

from collections.abc import Iterator

from services.notifier.core.causes import troubles
from services.notifier.core.chains import facts_chains, hops
from services.notifier.core.facts import Saying
from services.notifier.core.model import Notification, Phase
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.notification import ReceiptNoted, RetryScheduled

_MAY_HAVE_ARRIVED = frozenset({"accepted", "delivered", "unknown"})


def after_receipt(state: NotifierState, say: Saying, noted: ReceiptNoted) -> Iterator[Event]:
    """The provider told of the digest, so of each message in it."""
    for row in _carried_by(state, noted.notification_id):
        told = facts_chains.received(say, row, noted.status, noted.detail)
        yield told.model_copy(update={"event_id": f"{noted.event_id}/{row.id}"})
        if noted.status == "undelivered":
            yield from hops.advance(state, say, row, "failed")
            yield from troubles.after_receipt(state, say, row, noted.detail)
        else:
            yield from hops.after_success(state, say, row)


def after_retry(state: NotifierState, say: Saying, fact: RetryScheduled) -> Iterator[Event]:
    """While its provider is given a rest, what it carries goes another way at once."""
    if fact.outcome == "blocked":
        for row in _carried_by(state, fact.notification_id):
            yield from hops.advance(state, say, row, "blocked")


def _carried_by(state: NotifierState, notification_id: str) -> list[Notification]:
    """What a digest carries, or carried to the end; not what ended by itself before."""
    digest = state.notifications[notification_id]
    rows = (state.notifications.get(one) for one in digest.members)
    return [
        row
        for row in rows
        if row is not None
        and row.carrier == digest.id
        and (row.phase is Phase.BUNDLED or row.end in _MAY_HAVE_ARRIVED)
    ]
