"""What each answer of a Workflows webhook means for an attempt."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.carrier import Answer
from services.notifier.adapters.http.retry_after import LONGEST_MS
from services.notifier.adapters.teams.answers import delivery_of

THROTTLED = (
    b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 "
    b"with ContextId tcid=0,server=s3cret"
)


def judged(
    status: int, body: bytes | None = b"", headers: Mapping[str, str] | None = None
) -> Delivery:
    return delivery_of(Answer(status=status, headers=headers or {}, body=body, now_ms=0))


@pytest.mark.parametrize("status", [200, 202])
@pytest.mark.parametrize("body", [b"", b" \n", b"1", b'"ok"', b"OK", b"{}", b'{"run": "8"}'])
def test_a_flow_that_was_started_is_acceptance(status: int, body: bytes) -> None:
    assert judged(status, body) == Delivery("accepted", f"POST: {status}")


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (429, "throttled"), (413, "too_big"), (400, "refused"), (403, "config"), (404, "config"),
        (410, "config"), (500, "transient"), (503, "transient"), (200, "unknown"),
    ],
)  # fmt: skip
def test_an_error_text_with_200_is_the_error_that_it_names(code: int, outcome: str) -> None:
    found = judged(200, THROTTLED.replace(b"429", str(code).encode()))
    assert (found.outcome, found.detail) == (outcome, f"POST: 200 with an error: {code}")


def test_a_throttle_in_a_text_lasts_a_minute_or_as_long_as_the_head_says() -> None:
    assert judged(200, THROTTLED).retry_after_ms == 60_000
    assert judged(202, THROTTLED, {"retry-after": "9"}).retry_after_ms == 9_000


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"Request Entity Too Large", "too_big"),
        (b"The message size of 30000 bytes exceeds the limit", "too_big"),
        (b'{"error": {"code": "WorkflowTriggerIsNotEnabled", "message": "s3cret"}}', "config"),
        (b'{"error": {"code": "TooManyRequests"}}', "throttled"),
        (b'{"error": {"code": "Strange"}}', "transient"),
        (b'{"error": "s3cret: a text"}', "transient"),
        (b'{"error": null}', "transient"),
        (b"<html>s3cret</html>", "unknown"),
        (b"Something went wrong.", "unknown"),
        (b"[1]", "unknown"),
        (None, "unknown"),
    ],
)
def test_200_with_any_other_body_is_no_acceptance(body: bytes | None, outcome: str) -> None:
    for status in (200, 202):
        found = judged(status, body)
        assert found.outcome == outcome
        assert "s3cret" not in found.detail


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (400, b'{"error": {"code": "TriggerInputSchemaMismatch"}}', "refused"),
        (400, b'{"error": {"code": "WorkflowTriggerIsNotEnabled"}}', "config"),
        (401, b'{"error": {"code": "DirectApiAuthorizationRequired"}}', "config"),
        (403, b"", "config"),
        (404, b'{"error": {"code": "WorkflowNotFound"}}', "config"),
        (413, b"", "too_big"),
        (429, b"", "throttled"),
        (302, b"", "transient"),
        (408, b"", "transient"),
        (502, b'{"error": {"code": "NoResponse"}}', "transient"),
    ],
)
def test_another_status_speaks_for_itself(status: int, body: bytes, outcome: str) -> None:
    assert judged(status, body).outcome == outcome


@given(st.integers(100, 599), st.one_of(st.none(), st.binary(max_size=60)), st.text(max_size=12))
def test_no_answer_but_2xx_is_acceptance(status: int, body: bytes | None, wait: str) -> None:
    found = judged(status, body, {"retry-after": wait})
    assert 0 <= (found.retry_after_ms or 0) <= LONGEST_MS
    assert found.outcome != "accepted" or (200 <= status < 300 and body is not None)
    assert len(found.detail) < 120
