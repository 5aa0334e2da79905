"""By which contact methods the end of an outage is owed: those that may have told of it."""

from services.notifier.core.causes.lines import place_of
from services.notifier.core.model import NotifierState
from shared.contracts.outage import NoticeRequested
from shared.contracts.words import BY_RULES


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
