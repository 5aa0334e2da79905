"""By which contact methods the end of an outage is owed: those that may have told of it."""

from itertools import count, takewhile

from services.notifier.core.causes.lines import place_of
from services.notifier.core.chains.progress import row_id
from services.notifier.core.ledger.reach import methods_of
from services.notifier.core.model import Notification
from services.notifier.core.state import NotifierState
from shared.contracts.notification import HopCopy
from shared.contracts.outage import NoticeRequested
from shared.contracts.words import BY_RULES


def instead(state: NotifierState, row: Notification) -> tuple[int, HopCopy] | None:
    """Number and hop after rows that were owed, and of which none can get through any more.

    None: one still may, or every contact method of the person was tried.
    """
    first = state.notifications.get(row.chain)
    if first is None or first.because != "owed":
        return None
    names = (row_id(row.chain, number) for number in count(1))
    rows = [it for it in takewhile(bool, map(state.notifications.get, names)) if it is not None]
    if any(it.end != "dead_lettered" for it in rows):
        return None
    tried = {it.target[1] for it in rows}
    method = next((it for it in methods_of(state, row.person) if it not in tried), None)
    return None if method is None else (len(rows) + 1, HopCopy(method=method, succeed_by_ms=0))


def owed_methods(state: NotifierState, notice: NoticeRequested) -> tuple[str, ...]:
    """In alphabetical order. None: it is no recovery, or nothing may have been heard before it."""
    if notice.purpose != "recovery" or notice.method != BY_RULES:
        return ()
    thread = state.threads.get((notice.incident_id, notice.person, notice.method))
    line = state.lines.get((place_of(notice.incident_id)[0], notice.person, notice.method))
    methods = set(thread.told) if thread else set()
    for one in line.recoveries if line else ():  # the end of an outage before, not told yet
        methods.update(dict(state.notifications[one].carried))
    return tuple(sorted(methods))
