"""What each answer over HTTP means for an attempt."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.adapters.webhook.answers import LONGEST_MS, THROTTLED_MS, delivery_of
from tests.support.ledger import T0

DATE = "Wed, 04 Feb 2015 09:00:00 GMT"  # T0
LATER = "Wed, 04 Feb 2015 09:01:30 GMT"


def answered(status: int, **headers: str) -> tuple[str, str, int | None]:
    named = httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    delivery = delivery_of(status, named, T0)
    return delivery.outcome, delivery.detail, delivery.retry_after_ms


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, "accepted"), (202, "accepted"), (204, "accepted"), (299, "accepted"),
        (101, "refused"), (301, "refused"), (302, "refused"), (307, "refused"), (308, "refused"),
        (400, "refused"), (401, "refused"), (403, "refused"), (404, "refused"), (413, "refused"),
        (408, "transient"), (425, "transient"),
        (500, "transient"), (502, "transient"), (503, "transient"), (504, "transient"),
    ],
)  # fmt: skip
def test_an_answer_is_one_outcome(status: int, outcome: str) -> None:
    assert answered(status) == (outcome, f"POST: {status}", None)


def test_gone_is_refused_and_says_so() -> None:
    assert answered(410) == ("refused", "POST: 410 gone", None)


@pytest.mark.parametrize("status", [429, 503])
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
    assert delivery_of(429, headers, T0).retry_after_ms == THROTTLED_MS
    assert delivery_of(503, headers, T0).outcome == "transient"


@given(st.integers(100, 599), st.text(max_size=40), st.text(max_size=40), st.integers(0, 2**50))
def test_no_answer_is_more_than_an_outcome(status: int, said: str, date: str, now_ms: int) -> None:
    delivery = delivery_of(status, {"retry-after": said, "date": date}, now_ms)
    assert 0 <= (delivery.retry_after_ms or 0) <= LONGEST_MS
    assert (delivery.outcome == "accepted") == (200 <= status < 300)
