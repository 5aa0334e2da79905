"""What Zoom's incoming webhook is sent, and what its answers mean for an attempt."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.adapters.delivery import Delivery, UnconfiguredError, UnsendableError
from services.notifier.adapters.http.carrier import Answer, Request
from services.notifier.adapters.http.retry_after import LONGEST_MS
from services.notifier.adapters.words.phrases import available
from services.notifier.adapters.zoom.answers import delivery_of
from services.notifier.adapters.zoom.writer import ZoomWriter
from services.notifier.core import Content
from shared.contracts.people import Person
from tests.support.ledger import ANA, notice, page
from tests.support.vendors.stage import connectors, teller
from tests.support.words import digest, every_cause, lease_of

URL, TOKEN = "https://inbots.zoom.us/incoming/hook/EXAMPLE", "t0ken-s3cret"
WRITER = ZoomWriter(
    tell=teller, connectors=connectors(f"zoom.it-room {URL} {TOKEN}", f"zoom.bare {URL}")
)
ROOM = ANA.model_copy(update={"zoom": "it-room"})


def written(content: Content, person: Person = ROOM, **lease: object) -> Request:
    return WRITER(lease_of("ana", "zoom", **lease), content, person)


def said(content: Content, person: Person = ROOM, **lease: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written(content, person, **lease).body)["content"]
    return found


def judged(
    status: int, body: bytes | None = b"", headers: Mapping[str, str] | None = None
) -> Delivery:
    return delivery_of(Answer(status=status, headers=headers or {}, body=body, now_ms=0))


def test_the_bare_token_stands_in_its_header_and_the_form_is_the_full_one() -> None:
    request = written(page())
    assert request.url == f"{URL}?format=full"
    assert request.headers["authorization"] == TOKEN
    assert b"s3cret" not in request.body


def test_a_page_begins_with_its_link_in_words_and_as_one() -> None:
    content = said(page())
    assert "streets" in content["head"]["text"]
    first, *rest = content["body"]
    assert first["link"].startswith("https://desk.example.org/")
    assert first["text"] == f"Acknowledge\n{first['link']}"
    assert any("Queue: streets" in item["text"] for item in rest)


@pytest.mark.parametrize("content", [*every_cause(), digest()], ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("locale", available())
def test_whatever_is_told_is_made_of_messages_alone(content: Content, locale: str) -> None:
    found = said(content, ROOM.model_copy(update={"locale": locale}))
    assert found["head"]["text"].strip()
    assert all(item["type"] == "message" and item["text"].strip() for item in found["body"])


@pytest.mark.parametrize("letter", ["a", "\u05d0", "@all ", "\U0001f469\u200d\U0001f467"])
@pytest.mark.parametrize(("shorter", "most"), [(False, 12_100), (True, 2_100)])
def test_no_text_is_longer_than_zoom_takes(letter: str, shorter: bool, most: int) -> None:
    big = notice(audience="it", message="\n".join([letter * 100] * 60), title=letter * 300)
    found = said(digest(*[big] * 6), shorter=shorter)
    texts = [item["text"] for item in found["body"]]
    assert len(found["head"]["text"]) <= 250
    assert all(len(text) <= 4_000 for text in texts)
    assert sum(map(len, texts)) <= most


def test_nobody_is_called_by_the_words_of_a_person() -> None:
    assert "@all" not in json.dumps(said(notice(audience="it", message="@all come here")))


def test_a_repeat_says_that_it_may_be_one() -> None:
    assert len(said(page(), possible_repeat=True)["body"]) == len(said(page())["body"]) + 1


def test_what_is_not_set_up_is_told_without_a_secret() -> None:
    with pytest.raises(UnsendableError, match="no_zoom"):
        written(page(), ANA)
    for name in ("nobody", "bare"):
        with pytest.raises(UnconfiguredError, match="no_webhook"):
            written(page(), ANA.model_copy(update={"zoom": name}))
    assert "s3cret" not in repr(WRITER)


@pytest.mark.parametrize("status", [200, 201, 204])
@pytest.mark.parametrize("body", [b"", b"ok", b"{}", b'{"status": true}', b'{"code": 200}'])
def test_2xx_without_an_error_is_acceptance(status: int, body: bytes) -> None:
    assert judged(status, body) == Delivery("accepted", f"POST: {status}")


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b'{"code": 124, "message": "Invalid access token, s3cret"}', "config"),
        (b'{"errorCode": 4700, "errorMessage": "s3cret"}', "config"),
        (b'{"code": "4711"}', "config"),
        (b'{"code": 429, "message": "You have reached the maximum per-second rate"}', "throttled"),
        (b'{"code": 300}', "refused"),
        (b'{"code": 7004}', "transient"),
        (b'{"error": "s3cret"}', "transient"),
        (b'{"error": {"code": 1}}', "transient"),
        (b'{"error": true}', "transient"),
        (b'{"status": false}', "transient"),
        (b'{"code": ' + b"9" * 5_000 + b"}", "unknown"),  # no number that Python reads
        (b'{"code": 124', "unknown"),
        (b'{"code": "' + b"9" * 5_000 + b'"}', "transient"),
        (b"<html>s3cret</html>", "unknown"),
        (None, "unknown"),
    ],
)
def test_200_with_an_error_in_its_body_is_no_acceptance(body: bytes | None, outcome: str) -> None:
    found = judged(200, body)
    assert found.outcome == outcome
    assert "s3cret" not in found.detail
    assert len(found.detail) < 80


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, "refused"), (401, "config"), (403, "config"), (404, "config"), (413, "too_big"),
        (500, "transient"), (503, "transient"), (302, "transient"),
    ],
)  # fmt: skip
def test_another_status_speaks_for_itself(status: int, outcome: str) -> None:
    assert judged(status).outcome == outcome


def test_an_iso_date_is_waited_for() -> None:
    headers = {"retry-after": "1970-01-01T00:00:45Z"}
    assert judged(429, b"", headers).retry_after_ms == 45_000


@given(st.integers(100, 599), st.one_of(st.none(), st.binary(max_size=60)), st.text(max_size=12))
def test_no_answer_but_2xx_is_acceptance(status: int, body: bytes | None, wait: str) -> None:
    found = judged(status, body, {"retry-after": wait})
    assert 0 <= (found.retry_after_ms or 0) <= LONGEST_MS
    assert found.outcome != "accepted" or (200 <= status < 300 and body is not None)
