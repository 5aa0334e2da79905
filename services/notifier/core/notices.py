"""Which notice of an incident makes which other one worthless.

Each notice tells the whole picture, so of several that have not left only the newest is of use.
But nobody may be left with an outage that never ends: a recovery is superseded by nothing.
"""

from services.notifier.core.model import Notification, NotifierState, Phase


def successor(state: NotifierState, row: Notification) -> int | None:
    """The sequence of the newest notice that takes this open row's place; None: it stands.

    None for every page.
    """
    if row.notice is None or row.notice.purpose == "recovery":
        return None
    newest = state.threads[row.thread].newest
    return newest if newest > row.sequence else None


def overtaken_by(state: NotifierState, row: Notification) -> list[Notification]:
    """The rows that this new one supersedes: older ones of its thread that have not left.

    One that is leased may be on its way: its outcome, or the end of its lease, decides.
    """
    open_rows = (state.notifications[one] for one in sorted(state.threads[row.thread].open))
    return [
        older
        for older in open_rows
        if older.phase is Phase.WAITING and successor(state, older) == row.sequence
    ]
