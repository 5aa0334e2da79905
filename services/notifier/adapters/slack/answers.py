"""What Slack's answers mean for an attempt.

chat.postMessage: only 200 with `"ok": true` is acceptance. 200 with `"ok": false` names an error:

| error | outcome |
|---|---|
| ratelimited, rate_limited, message_limit_exceeded | throttled, as long as Retry-After says |
| service_unavailable, internal_error, fatal_error, request_timeout, team_added_to_org | transient |
| invalid_auth, token_revoked, account_inactive, missing_scope, … (`_CONFIG`) | config |
| channel_not_found, is_archived, user_not_found, not_in_channel, … (`_RECIPIENT`) | bad_recipient |
| msg_too_long, msg_blocks_too_long | too_big |
| any other | refused |

Incoming webhooks: only 200 with the text `ok` is acceptance. Their errors are texts, with one of
400, 403, 404, 410; a webhook belongs to one channel, so no_service, channel_is_archived and the
like are config.

200 with anything else, or with a body that broke off: unknown. Any other status, where it names no
such error: see http/asking.py.
"""

import json
import re
from typing import Any

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.asking import by_status, throttled
from services.notifier.adapters.http.carrier import Answer
from shared.contracts.words import AttemptOutcome

_THROTTLED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_TRANSIENT = frozenset(
    {
        "service_unavailable", "internal_error", "fatal_error", "request_timeout",
        "team_added_to_org",  # being moved to another plan; said to pass
        "rollup_error",  # of webhooks
    }
)  # fmt: skip
_CONFIG = frozenset(
    {
        "access_denied", "accesslimited", "account_inactive", "app_missing_action_url",
        "ekm_access_denied", "enterprise_is_restricted", "invalid_auth", "missing_scope",
        "no_permission", "not_allowed_token_type", "not_authed", "org_login_required",
        "team_access_not_granted", "team_not_found", "token_expired", "token_revoked",
        "two_factor_setup_required",
    }
)  # fmt: skip
_RECIPIENT = frozenset(
    {
        "cannot_dm_bot", "channel_not_found", "is_archived", "is_inactive",
        "messages_tab_disabled", "not_in_channel", "restricted_action",
        "restricted_action_non_threadable_channel", "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel", "user_disabled", "user_not_found",
        "user_not_in_channel", "user_not_visible", "users_not_found",
    }
)  # fmt: skip
_TOO_BIG = frozenset({"msg_too_long", "msg_blocks_too_long"})
_NO_THREAD = frozenset(
    {
        "cannot_reply_to_message", "invalid_thread_ts", "message_not_found",
        "restricted_action_non_threadable_channel", "restricted_action_thread_locked",
        "thread_not_found",
    }
)  # fmt: skip
_WEBHOOK_CONFIG = frozenset(
    {
        "action_prohibited", "channel_is_archived", "channel_not_found", "invalid_token",
        "no_active_hooks", "no_service", "no_service_id", "no_team",
        "posting_to_general_channel_denied", "team_disabled", "user_not_found",
    }
)  # fmt: skip
_OUTCOMES: dict[str, AttemptOutcome] = {
    **dict.fromkeys(_TRANSIENT, "transient"),
    **dict.fromkeys(_CONFIG, "config"),
    **dict.fromkeys(_RECIPIENT, "bad_recipient"),
    **dict.fromkeys(_TOO_BIG, "too_big"),
}
_OF_WEBHOOKS: dict[str, AttemptOutcome] = _OUTCOMES | dict.fromkeys(_WEBHOOK_CONFIG, "config")
_CODE = re.compile(r"[a-z][a-z0-9_]{1,60}")  # so nothing else of an answer is ever repeated
_PLACE = re.compile(r"[A-Z0-9]{2,40}:[0-9]{1,20}\.[0-9]{1,10}")


def delivery_of_api(answer: Answer) -> Delivery:
    said = _object(answer)
    if answer.status == 200 and said.get("ok") is True:
        return Delivery("accepted", "POST: 200 ok", provider_id=_provider_id(said))
    if code := error_of(answer):
        return _judged(answer, code, _OUTCOMES)
    return _unnamed(answer)


def delivery_of_webhook(answer: Answer) -> Delivery:
    text = (answer.body or b"").decode(errors="replace").strip()
    if answer.status == 200 and text == "ok":
        return Delivery("accepted", "POST: 200 ok")
    named = text in _OF_WEBHOOKS or text in _THROTTLED or (answer.status == 400 and _code(text))
    if code := error_of(answer) or (text if named else ""):
        return _judged(answer, code, _OF_WEBHOOKS)
    return _unnamed(answer)


def error_of(answer: Answer) -> str:
    """The code of `{"ok": false, "error": …}`; empty where there is none."""
    said = _object(answer)
    return _code(said.get("error")) if said.get("ok") is False else ""


def thread_is_gone(answer: Answer) -> bool:
    """The message was not taken, for it cannot stand in its thread."""
    return error_of(answer) in _NO_THREAD


def _judged(answer: Answer, code: str, outcomes: dict[str, AttemptOutcome]) -> Delivery:
    detail = f"POST: {answer.status} {code}"
    if answer.status == 429 or code in _THROTTLED:
        return throttled(answer, detail)
    if answer.status >= 500:
        return by_status(answer)
    return Delivery(outcomes.get(code, "refused"), detail)


def _unnamed(answer: Answer) -> Delivery:
    if 200 <= answer.status < 300:
        return Delivery("unknown", f"POST: {answer.status} without a word of acceptance")
    return by_status(answer)


def _code(said: object) -> str:
    return said if isinstance(said, str) and _CODE.fullmatch(said) else ""


def _provider_id(said: dict[str, Any]) -> str:
    name = f"{said.get('channel')}:{said.get('ts')}"
    return name if _PLACE.fullmatch(name) else ""


def _object(answer: Answer) -> dict[str, Any]:
    try:
        said = json.loads(answer.body or b"")
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
