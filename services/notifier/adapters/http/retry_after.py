"""How long a server asks us to wait."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

THROTTLED_MS = 60_000  # where a 429 names no time (Svix waits as long)
LONGEST_MS = 3_600_000  # a longer wait would let a server silence us (Grafana OnCall's bound)


def retry_after_ms(headers: Mapping[str, str], now_ms: int) -> int | None:
    """Retry-After: seconds, a date (RFC 9110, 10.2.3) or an ISO date (Zoom); None: none of them.

    `now_ms`: of our clock, for a date that has no Date beside it.
    """
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
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            date: datetime = read(text)
            return int((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() * 1000)
        except (ValueError, OverflowError):
            continue
    return None
