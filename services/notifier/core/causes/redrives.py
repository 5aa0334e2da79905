"""An operator sends again what came to nothing, if it is still of use: one try, no schedule.

Source: Svix's recovery: what nothing got through for, within 14 days.
"""

from collections.abc import Iterator

from services.notifier.core.chains import facts_chains
from services.notifier.core.chains.progress import taken_by
from services.notifier.core.facts import Saying
from services.notifier.core.ledger.reach import unreachable
from services.notifier.core.ledger.tries import try_now
from services.notifier.core.ledger.worth import worthless
from services.notifier.core.model import Notification, Phase
from services.notifier.core.state import NotifierState
from shared.contracts.event import Event
from shared.contracts.notification import RedriveRequested

OF_USE_MS = 3_600_000  # from the request on, where it would have expired before
_SENT_AGAIN = frozenset({"dead_lettered", "expired", "unknown"})


def requested(state: NotifierState, say: Saying, asked: RedriveRequested) -> Iterator[Event]:
    row = state.notifications.get(asked.notification_id)
    if row is not None and row.redriven_by == asked.event_id:
        return  # heard before
    refused = _why_not(state, row)
    if row is None or refused is not None:
        code, message = refused or _UNKNOWN
        yield say.rejected(code=code, field="notification_id", message=message, pool=asked.person)
        return
    yield facts_chains.reopened(say, row, max(row.expires_at_ms, say.now + OF_USE_MS))
    yield from try_now(state, say, row)


_UNKNOWN = (
    "unknown_notification",
    "the ledger keeps nothing so called; see `switchyard notifications --undelivered`",
)


def _why_not(state: NotifierState, row: Notification | None) -> tuple[str, str] | None:
    """Code and message; None: it can be sent again."""
    if row is None:
        return _UNKNOWN
    if row.phase is not Phase.ENDED:
        return "still_open", "it has not ended: it is still tried by its schedule"
    if (taken := taken_by(state, row)) is not None:
        return "got_through", f"hop {taken.hop} got through: its provider took the message"
    if row.end not in _SENT_AGAIN:
        return "not_redrivable", f"it ended {row.end}; only what came to nothing is sent again"
    if (recall := state.recalls.get(row.key)) is not None and row.escalation_id:
        return "recalled", f"its page was recalled: {recall.reason}"
    if (over := worthless(state, row)) is not None:
        return "superseded", f"it is of no use any more: {over}"
    if row.cause is None:
        return "not_kept", "what it told is not kept: newer news, a success or a recall ended it"
    if (problem := unreachable(state, row)) is not None:
        return "unreachable", problem
    return None
