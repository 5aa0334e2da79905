"""How rows of notices enter and leave the threads of their incidents and the lines of channels."""

from services.notifier.core.causes.lines import Line, place_of
from services.notifier.core.causes.threads import Thread
from services.notifier.core.model import Notification, Phase
from services.notifier.core.state import NotifierState


def enter(state: NotifierState, row: Notification) -> None:
    """A row, new or restored."""
    is_open = row.phase is not Phase.ENDED
    thread = state.threads.setdefault(row.thread, Thread())
    thread.enter(row.sequence, row.id, is_open=is_open, stands=row.stands)
    for method, _ in row.carried:
        thread.tell(method, row.sequence, row.id)
    line = state.lines.setdefault(row.line, Line())
    if row.purpose == "opening":
        line.enter_opening(place_of(row.incident_id)[1], row.id)
    elif row.purpose == "recovery" and is_open:
        line.recoveries.add(row.id)
    note(state, row)


def note(state: NotifierState, row: Notification) -> None:
    """A row has changed: whether it may have arrived, and whether more may follow it."""
    if not row.incident_id:
        return
    thread = state.threads[row.thread]
    if row.purpose != "recovery" and row.may_have_arrived:
        thread.tell(row.method, row.sequence, row.id)
    elif row.method not in dict(row.carried):
        thread.untell(row.method, row.sequence, row.id)
    line = state.lines.setdefault(row.line, Line())
    kept = (thread.kept, line.kept) if row.purpose == "recovery" else (thread.kept,)
    is_kept = row.next_hop_ms > 0 or (row.phase is Phase.ENDED and row.cause is not None)
    for names in kept:
        names.add(row.id) if is_kept else names.discard(row.id)
    _drop_empty_line(state, row)


def end(state: NotifierState, row: Notification) -> None:
    """A row that has just ended."""
    state.threads[row.thread].end(row.sequence, row.id, stands=row.stands)
    if row.line in state.lines:
        state.lines[row.line].recoveries.discard(row.id)
    note(state, row)


def reopen(state: NotifierState, row: Notification) -> None:
    state.threads[row.thread].reopen(row.sequence, row.id)
    if row.purpose == "recovery":
        state.lines.setdefault(row.line, Line()).recoveries.add(row.id)
    note(state, row)


def forget(state: NotifierState, row: Notification) -> None:
    """A row that the ledger keeps no longer."""
    thread = state.threads[row.thread]
    thread.forget(row.sequence, row.id)
    if not thread.heard:
        del state.threads[row.thread]
    line = state.lines.get(row.line)
    if line is not None:
        line.kept.discard(row.id)
        if row.purpose == "opening":
            line.forget_opening(place_of(row.incident_id)[1], row.id)
        _drop_empty_line(state, row)


def _drop_empty_line(state: NotifierState, row: Notification) -> None:
    if state.lines[row.line].is_empty:
        del state.lines[row.line]
