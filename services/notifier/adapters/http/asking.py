"""A request to a place that the operator has set, and what its statuses mean.

| answer | outcome |
|---|---|
| 429, and 5xx with Retry-After | throttled, as long as it says, an hour at most |
| 413 | too_big |
| 401, 403, 404, 410 | config: the URL or the secret in it holds no more |
| 408, 425, 5xx | transient |
| 3xx | transient: redirects are not followed |
| any other | refused |
| none: see http/carrier.py; a URL that cannot be, or a forbidden address | config |
"""

from dataclasses import replace

from services.notifier.adapters.delivery import Delivery, Permission
from services.notifier.adapters.http.carrier import Answer, HttpCarrier, Judge, Request
from services.notifier.adapters.http.retry_after import THROTTLED_MS, retry_after_ms

_CONFIG = frozenset({401, 403, 404, 410})
_LATER = frozenset({408, 425})


async def asked(
    http: HttpCarrier, request: Request, may_send: Permission, judge: Judge
) -> Delivery:
    """Send once. Unlike a person's own webhook, a URL here is the operator's."""
    heard = await http.ask(request, may_send)
    return judge(heard) if isinstance(heard, Answer) else of_operator(heard)


def of_operator(delivery: Delivery) -> Delivery:
    """Without an answer, `refused` says that the URL cannot be: its operator has to hear it."""
    return replace(delivery, outcome="config") if delivery.outcome == "refused" else delivery


def by_status(answer: Answer) -> Delivery:
    """What an answer means that is no 2xx; its body says nothing more."""
    status, detail = answer.status, f"POST: {answer.status}"
    if status == 429:
        return throttled(answer, detail)
    if status == 413:
        return Delivery("too_big", detail)
    if status in _CONFIG:
        return Delivery("config", detail)
    if 300 <= status < 400:
        return Delivery("transient", f"{detail} a redirect, which is not followed")
    if status >= 500 and (wait_ms := retry_after_ms(answer.headers, answer.now_ms)) is not None:
        return Delivery("throttled", detail, wait_ms)
    if status in _LATER or status >= 500:
        return Delivery("transient", detail)
    return Delivery("refused", detail)


def throttled(answer: Answer, detail: str) -> Delivery:
    wait_ms = retry_after_ms(answer.headers, answer.now_ms)
    return Delivery("throttled", detail, THROTTLED_MS if wait_ms is None else wait_ms)
