"""What the answers of Zoom's incoming webhooks mean for an attempt.

| answer | outcome |
|---|---|
| 200, 201, 204 without an error in its body | accepted |
| 2xx whose JSON names an error (`code`, `errorCode`, `error`, or `status` false) | by its code |
| 2xx with a body that broke off, is a page, or JSON that cannot be read | unknown |
| any other status | see http/asking.py; its Retry-After is an ISO date |

Codes (Zoom's "API error codes"): 124, 4700 and 4711, the token is wrong: config; 429: throttled;
300, the body is: refused. Others are not documented for these webhooks: transient, so that what
matters is tried again.
"""

import json
from dataclasses import replace
from typing import Any

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.asking import by_status
from services.notifier.adapters.http.carrier import Answer

_CONFIG = frozenset({124, 401, 403, 404, 4700, 4711})
_ERRORS = ("errorCode", "error_code", "code", "error")


def delivery_of(answer: Answer) -> Delivery:
    if not 200 <= answer.status < 300:
        return by_status(answer)
    detail = f"POST: {answer.status}"
    if answer.body is None:
        return Delivery("unknown", f"{detail}, and a body that broke off")
    said = _said(answer.body)
    if isinstance(said, dict) and (error := _error(said)) is not None:
        return _failed(answer, error)
    if answer.body.lstrip()[:1] == b"<" or (said is None and answer.body.lstrip()[:1] == b"{"):
        return Delivery("unknown", f"{detail} without a word of acceptance")
    return Delivery("accepted", detail)


def _error(said: dict[str, Any]) -> int | None:
    """Its number, 0 if it has none; None: there is no error."""
    for name in _ERRORS:
        value = said.get(name)
        if isinstance(value, int | str) and str(value)[:9] not in ("", "0", "200", "False"):
            digits = str(value)[:9]
            return int(digits) if digits.isascii() and digits.isdecimal() else 0
        if isinstance(value, dict):
            return 0
    return 0 if said.get("status") in (False, "false", "error") else None


def _failed(answer: Answer, code: int) -> Delivery:
    detail = f"POST: {answer.status} with an error: {code or 'unnamed'}"
    if code == 429:
        return replace(by_status(replace(answer, status=429)), detail=detail)
    if code in _CONFIG:
        return Delivery("config", detail)
    return Delivery("refused" if code == 300 else "transient", detail)


def _said(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
