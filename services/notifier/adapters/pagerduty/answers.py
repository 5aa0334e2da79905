"""What an answer of PagerDuty's Events API v2 means for an attempt.

| answer | outcome |
|---|---|
| 202 whose body says `success` and a `dedup_key` | accepted: it is taken, and pages nobody yet |
| any other 2xx | unknown; sent again under the same key |
| 400 that names the routing key | config |
| 400 | refused |
| 401, 403, 404, 410 | config |
| 3xx, 408, 425, 5xx | transient |
| 413 | too_big |
| 429 | throttled, a minute if it names no time (the window of 120 events is one minute) |
"""

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.asking import by_status
from services.notifier.adapters.http.carrier import Answer
from services.notifier.adapters.http.judging import said, unproved

_NAMES_KEY = ("routing_key", "routing key")


def delivery_of(answer: Answer) -> Delivery:
    body = said(answer)
    if answer.status == 202:
        key = body.get("dedup_key")
        if body.get("status") == "success" and isinstance(key, str) and key:
            return Delivery("accepted", "POST: 202", provider_id=key)
    if 200 <= answer.status < 300:
        return unproved(answer)
    if answer.status == 400:
        told = f"{body.get('message')} {body.get('errors')}".lower()
        if any(name in told for name in _NAMES_KEY):
            return Delivery("config", "POST: 400 the routing key")
    return by_status(answer)
