"""What follows from an event: whom to try when, and when a notification is over.

Every notification ends delivered, accepted, superseded, expired or dead-lettered with a reason; one
to a customer may end unknown. Retries go on by schedule until it is superseded or expires; their
number is no limit.
"""

from collections.abc import Iterator

from services.notifier.core.causes import notices, pages
from services.notifier.core.configure import configure
from services.notifier.core.facts import Saying
from services.notifier.core.ledger import outcomes, tries
from services.notifier.core.model import NotifierState
from shared.contracts.escalation import PageAcknowledged, PageRecalled, PageRequested
from shared.contracts.event import Event
from shared.contracts.notification import AttemptEnded
from shared.contracts.outage import NoticeRequested
from shared.contracts.system import ConfigChanged, Tick


def decide(state: NotifierState, event: Event, now: int) -> Iterator[Event]:
    say = Saying(state, event, now)
    match event:
        case PageRequested():
            yield from pages.requested(state, say, event)
        case PageRecalled():
            yield from pages.recalled(state, say, event)
        case PageAcknowledged():
            yield from pages.acknowledged(state, say, event)
        case NoticeRequested():
            yield from notices.requested(state, say, event)
        case AttemptEnded():
            yield from outcomes.ended(state, say, event)
        case Tick():
            yield from tries.due(state, say)
        case ConfigChanged():
            yield from configure(state, say, event)
        case _:
            raise AssertionError(f"the notifier does not hear {type(event).__name__}")
