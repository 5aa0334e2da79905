"""How long a row waits between tries."""

from services.notifier.core.model import Notification, NotifierState
from shared.contracts.configuration import RetrySchedule
from shared.contracts.notification import AttemptEnded

NO_SCHEDULE_WAIT_S = 60  # between tries where the configured schedule is empty


def schedule(state: NotifierState) -> RetrySchedule:
    document = state.people
    return RetrySchedule() if document is None else document.retries


def wait_ms(state: NotifierState, row: Notification, ended: AttemptEnded) -> int:
    waits = schedule(state).waits_s or (NO_SCHEDULE_WAIT_S,)
    planned = waits[min(row.attempts, len(waits)) - 1] * 1000
    return max(planned, ended.retry_after_ms or 0)  # never sooner than the provider allows
