"""What follows from an event: whom to try when, and when a notification is over.

Every notification ends delivered, accepted, superseded, expired, dead-lettered or unknown, with a
reason. Retries go on by schedule until it is superseded or expires; their number is no limit.
"""

from collections.abc import Iterable, Iterator

from services.notifier.core.causes import (
    confirmations,
    customers,
    notices,
    pages,
    redrives,
    troubles,
)
from services.notifier.core.chains import hops
from services.notifier.core.configure import configure
from services.notifier.core.facts import Saying
from services.notifier.core.holding import bundles, carried
from services.notifier.core.ledger import outcomes, receipts, tries
from services.notifier.core.rooms import announcing
from services.notifier.core.state import NotifierState
from shared.contracts.contacts import ContactConfirmed, VerificationRequested
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.escalation import PageAcknowledged, PageRecalled, PageRequested
from shared.contracts.event import Event
from shared.contracts.notification import (
    AttemptEnded,
    DeliveryReported,
    NotificationEnded,
    ReceiptNoted,
    RedriveRequested,
    RetryScheduled,
)
from shared.contracts.outage import NoticeRequested
from shared.contracts.rooms import AlertRouted
from shared.contracts.system import ConfigChanged, Tick
from shared.contracts.troubles import TroubleReported


def decide(state: NotifierState, event: Event, now: int) -> Iterator[Event]:
    say = Saying(state, event, now)
    yield from _with_what_follows(state, say, _decided(state, say, event))


def _with_what_follows(
    state: NotifierState, say: Saying, facts: Iterable[Event]
) -> Iterator[Event]:
    """One row's end may end others at once, or open the next hop of its chain."""
    for fact in facts:
        yield fact
        match fact:
            case NotificationEnded():
                for follows in (bundles.after_end, hops.after_end, troubles.after_end):
                    yield from _with_what_follows(state, say, follows(state, say, fact))
            case ReceiptNoted():
                yield from _with_what_follows(state, say, carried.after_receipt(state, say, fact))
            case RetryScheduled():
                yield from _with_what_follows(state, say, carried.after_retry(state, say, fact))
            case _:
                pass  # nothing else ends or opens another row


def _decided(state: NotifierState, say: Saying, event: Event) -> Iterator[Event]:
    match event:
        case PageRequested():
            yield from pages.requested(state, say, event)
        case PageRecalled():
            yield from pages.recalled(state, say, event)
        case PageAcknowledged():
            yield from pages.acknowledged(state, say, event)
        case NoticeRequested():
            yield from notices.requested(state, say, event)
        case CustomerNoticeRequested():
            yield from customers.requested(state, say, event)
        case VerificationRequested():
            yield from confirmations.requested(state, say, event)
        case ContactConfirmed():
            yield from confirmations.confirmed(state, say, event)
        case AttemptEnded():
            yield from outcomes.ended(state, say, event)
        case DeliveryReported():
            yield from receipts.reported(state, say, event)
        case RedriveRequested():
            yield from redrives.requested(state, say, event)
        case TroubleReported():
            yield from troubles.requested(state, say, event)
        case AlertRouted():
            yield from announcing.heard(state, say, event)
        case Tick():
            yield from tries.due(state, say)
            yield from hops.due(state, say)
            yield from announcing.due(state, say)
            yield from tries.forgotten(state, say)
        case ConfigChanged():
            yield from configure(state, say, event)
        case _:
            raise AssertionError(f"the notifier does not hear {type(event).__name__}")
