"""What each answer of Slack means for an attempt."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.carrier import Answer
from services.notifier.adapters.http.retry_after import LONGEST_MS
from services.notifier.adapters.slack.answers import delivery_of_api, delivery_of_webhook

OK = {"ok": True, "channel": "C0ESCALATE", "ts": "1792055646.000200"}


def answer(status: int, body: bytes | None, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status=status, headers=headers or {}, body=body, now_ms=0)


def api(status: int, body: object, **headers: str) -> Delivery:
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return delivery_of_api(answer(status, raw, told))


def test_only_ok_true_is_acceptance_and_names_the_message() -> None:
    found = api(200, OK)
    assert (found.outcome, found.provider_id) == ("accepted", "C0ESCALATE:1792055646.000200")


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("ratelimited", "throttled"),
        ("rate_limited", "throttled"),
        ("message_limit_exceeded", "throttled"),
        ("service_unavailable", "transient"),
        ("internal_error", "transient"),
        ("fatal_error", "transient"),
        ("request_timeout", "transient"),
        ("invalid_auth", "config"),
        ("token_revoked", "config"),
        ("token_expired", "config"),
        ("account_inactive", "config"),
        ("missing_scope", "config"),
        ("not_authed", "config"),
        ("channel_not_found", "bad_recipient"),
        ("is_archived", "bad_recipient"),
        ("user_not_found", "bad_recipient"),
        ("not_in_channel", "bad_recipient"),
        ("msg_too_long", "too_big"),
        ("msg_blocks_too_long", "too_big"),
        ("invalid_blocks", "refused"),
        ("no_text", "refused"),
        ("something_new", "refused"),
    ],
)
def test_an_error_with_200_is_no_acceptance(code: str, outcome: str) -> None:
    found = api(200, {"ok": False, "error": code})
    assert (found.outcome, found.detail) == (outcome, f"POST: 200 {code}")


@pytest.mark.parametrize("status", [200, 429])
def test_a_throttle_lasts_as_long_as_slack_says(status: int) -> None:
    found = api(status, {"ok": False, "error": "ratelimited"}, retry_after="30")
    assert (found.outcome, found.retry_after_ms) == ("throttled", 30_000)
    assert api(429, b"").retry_after_ms == 60_000


@pytest.mark.parametrize(
    "body",
    [
        b"", None, b"ok", b"<html>welcome</html>", b"[]", b"null", b'{"ok": "true"}',
        b'{"ok": 1}', b'{"ok": false}', b'{"ok": false, "error": 7}', b"\xff\xfe", b"[" * 9_000,
        b'{"ok": false, "error": "a text with xoxb-s3cret"}',
    ],
)  # fmt: skip
def test_200_with_anything_else_is_unknown(body: bytes | None) -> None:
    found = api(200, body)
    assert found.outcome == "unknown"
    assert "s3cret" not in found.detail


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (307, "transient"), (400, "refused"), (401, "config"), (403, "config"), (404, "config"),
        (408, "transient"), (410, "config"), (413, "too_big"), (500, "transient"),
        (503, "transient"), (202, "unknown"),
    ],
)  # fmt: skip
def test_another_status_speaks_for_itself(status: int, outcome: str) -> None:
    assert api(status, b"").outcome == outcome


def test_a_name_of_a_message_that_cannot_be_is_not_kept() -> None:
    for place in ({"channel": "x" * 999, "ts": "1.2"}, {"channel": "C1", "ts": "s3cret"}, {}):
        found = api(200, {"ok": True, **place})
        assert (found.outcome, found.provider_id) == ("accepted", "")


@pytest.mark.parametrize(
    ("status", "text", "outcome"),
    [
        (200, b"ok", "accepted"),
        (200, b"", "unknown"),
        (200, b"hello", "unknown"),
        (200, None, "unknown"),
        (200, b"no_service", "config"),
        (200, b"rate_limited", "throttled"),
        (400, b"invalid_payload", "refused"),
        (400, b"no_text", "refused"),
        (400, b"too_many_attachments", "refused"),
        (403, b"invalid_token", "config"),
        (403, b"action_prohibited", "config"),
        (404, b"no_service", "config"),
        (404, b"channel_not_found", "config"),
        (410, b"channel_is_archived", "config"),
        (413, b"", "too_big"),
        (429, b"rate_limited", "throttled"),
        (500, b"rollup_error", "transient"),
        (503, b"", "transient"),
    ],
)
def test_a_webhook_accepts_by_the_word_ok_alone(
    status: int, text: bytes | None, outcome: str
) -> None:
    assert delivery_of_webhook(answer(status, text)).outcome == outcome


@given(st.integers(100, 599), st.one_of(st.none(), st.binary(max_size=60)), st.text(max_size=12))
def test_no_other_answer_is_taken_for_acceptance(
    status: int, body: bytes | None, wait: str
) -> None:
    for judge in (delivery_of_api, delivery_of_webhook):
        found = judge(answer(status, body, {"retry-after": wait}))
        assert 0 <= (found.retry_after_ms or 0) <= LONGEST_MS
        assert found.outcome != "accepted" or (status == 200 and b"ok" in (body or b""))
        assert len(found.detail) < 120
