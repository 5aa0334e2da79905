"""What Apprise's result of one call means for an attempt.

Apprise tells success and failure only; its own log of the call says more. Services write
`error=<status>` when they were answered, and `Socket Exception` when they were not:

| result | outcome |
|---|---|
| success | accepted |
| failure, `error=<status>` in the log | as in http/asking.py; 429 without a time: a minute |
| failure, no connection came about ("Max retries exceeded", and the like) | transient |
| any other failure: a timeout, a broken connection, a defect of its plugin | unknown |
| it takes longer than its time | unknown: it may still deliver |
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.asking import by_status
from services.notifier.adapters.http.carrier import Answer

_STATUS = re.compile(r"\berror=([1-5]\d\d)\b")
_NOT_CONNECTED = re.compile(
    # urllib3 says the first only where a connection did not come about: reads are not repeated.
    r"Socket Exception:.*(?:Max retries exceeded|Failed to establish a new connection|"
    r"Connection refused|Name or service not known|No route to host|Network is unreachable)",
    re.DOTALL,
)


def delivery_of(log: Iterable[str], *, now_ms: int, succeeded: bool) -> Delivery:
    """`log` holds hosts and texts; of it only a status is told."""
    if succeeded:
        return Delivery("accepted", "apprise: success")
    for line in log:
        if (status := _STATUS.search(line)) is not None:
            return _judged(int(status[1]), now_ms)
        if _NOT_CONNECTED.search(line):
            return Delivery("transient", "apprise: not connected")
    return Delivery("unknown", "apprise: failed without an answer")


def _judged(status: int, now_ms: int) -> Delivery:
    detail = f"apprise: {status}"
    if 200 <= status < 300:
        return Delivery("unknown", f"{detail} that it took for a failure")
    judged = by_status(Answer(status=status, headers={}, body=b"", now_ms=now_ms))
    return replace(judged, detail=detail)
