"""The outcome of a try, told to the ledger."""

import asyncio
from contextlib import suppress

import structlog

from services.notifier.adapters.delivery import Delivery
from shared.clock import Clock
from shared.contracts.notification import AttemptEnded, AttemptLeased
from shared.contracts.topics import PEOPLE_LOG
from shared.log import Appender, AppendError

_WAITS_S = (0.1, 0.5, 2.0)  # before an outcome that was not confirmed is told again
_log = structlog.get_logger(__name__)


async def tell(appender: Appender, clock: Clock, lease: AttemptLeased, delivery: Delivery) -> None:
    """Append the outcome. Given up after a few tries: then the ledger calls it in doubt."""
    ended = _outcome(clock, lease, delivery)
    _log.info(
        "attempt_ended",
        attempt_id=lease.attempt_id,
        outcome=delivery.outcome,
        detail=delivery.detail,
    )
    for wait_s in (*_WAITS_S, None):
        with suppress(AppendError):
            await appender.append(PEOPLE_LOG, lease.person, ended)
            return
        if wait_s is not None:
            await asyncio.sleep(wait_s)
    _log.error("outcome_not_told", attempt_id=lease.attempt_id, outcome=delivery.outcome)


def _outcome(clock: Clock, lease: AttemptLeased, delivery: Delivery) -> AttemptEnded:
    return AttemptEnded(
        event_id=f"{lease.attempt_id}/ended",
        pool=lease.pool,
        at_ms=clock.now_ms(),
        by="notifier",
        cause=lease.event_id,
        attempt_id=lease.attempt_id,
        notification_id=lease.notification_id,
        person=lease.person,
        outcome=delivery.outcome,
        detail=delivery.detail,
        retry_after_ms=delivery.retry_after_ms,
        provider_id=delivery.provider_id,
    )
