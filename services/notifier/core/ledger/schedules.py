"""How long a row waits between tries."""

from hashlib import blake2b

from services.notifier.core.model import Notification
from services.notifier.core.state import NotifierState
from shared.contracts.notification import AttemptEnded
from shared.contracts.people import RetrySchedule

NO_SCHEDULE_WAIT_S = 60  # between tries where the configured schedule is empty
_VARIES_PER_MILLE = 200  # either way, so that a crowd of tries does not stay one (Svix)


def schedule(state: NotifierState) -> RetrySchedule:
    document = state.people
    return RetrySchedule() if document is None else document.retries


def wait_ms(state: NotifierState, row: Notification, ended: AttemptEnded) -> int:
    """Until the next try, counted from the end of this one."""
    asked_ms = ended.retry_after_ms
    match ended.outcome:
        case "too_big":
            return 0  # a shorter message can go at once
        case "blocked" | "not_sent" if asked_ms is not None:
            return asked_ms  # nothing was written, so there is no failure to wait off
        case _:
            planned = _planned_ms(schedule(state), row)
            return max(_varied(planned, ended.attempt_id), asked_ms or 0)  # as the provider allows


def _planned_ms(retries: RetrySchedule, row: Notification) -> int:
    by_method = {str(method): waits for method, waits in retries.by_method.items()}
    waits = by_method.get(row.target[1]) or retries.waits_s or (NO_SCHEDULE_WAIT_S,)
    return waits[min(row.attempts, len(waits)) - 1] * 1000


def _varied(planned_ms: int, attempt_id: str) -> int:
    """By up to a fifth; the same for the same attempt, so that a replay waits as long."""
    drawn = int.from_bytes(blake2b(attempt_id.encode(), digest_size=4).digest())
    share = drawn % (2 * _VARIES_PER_MILLE + 1) - _VARIES_PER_MILLE
    return planned_ms + planned_ms * share // 1000
