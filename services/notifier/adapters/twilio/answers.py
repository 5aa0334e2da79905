"""What an answer of Twilio means for an attempt.

| answer | outcome |
|---|---|
| 2xx with the id of a message or call that has not failed | accepted |
| 2xx whose message has failed already | by its code, as below |
| any other 2xx | unknown: there is no key by which a repeat would be known |
| 429, or a code of `THROTTLED` | throttled: never processed |
| 4xx with a code of `BAD_RECIPIENT`: no number, opted out, out of reach | bad_recipient |
| 4xx with a code of `CONFIG`: key, plan, our own number, countries, addresses | config |
| 4xx with a code of `TOO_BIG` | too_big |
| 401, 403, 404, 410 | config |
| 3xx, 408, 425, 5xx | transient |
| 413 | too_big |
| any other 4xx | refused |

The meaning of the codes is in Twilio's dictionary of errors.
"""

from typing import Any

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.asking import by_status, throttled
from services.notifier.adapters.http.carrier import Answer
from services.notifier.adapters.http.judging import code_in, said, unproved
from shared.contracts.words import AttemptOutcome

THROTTLED = frozenset({"20429", "14107", "30001"})
BAD_RECIPIENT = frozenset(
    {
        "21211", "21214", "21217", "21614", "21635",  # no number, or one that takes no messages
        "21610",  # opted out (STOP)
        "21612",  # nothing of ours reaches it
        "13223", "13224", "13225", "21216",  # calls to it are impossible, or blocked
        "30003", "30004", "30005", "30006",  # out of reach, blocked, unknown, a landline
    }
)  # fmt: skip
CONFIG = frozenset(
    {
        "20003", "20005", "20008", "20404", "30002",  # key or account
        "21219", "21608",  # a trial account calls verified numbers only
        "21210", "21212", "21213", "21603", "21606", "21659", "21660",  # the number we send from
        "13227", "21215", "21408",  # countries that we may not reach
        "21205", "21609",  # our own addresses
    }
)  # fmt: skip
TOO_BIG = frozenset({"21617", "13244"})
_OUTCOMES: tuple[tuple[frozenset[str], AttemptOutcome], ...] = (
    (BAD_RECIPIENT, "bad_recipient"),
    (CONFIG, "config"),
    (TOO_BIG, "too_big"),
)
_FAILED = frozenset({"failed", "undelivered", "canceled", "busy", "no-answer"})


def delivery_of(answer: Answer) -> Delivery:
    body = said(answer)
    if 200 <= answer.status < 300:
        return _taken(answer, body)
    return _by_code(answer, code_in(body.get("code"))) or by_status(answer)


def _taken(answer: Answer, body: dict[str, Any]) -> Delivery:
    detail = f"POST: {answer.status}"
    if body.get("status") in _FAILED:
        code = code_in(body.get("error_code"))
        return _by_code(answer, code) or Delivery("refused", f"{detail} failed {code}".rstrip())
    name, segments = code_in(body.get("sid")), code_in(body.get("num_segments"))
    if not name:
        return unproved(answer)
    counted = f" in {segments} segments" if segments.isdigit() else ""
    return Delivery("accepted", detail + counted, provider_id=name)


def _by_code(answer: Answer, code: str) -> Delivery | None:
    detail = f"POST: {answer.status} code {code}"
    if code in THROTTLED:
        return throttled(answer, detail)
    for codes, outcome in _OUTCOMES:
        if code in codes:
            return Delivery(outcome, detail)
    return Delivery("refused", detail) if code and answer.status in (400, 422) else None
