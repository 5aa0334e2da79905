"""What each answer over HTTP means for an attempt."""

from collections.abc import Mapping

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.carrier import Answer
from services.notifier.adapters.http.retry_after import LONGEST_MS, THROTTLED_MS
from services.notifier.adapters.webhook.answers import delivery_of
from tests.support.ledger import T0

DATE = "Wed, 04 Feb 2015 09:00:00 GMT"  # T0
LATER = "Wed, 04 Feb 2015 09:01:30 GMT"


def judged(status: int, headers: Mapping[str, str], now_ms: int = T0) -> Delivery:
    return delivery_of(Answer(status=status, headers=headers, body=b"", now_ms=now_ms))


def answered(status: int, **headers: str) -> tuple[str, str, int | None]:
    named = httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    delivery = judged(status, named)
    return delivery.outcome, delivery.detail, delivery.retry_after_ms


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, "accepted"), (202, "accepted"), (204, "accepted"), (299, "accepted"),
        (101, "transient"), (400, "transient"), (401, "transient"), (403, "transient"),
        (404, "transient"), (408, "transient"), (409, "transient"), (425, "transient"),
        (500, "transient"), (502, "transient"), (503, "transient"), (504, "transient"),
    ],
)  # fmt: skip
def test_an_answer_is_one_outcome(status: int, outcome: str) -> None:
    assert answered(status) == (outcome, f"POST: {status}", None)


@pytest.mark.parametrize(
    ("status", "outcome", "why"), [(410, "refused", "gone"), (413, "too_big", "too large")]
)
def test_gone_and_too_large_say_so(status: int, outcome: str, why: str) -> None:
    said = (outcome, f"POST: {status} {why}", None)
    assert answered(status) == said
    assert answered(status, retry_after="30") == said


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_tried_again_and_named_in_the_detail(status: int) -> None:
    outcome, detail, _ = answered(status, location="https://elsewhere.example.org/s3cret")
    assert (outcome, detail) == (
        "transient",
        f"POST: {status} a redirect, which is not followed",
    )


@pytest.mark.parametrize("status", [404, 429, 500, 503])
@pytest.mark.parametrize(
    ("said", "wait_ms"),
    [
        ("30", 30_000),
        ("0", 0),
        ("86400", LONGEST_MS),
        ("9" * 5_000, LONGEST_MS),
        (LATER, 90_000),
        (DATE, 0),
        ("Wed, 04 Feb 2015 08:00:00 GMT", 0),
        ("Wed, 04 Feb 2099 08:00:00 GMT", LONGEST_MS),
    ],
)
def test_a_server_that_names_a_time_is_given_it_up_to_an_hour(
    status: int, said: str, wait_ms: int
) -> None:
    assert answered(status, retry_after=said) == ("throttled", f"POST: {status}", wait_ms)


def test_a_date_counts_by_the_servers_own_clock_if_it_tells_it() -> None:
    ahead = "Wed, 04 Feb 2015 09:01:00 GMT"
    assert answered(429, retry_after=LATER, date=ahead)[2] == 30_000


@pytest.mark.parametrize("said", ["", "soon", "-5", "1.5", "٣٠"])
def test_a_time_that_cannot_be_read_is_none(said: str) -> None:
    headers = {"retry-after": said}
    assert judged(429, headers).retry_after_ms == THROTTLED_MS
    assert judged(503, headers).outcome == "transient"


@given(st.integers(100, 599), st.text(max_size=40), st.text(max_size=40), st.integers(0, 2**50))
def test_no_answer_is_more_than_an_outcome(status: int, said: str, date: str, now_ms: int) -> None:
    delivery = judged(status, {"retry-after": said, "date": date}, now_ms)
    assert 0 <= (delivery.retry_after_ms or 0) <= LONGEST_MS
    assert (delivery.outcome == "accepted") == (200 <= status < 300)
    assert (delivery.outcome == "refused") == (status == 410)
