"""Notices of outages, as they come."""

from collections.abc import Iterator

from services.notifier.core.causes.succession import overtaken_by, successor
from services.notifier.core.facts import Saying
from services.notifier.core.ledger.tries import replaced, try_now
from services.notifier.core.model import NotifierState
from shared.contracts.event import Event
from shared.contracts.outage import NoticeRequested


def requested(state: NotifierState, say: Saying, notice: NoticeRequested) -> Iterator[Event]:
    if notice.notice_id in state.notifications:
        return  # one decision to tell is one notification, however often it is told
    yield say.opened_notice(notice)
    row = state.notifications[notice.notice_id]
    if (newer := successor(state, row)) is not None:
        yield say.ended(row, "superseded", f"newer came first: {newer}")
        return
    for older in overtaken_by(state, row):
        if (newer := successor(state, older)) is not None:
            yield say.ended(older, "superseded", replaced(older, newer))
    yield from try_now(state, say, row)
