"""Which notice of an outage makes which other one worthless.

Each notice tells the whole picture, so of several that have not left only the newest is of use;
one that came to nothing replaces nothing. But nobody may be left with an outage that never ends:
a recovery is superseded by nothing but the next opening of its channel, for then "it works again"
would be the last word while it does not. Who was told of the one is told of the end of the next.
"""

from services.notifier.core.causes.lines import place_of
from services.notifier.core.model import Notification, Phase
from services.notifier.core.state import NotifierState


def successor(state: NotifierState, row: Notification) -> str | None:
    """What takes this row's place, in words; None: it stands. None for every page."""
    if row.notice is None:
        return None
    if row.purpose == "recovery":
        channel, number = place_of(row.incident_id)
        newest = state.lines[row.line].newest
        return f"the opening of {channel}-{newest}" if newest > number else None
    newest = state.threads[row.thread].newest
    return f"number {newest} of its incident" if newest > row.sequence else None


def overtaken_by(state: NotifierState, row: Notification) -> list[Notification]:
    """The rows that this new one supersedes: older ones that have not left.

    One that is leased may be on its way: its outcome, or the end of its lease, decides.
    """
    ids = sorted(state.threads[row.thread].open)
    if row.purpose == "opening":
        ids += sorted(state.lines[row.line].recoveries)
    rows = (state.notifications[one] for one in ids)
    return [
        older
        for older in rows
        if older.phase is Phase.WAITING and successor(state, older) is not None
    ]


def outlived_by(state: NotifierState, row: Notification) -> list[Notification]:
    """Rows that more was to follow, and that this new one makes worthless for good."""
    kept = [state.notifications[one] for one in sorted(state.threads[row.thread].kept)]
    outlived = [
        older for older in kept if older.purpose != "recovery" and older.sequence < row.sequence
    ]
    line = state.lines.get(row.line)
    if row.purpose == "opening" and line is not None:
        number = place_of(row.incident_id)[1]
        recoveries = (state.notifications[one] for one in sorted(line.kept))
        outlived += [one for one in recoveries if place_of(one.incident_id)[1] < number]
    return outlived


def told_before(state: NotifierState, row: Notification) -> tuple[tuple[str, str], ...]:
    """Contact methods by which this person may have been told of what a new row is about.

    Of its incident, or of one before it whose end is still to be told; with each, the newest
    document of people under which that was.
    """
    found: dict[str, str] = {}
    line, thread = state.lines.get(row.line), state.threads.get(row.thread)
    for one in sorted(line.recoveries) if line else ():
        found.update(state.notifications[one].carried)
    for method, entries in thread.told.items() if thread else ():
        found[method] = _document(state.notifications[entries[-1][1]], method)
    return tuple(sorted(found.items()))


def _document(row: Notification, method: str) -> str:
    own = row.told_under if method == row.method and row.may_have_arrived else ""
    return own or dict(row.carried).get(method, "")
