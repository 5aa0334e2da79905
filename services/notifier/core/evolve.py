"""How facts change the ledger: the only place where it changes."""

from services.notifier.core import storage
from services.notifier.core.causes import evolve_contacts, evolve_troubles
from services.notifier.core.ledger import evolve_memory, evolve_rows
from services.notifier.core.rooms import evolve_rooms
from services.notifier.core.state import NotifierState
from shared.contracts.contacts import ContactVerified
from shared.contracts.event import Event
from shared.contracts.notification import (
    AttemptInDoubt,
    AttemptLeased,
    LedgerTrimmed,
    NotificationBundled,
    NotificationEnded,
    NotificationHeld,
    NotificationOpened,
    NotificationReopened,
    RecallNoted,
    ReceiptNoted,
    RetryScheduled,
)
from shared.contracts.rooms import AlertGrouped, AlertRouted, GroupFlushed
from shared.contracts.system import ConfigTaken, EventRejected
from shared.contracts.troubles import TroubleReported


def evolve(state: NotifierState, fact: Event) -> None:
    match fact:
        case NotificationOpened():
            evolve_rows.opened(state, fact)
        case NotificationHeld():
            evolve_rows.held(state, fact)
        case NotificationBundled():
            evolve_rows.bundled(state, fact)
        case AttemptLeased():
            evolve_rows.leased(state, fact)
        case AttemptInDoubt():
            evolve_rows.in_doubt(state, fact)
        case RetryScheduled():
            evolve_rows.put_off(state, fact)
        case NotificationEnded():
            evolve_rows.ended(state, fact)
        case ReceiptNoted():
            evolve_rows.received(state, fact)
        case NotificationReopened():
            evolve_rows.reopened(state, fact)
        case RecallNoted():
            evolve_memory.recalled(state, fact)
        case LedgerTrimmed():
            evolve_memory.trimmed(state, fact)
        case TroubleReported():
            evolve_troubles.reported(state, fact)
        case ContactVerified():
            evolve_contacts.verified(state, fact)
        case AlertRouted():
            evolve_rooms.routed(state, fact)
        case AlertGrouped():
            evolve_rooms.grouped(state, fact)
        case GroupFlushed():
            evolve_rooms.flushed(state, fact)
        case ConfigTaken():
            state.taken.hash, state.taken.version = fact.hash, fact.version
            state.changed.add(storage.TAKEN)
            evolve_rooms.configured(state, fact.at_ms)
        case EventRejected():
            pass  # told, and nothing else
        case _:
            raise AssertionError(f"{type(fact).__name__} is no fact of the notifier")
