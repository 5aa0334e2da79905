"""How a message to one person begins: with the first hop of a chain, or one row alone."""

from collections.abc import Iterator

from services.notifier.core.chains import facts_chains
from services.notifier.core.chains.building import hops_of, urgency_of
from services.notifier.core.facts import Saying
from services.notifier.core.ledger.tries import try_now
from services.notifier.core.state import NotifierState
from shared.contracts.contacts import VerificationRequested
from shared.contracts.escalation import PageRequested
from shared.contracts.event import Event
from shared.contracts.notification import NotificationOpened
from shared.contracts.outage import NoticeRequested
from shared.contracts.rooms import GroupFlushed
from shared.contracts.troubles import TroubleReported
from shared.contracts.words import BY_RULES, Urgency

Asked = PageRequested | NoticeRequested | TroubleReported | VerificationRequested | GroupFlushed


def first_row(state: NotifierState, say: Saying, cause: Asked) -> NotificationOpened:
    """The first row of what a cause asks for, by its contact method or by the person's rules."""
    method, urgency = _asked(cause)
    first, hops = hops_of(state, cause.person, method, urgency)
    return facts_chains.opened(say, cause, first, hops=hops)


def open_chain(state: NotifierState, say: Saying, cause: Asked) -> Iterator[Event]:
    """Open the first row and try it; nothing, if the same cause was heard before."""
    notification_id = facts_chains.id_of(cause)
    if notification_id in state.notifications:
        return
    yield first_row(state, say, cause)
    yield from try_now(state, say, state.notifications[notification_id])


def _asked(cause: Asked) -> tuple[str, Urgency]:
    match cause:
        case NoticeRequested():
            return cause.method, urgency_of(cause.severity)
        case GroupFlushed():
            return BY_RULES, "high"  # a room is asked for by its name alone
        case _:
            return cause.method, "high"
