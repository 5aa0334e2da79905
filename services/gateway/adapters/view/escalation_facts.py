"""How the escalation service's facts change what is shown."""

from services.gateway.adapters.view.board import Board
from services.gateway.adapters.view.model import Escalation, Page
from shared.contracts import escalation as e

EscalationFact = (
    e.EscalationOpened
    | e.PageRequested
    | e.PageRecalled
    | e.EscalationAcknowledged
    | e.EscalationResolved
    | e.EscalationExhausted
)


def follow(board: Board, fact: EscalationFact) -> None:
    """Facts of an older cycle change nothing."""
    if isinstance(fact, e.EscalationOpened):
        _opened(board, fact)
        return
    known = board.escalations.get(fact.escalation_id)
    if known is None or fact.cycle != known.cycle:
        return
    match fact:
        case e.PageRequested():
            known.pages[fact.page_id] = Page(
                id=fact.page_id,
                person=fact.person,
                method=fact.method,
                cycle=fact.cycle,
                round=fact.round,
                level=fact.level,
                requested_at_ms=fact.at_ms,
            )
        case e.PageRecalled():
            for page in known.pages.values():
                if page.person == fact.person:
                    page.recalled = fact.reason
        case e.EscalationAcknowledged():
            known.state, known.acknowledged_by = "acknowledged", fact.person
            known.changed_at_ms = fact.at_ms
            board.acknowledge(known)
        case e.EscalationResolved():
            known.state, known.changed_at_ms = "resolved", fact.at_ms
            board.resolve(known)
        case e.EscalationExhausted():
            known.state, known.changed_at_ms = "exhausted", fact.at_ms


def _opened(board: Board, fact: e.EscalationOpened) -> None:
    known = board.escalations.get(fact.escalation_id)
    if known is not None and known.cycle >= fact.cycle:
        return
    board.reopen(
        Escalation(
            id=fact.escalation_id,
            pool=fact.pool,
            interaction_id=fact.interaction_id,
            number=board.next_number(),
            metric=fact.metric,
            cycle=fact.cycle,
            policy=fact.policy,
            queue=fact.queue,
            channel=fact.channel,
            language=fact.language,
            opened_at_ms=fact.at_ms,
            due_at_ms=fact.due_at_ms,
            changed_at_ms=fact.at_ms,
        )
    )
