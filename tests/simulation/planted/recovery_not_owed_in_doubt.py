"""Who may have got the opening, and may not, is not told of the end."""

from collections.abc import Iterator

from services.notifier.core.causes import notices
from services.notifier.core.chains.opening import first_row
from services.notifier.core.facts import Saying
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.outage import NoticeRequested
from tests.simulation.planted.spade import Old, Spade

WHAT = "the recovery is not sent to a person whose opening was in doubt"


def plant(spade: Spade) -> None:
    def make(old: Old) -> Old:
        def notice(state: NotifierState, say: Saying, asked: NoticeRequested) -> Iterator[Event]:
            known = asked.notice_id in state.notifications
            doubtful = asked.purpose == "recovery" and any(
                row.in_doubt
                for row in state.notifications.values()
                if row.incident_id == asked.incident_id and row.person == asked.person
            )
            if known or not doubtful:
                yield from old(state, say, asked)
                return
            yield first_row(state, say, asked)
            yield say.ended(
                state.notifications[asked.notice_id], "superseded", "no opening was confirmed"
            )

        return notice

    spade.replace(notices, "requested", make)
