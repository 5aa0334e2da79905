"""What a Workflows webhook's answers mean for an attempt.

| answer | outcome |
|---|---|
| 202 or 200 with an empty body | accepted: the flow was started; nobody confirms the post |
| 2xx with `1`, `ok`, or a JSON object without `error`: a flow may answer as it likes | accepted |
| 2xx with "returned HTTP error 429" in its body | throttled |
| 2xx with "returned HTTP error <status>" | as that status would be |
| 2xx with "message size … exceeds", "Request Entity Too Large" | too_big |
| 2xx with a JSON object with `error` | as its code says: see the next lines; else transient |
| 2xx with any other body, or one that broke off | unknown |
| 400 with WorkflowTriggerIsNotEnabled, or another code of `_CONFIG` | config |
| any other status | see http/asking.py |
"""

import json
import re
from dataclasses import replace
from typing import Any

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.asking import by_status
from services.notifier.adapters.http.carrier import Answer

_RETURNED = re.compile(r"returned HTTP error (\d{3})\b", re.IGNORECASE)
_TOO_BIG = re.compile(r"Request Entity Too Large|message size.{0,40}exceed", re.IGNORECASE)
_WELL = frozenset({"", "1", "ok", "accepted", "true"})
_CONFIG = frozenset(
    {
        "AuthorizationFailed", "DirectApiAuthorizationRequired", "Forbidden",
        "InvalidSharedAccessSignature", "Unauthorized", "WorkflowNotFound",
        "WorkflowTriggerIsNotEnabled", "WorkflowDisabled", "WorkflowTriggerNotFound",
    }
)  # fmt: skip
_THROTTLED = frozenset({"TooManyRequests", "WorkflowRunThrottled"})
_CODE = re.compile(r"[A-Za-z]{2,60}")  # so nothing else of an answer is ever repeated


def delivery_of(answer: Answer) -> Delivery:
    if 200 <= answer.status < 300:
        return _started(answer)
    code = _error_code(_said(answer))
    if code in _CONFIG:
        return Delivery("config", f"POST: {answer.status} {code}")
    return by_status(answer)


def _started(answer: Answer) -> Delivery:
    if answer.body is None:
        return Delivery("unknown", f"POST: {answer.status}, and a body that broke off")
    said = _said(answer)
    text = answer.body.decode(errors="replace").strip()
    if text.strip('"').lower() in _WELL or (isinstance(said, dict) and "error" not in said):
        return Delivery("accepted", f"POST: {answer.status}")
    if (returned := _RETURNED.search(text)) is not None:
        return _within(answer, int(returned[1]))
    if _TOO_BIG.search(text):
        return Delivery("too_big", f"POST: {answer.status} with an error: too large")
    if isinstance(said, dict):
        return _named(answer, _error_code(said))
    return Delivery("unknown", f"POST: {answer.status} without a word of acceptance")


def _within(answer: Answer, status: int) -> Delivery:
    """An error that Teams gave to the flow's own gateway, told with a status of success."""
    judged = by_status(replace(answer, status=status))
    if 200 <= status < 300:
        return Delivery("unknown", f"POST: {answer.status} with an error: {status}")
    return replace(judged, detail=f"POST: {answer.status} with an error: {status}")


def _named(answer: Answer, code: str) -> Delivery:
    detail = f"POST: {answer.status} with an error: {code or 'unnamed'}"
    if code in _CONFIG:
        return Delivery("config", detail)
    if code in _THROTTLED:
        return replace(by_status(replace(answer, status=429)), detail=detail)
    return Delivery("transient", detail)


def _said(answer: Answer) -> Any:
    try:
        return json.loads(answer.body or b"")
    except (ValueError, RecursionError):
        return None


def _error_code(said: Any) -> str:
    error = said.get("error") if isinstance(said, dict) else None
    code = error.get("code") if isinstance(error, dict) else error
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""
