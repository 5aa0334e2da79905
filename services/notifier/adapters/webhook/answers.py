"""What an answer over HTTP means for an attempt.

| answer | outcome |
|---|---|
| 2xx | accepted |
| 410 | refused: gone |
| 413 | refused: the message will not get smaller |
| 429, and any other with Retry-After | throttled, as long as it says, an hour at most |
| 3xx | transient: redirects are not followed |
| any other | transient |

Standard Webhooks ends an endpoint by 410 alone. A receiver that is being moved or set up anew may
answer 404 or 401 for a while, and must hear of an outage's end nevertheless.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from services.notifier.adapters.delivery import Delivery

THROTTLED_MS = 60_000  # where the answer names no time (Svix waits as long)
LONGEST_MS = 3_600_000  # a longer wait would let a server silence us (Grafana OnCall's bound)
_NEVER = {410: "gone", 413: "too large"}


def delivery_of(status: int, headers: Mapping[str, str], now_ms: int) -> Delivery:
    """`now_ms`: of our clock, for a Retry-After that is a date and has no Date beside it."""
    detail = f"POST: {status}"
    if 200 <= status < 300:
        return Delivery("accepted", detail)
    if status in _NEVER:
        return Delivery("refused", f"{detail} {_NEVER[status]}")
    if 300 <= status < 400:
        detail += " a redirect, which is not followed"
    wait_ms = _retry_after_ms(headers, now_ms)
    if status == 429:
        return Delivery("throttled", detail, THROTTLED_MS if wait_ms is None else wait_ms)
    if wait_ms is not None:
        return Delivery("throttled", detail, wait_ms)
    return Delivery("transient", detail)


def _retry_after_ms(headers: Mapping[str, str], now_ms: int) -> int | None:
    """Seconds or a date (RFC 9110, 10.2.3); None: not given, or neither."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        # The length first: Python refuses to read numbers of thousands of digits.
        return LONGEST_MS if len(said) > 9 else min(int(said) * 1000, LONGEST_MS)
    if (until_ms := _date_ms(said)) is None:
        return None
    since_ms = _date_ms(headers.get("date", ""))  # the server's own clock, if it tells
    wait_ms = until_ms - (now_ms if since_ms is None else since_ms)
    return min(max(wait_ms, 0), LONGEST_MS)


def _date_ms(text: str) -> int | None:
    try:
        date: datetime = parsedate_to_datetime(text)
        return int((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
