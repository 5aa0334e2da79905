"""Pages: asked for, recalled, acknowledged. A page belongs to a cycle of its escalation."""

from collections.abc import Iterator

from services.notifier.core.chains.opening import first_row
from services.notifier.core.facts import RecallReason, Saying
from services.notifier.core.ledger.tries import try_now
from services.notifier.core.model import HORIZON_MS, Phase, cycle_key
from services.notifier.core.rooms import alerts
from services.notifier.core.state import NotifierState
from shared.contracts.escalation import PageAcknowledged, PageRecalled, PageRequested
from shared.contracts.event import Event
from shared.contracts.people import PeopleDocument


def requested(state: NotifierState, say: Saying, page: PageRequested) -> Iterator[Event]:
    if page.page_id in state.notifications:
        return  # one decision to page is one notification, however often it is told
    yield first_row(state, say, page)
    row = state.notifications[page.page_id]
    recall = state.recalls.get(row.key)
    if recall is not None:
        yield say.ended(row, "superseded", f"{recall.reason} before the page came")
    else:
        yield from alerts.paged(state, say, page)
        yield from try_now(state, say, row)


def recalled(state: NotifierState, say: Saying, event: PageRecalled) -> Iterator[Event]:
    yield from _recall(state, say, event, event.reason)


def acknowledged(state: NotifierState, say: Saying, event: PageAcknowledged) -> Iterator[Event]:
    # Only for a cycle that was paged: an acknowledgement that names another one is for the
    # escalation service to judge, and must not silence a page still to come.
    if cycle_key(event.escalation_id, event.cycle, event.person) in state.by_cycle:
        yield from _recall(state, say, event, "acknowledged")


def _recall(
    state: NotifierState,
    say: Saying,
    event: PageRecalled | PageAcknowledged,
    reason: RecallReason,
) -> Iterator[Event]:
    key = cycle_key(event.escalation_id, event.cycle, event.person)
    if key not in state.recalls:
        document = state.people or PeopleDocument(people=())
        # Twice the life of a page: one that was told before its recall has expired by then.
        horizon_ms = max(HORIZON_MS, 2 * document.page_expires_s * 1000)
        yield say.recalled(event, reason, say.now + horizon_ms)
    for notification_id in sorted(state.by_cycle.get(key, ())):
        row = state.notifications[notification_id]
        if row.phase is not Phase.ENDED:
            yield say.ended(row, "superseded", reason)
    yield from alerts.ended(state, say, alerts.alert_of_cycle(event.escalation_id, event.cycle))
