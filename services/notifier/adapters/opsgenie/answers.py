"""What an answer of Opsgenie or Jira Service Management means for an attempt.

| answer | outcome |
|---|---|
| 202 with a `requestId` | accepted: it will be processed |
| any other 2xx | unknown; sent again under the same alias |
| 401, 402, 403, 404, 410 | config |
| 3xx, 408, 425, 5xx | transient |
| 413 | too_big |
| 429 | throttled, by X-RateLimit-Period-In-Sec, Retry-After, or a minute |
| 422, any other 4xx | refused |
"""

from collections.abc import Mapping

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.asking import by_status
from services.notifier.adapters.http.carrier import Answer
from services.notifier.adapters.http.judging import said, unproved
from services.notifier.adapters.http.retry_after import LONGEST_MS


def delivery_of(answer: Answer) -> Delivery:
    if answer.status == 202:
        request_id = said(answer).get("requestId")
        if isinstance(request_id, str) and request_id:
            return Delivery("accepted", "POST: 202", provider_id=request_id)
    if 200 <= answer.status < 300:
        return unproved(answer)
    if answer.status == 402:
        return Delivery("config", "POST: 402 not in the plan")
    wait_ms = _period_ms(answer.headers) if answer.status == 429 else None
    return by_status(answer) if wait_ms is None else Delivery("throttled", "POST: 429", wait_ms)


def _period_ms(headers: Mapping[str, str]) -> int | None:
    """The length of the period whose requests are used up."""
    period = headers.get("x-ratelimit-period-in-sec", "").strip()
    if not (period.isascii() and period.isdigit()):
        return None
    return LONGEST_MS if len(period) > 9 else min(int(period) * 1000, LONGEST_MS)
