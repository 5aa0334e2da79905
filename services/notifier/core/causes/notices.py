"""Notices of outages, as they come."""

from collections.abc import Iterator
from itertools import count, takewhile

from services.notifier.core.causes.succession import overtaken_by, successor
from services.notifier.core.chains import facts_chains
from services.notifier.core.chains.opening import first_row
from services.notifier.core.chains.owed import owed_methods
from services.notifier.core.chains.progress import row_id
from services.notifier.core.facts import Saying
from services.notifier.core.ledger.tries import replaced, try_now
from services.notifier.core.model import Notification, Phase
from services.notifier.core.rooms import alerts
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.outage import NoticeRequested


def requested(state: NotifierState, say: Saying, notice: NoticeRequested) -> Iterator[Event]:
    if notice.notice_id in state.notifications:
        return  # one decision to tell is one notification, however often it is told
    yield from _opened(state, say, notice)
    rows = [row for row in _rows_of(state, notice) if row.phase is not Phase.ENDED]
    for row in rows:
        if (newer := successor(state, row)) is not None:
            yield say.ended(row, "superseded", f"newer came first: {newer}")
            continue
        for older in overtaken_by(state, row):
            if (newer := successor(state, older)) is not None:
                yield say.ended(older, "superseded", replaced(older, newer))
    if notice.purpose == "recovery" or any(row.phase is not Phase.ENDED for row in rows):
        yield from alerts.noticed(state, say, notice)
    for row in rows:
        if row.phase is not Phase.ENDED:
            yield from try_now(state, say, row)


def _opened(state: NotifierState, say: Saying, notice: NoticeRequested) -> Iterator[Event]:
    """A chain that begins; or, of a recovery, a row for each method by which it is owed."""
    owed = owed_methods(state, notice)
    for number, method in enumerate(owed, start=1):
        if row_id(notice.notice_id, number) in state.notifications:
            continue  # heard long ago, when what is not kept any more was opened, too
        yield facts_chains.opened(say, notice, method, hop=number, because="owed")
    if not owed:
        yield first_row(state, say, notice)


def _rows_of(state: NotifierState, notice: NoticeRequested) -> list[Notification]:
    names = (row_id(notice.notice_id, number) for number in count(1))
    found = takewhile(lambda row: row is not None, map(state.notifications.get, names))
    return [row for row in found if row is not None]
