"""All that derives from rows and recalls: entered when they come or are restored, and left."""

from services.notifier.core.causes.lines import Line, place_of
from services.notifier.core.causes.threads import Thread
from services.notifier.core.ledger.targets import Target
from services.notifier.core.model import (
    Bucket,
    ForgetKey,
    Notification,
    NotifierState,
    Phase,
    Recall,
)


def enter(state: NotifierState, row: Notification) -> None:
    """A row, new or restored."""
    if row.incident_id:
        _enter_notice(state, row)
    else:
        state.by_cycle.setdefault(row.key, set()).add(row.id)
    if row.phase is Phase.ENDED:
        bucket(state, (row.forget_at_ms, row.person)).notifications.append(row.id)
    else:
        state.due.put(row.id, row.due_ms)
        state.targets.setdefault(row.target, Target()).open.add(row.id)
    if row.not_before_ms:
        state.targets.setdefault(row.target, Target()).throttle(row.not_before_ms, row.id)


def enter_recall(state: NotifierState, recall: Recall) -> None:
    bucket(state, (recall.forget_at_ms, recall.person)).recalls.append(recall.key)


def end(state: NotifierState, row: Notification, now: int) -> None:
    """A row that has just ended."""
    state.due.drop(row.id)
    bucket(state, (row.forget_at_ms, row.person)).notifications.append(row.id)
    target = state.targets[row.target]
    target.open.discard(row.id)
    if target.not_before_ms <= now:
        target.release()
    _drop_idle_target(state, row, target)
    if row.incident_id:
        state.threads[row.thread].end(row.sequence, row.id, stands=row.stands)
        line = state.lines.get(row.line)
        if line is not None:
            line.recoveries.discard(row.id)
            _drop_empty_line(state, row, line)


def forget(state: NotifierState, row: Notification) -> None:
    """A row that the ledger keeps no longer."""
    target = state.targets.get(row.target)
    if target is not None and target.asked_of == row.id:
        target.release()
        _drop_idle_target(state, row, target)
    if row.incident_id:
        _forget_notice(state, row)
        return
    pages = state.by_cycle[row.key]
    pages.discard(row.id)
    if not pages:
        del state.by_cycle[row.key]


def bucket(state: NotifierState, key: ForgetKey) -> Bucket:
    """What is to be forgotten at a time, to be added to."""
    state.forget.put(key, key[0])
    return state.buckets.setdefault(key, Bucket())


def _enter_notice(state: NotifierState, row: Notification) -> None:
    is_open = row.phase is not Phase.ENDED
    thread = state.threads.setdefault(row.thread, Thread())
    thread.enter(row.sequence, row.id, is_open=is_open, stands=row.stands)
    if row.purpose == "opening":
        line = state.lines.setdefault(row.line, Line())
        line.enter_opening(place_of(row.incident_id)[1], row.id)
    elif row.purpose == "recovery" and is_open:
        state.lines.setdefault(row.line, Line()).recoveries.add(row.id)


def _forget_notice(state: NotifierState, row: Notification) -> None:
    thread = state.threads[row.thread]
    thread.forget(row.sequence, row.id)
    if not thread.heard:
        del state.threads[row.thread]
    if row.purpose == "opening":
        line = state.lines[row.line]
        line.forget_opening(place_of(row.incident_id)[1], row.id)
        _drop_empty_line(state, row, line)


def _drop_idle_target(state: NotifierState, row: Notification, target: Target) -> None:
    if target.is_idle:
        del state.targets[row.target]


def _drop_empty_line(state: NotifierState, row: Notification, line: Line) -> None:
    if not line.openings and not line.recoveries:
        del state.lines[row.line]
