"""What an answer over HTTP means for an attempt.

| answer | outcome |
|---|---|
| 2xx | accepted |
| 410 | refused: gone |
| 413 | too_big |
| 429, and any other with Retry-After | throttled, as long as it says, an hour at most |
| 3xx | transient: redirects are not followed |
| any other | transient |

Standard Webhooks ends an endpoint by 410 alone. A receiver that is being moved or set up anew may
answer 404 or 401 for a while, and must hear of an outage's end nevertheless.
"""

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.carrier import Answer
from services.notifier.adapters.http.retry_after import THROTTLED_MS, retry_after_ms


def delivery_of(answer: Answer) -> Delivery:
    status = answer.status
    detail = f"POST: {status}"
    if 200 <= status < 300:
        return Delivery("accepted", detail)
    if status == 410:
        return Delivery("refused", f"{detail} gone")
    if status == 413:
        return Delivery("too_big", f"{detail} too large")
    if 300 <= status < 400:
        detail += " a redirect, which is not followed"
    wait_ms = retry_after_ms(answer.headers, answer.now_ms)
    if status == 429:
        return Delivery("throttled", detail, THROTTLED_MS if wait_ms is None else wait_ms)
    if wait_ms is not None:
        return Delivery("throttled", detail, wait_ms)
    return Delivery("transient", detail)
