"""What Apprise's own log of a call tells of its failure."""

import pytest

from services.notifier.adapters.apprise.answers import delivery_of
from services.notifier.adapters.apprise.writer import AppriseMessage, provider_of

REFUSED = (
    "Socket Exception: HTTPConnectionPool(host='s3cret', port=1): Max retries exceeded with url: "
    "/conn (Caused by NewConnectionError('Failed to establish a new connection: [Errno 111]'))"
)
TIMED_OUT = "Socket Exception: HTTPConnectionPool(host='s3cret', port=1): Read timed out."
BROKEN = "Socket Exception: ('Connection aborted.', ConnectionResetError(104, 's3cret'))"


@pytest.mark.parametrize(
    ("log", "outcome", "detail"),
    [
        (["Failed to send JSON POST notification: s3cret, error=401."], "config", "apprise: 401"),
        (["Failed to send: error=404."], "config", "apprise: 404"),
        (["Failed to send: error=429."], "throttled", "apprise: 429"),
        (["Failed to send: error=413."], "too_big", "apprise: 413"),
        (["Failed to send: error=422."], "refused", "apprise: 422"),
        (["Failed to send: error=307."], "transient", None),
        (["Failed to send: Internal server error., error=500."], "transient", "apprise: 500"),
        (["Failed to send: error=200."], "unknown", None),
        ([REFUSED], "transient", "apprise: not connected"),
        ([TIMED_OUT], "unknown", "apprise: failed without an answer"),
        ([BROKEN], "unknown", "apprise: failed without an answer"),
        (["A plugin with words of its own"], "unknown", None),
        ([], "unknown", None),
    ],
)
def test_a_failure_is_what_its_log_says_or_unknown(
    log: list[str], outcome: str, detail: str | None
) -> None:
    found = delivery_of(["JSON POST URL: https://s3cret", *log], now_ms=0, succeeded=False)
    assert found.outcome == outcome
    assert detail is None or found.detail == detail
    assert "s3cret" not in found.detail


def test_success_is_acceptance_whatever_was_logged() -> None:
    assert delivery_of(["error=500."], now_ms=0, succeeded=True).outcome == "accepted"


def test_a_provider_is_told_by_its_kind_and_not_by_its_place() -> None:
    def provider(url: str) -> str:
        return provider_of(AppriseMessage(url=url, title="t", body="b", brief="b"))

    one = provider("tgram://123456789:s3cret/chat")
    assert one.startswith("tgram-")
    assert "s3cret" not in one
    assert provider("tgram://123456789:s3cret/other?x=1") == one
    assert provider("tgram://another/chat") != one
