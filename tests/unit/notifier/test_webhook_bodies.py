"""What a webhook says: the type of event, its data, and nothing that changes between tries."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from services.notifier.adapters.delivery import UnsendableError
from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.webhook.keys import Keyring, signature
from services.notifier.adapters.webhook.writer import PostWriter
from services.notifier.adapters.words.phrases import available
from services.notifier.core import Cause
from shared.contracts.outage import Evidence
from shared.contracts.people import Person
from shared.contracts.words import NoticePurpose
from tests.support.ledger import ANA, ROOM, SECOND, T0, notice, page
from tests.support.words import LINKS, code_of, lease_of

SECRET = b"s" * 32


class Turned:
    """A clock that the test turns."""

    def __init__(self, now: int = T0) -> None:
        self.now = now

    def now_ms(self) -> int:
        return self.now

    def speed(self) -> float:
        return 1.0


CLOCK = Turned()
WRITER = PostWriter(keyring=Keyring({}, (SECRET,)), links=LINKS, clock=CLOCK, code_of=code_of)


def written(asked: Cause, person: Person = ROOM, writer: PostWriter = WRITER) -> Request:
    return writer(lease_of(person.id, "webhook", message_id="notice.0123"), asked, person)


def said(post: Request) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(post.body)
    return body


def test_a_page_is_told_with_its_link() -> None:
    asked = page("room", method="webhook")
    post = written(asked)
    body = said(post)
    assert (body["type"], body["timestamp"]) == ("page.requested", "2015-02-04T09:00:00.000Z")
    assert body["data"]["page_id"] == asked.page_id
    assert body["data"]["due_at"] == "2015-02-04T08:57:55.000Z"
    link = body["data"]["acknowledge_url"]
    claim = LINKS.links.verify(link.rpartition("/a/")[2], T0)
    assert (claim.page_id, claim.person) == (asked.page_id, "room")
    assert post.url == ROOM.webhook


@pytest.mark.parametrize(
    ("purpose", "kind"),
    [
        ("opening", "incident.opened"),
        ("update", "incident.updated"),
        ("recovery", "incident.resolved"),
    ],
)
def test_a_notice_is_told_with_its_facts_and_its_text(purpose: NoticePurpose, kind: str) -> None:
    body = said(written(notice("room", sequence=2, purpose=purpose, method="webhook")))
    data = body["data"]
    assert body["type"] == kind
    assert (data["incident_id"], data["sequence"], data["channel"]) == ("chat-7", 2, "chat")
    assert data["started_at"] == "2015-02-04T09:00:00.000Z"
    assert (data["next_update_at"] is None) == (purpose == "recovery")
    assert data["evidence"][0]["detail"] == "timeout after 5 s"
    assert data["text"].startswith("Wat je nu doet:")  # the room's language


def test_the_headers_are_those_of_the_specification() -> None:
    post = written(notice("room", method="webhook"))
    headers = post.headers
    assert headers["webhook-id"].startswith("notice_")
    assert "." not in headers["webhook-id"]
    assert headers["webhook-timestamp"] == str(T0 // 1000)
    signed = signature((SECRET,), headers["webhook-id"], T0 // 1000, post.body)
    assert headers["webhook-signature"] == signed
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("ask", [notice, page])
def test_a_repeat_has_the_same_id_and_body_under_a_new_time(ask: Callable[..., Cause]) -> None:
    asked = ask("room", method="webhook")
    first = written(asked)
    lease = lease_of(message_id="notice.0123", number=2, possible_repeat=True)
    again = replace(WRITER, clock=Turned(T0 + 60 * SECOND))(lease, asked, ROOM)
    assert (again.headers["webhook-id"], again.body) == (first.headers["webhook-id"], first.body)
    assert again.headers["webhook-timestamp"] != first.headers["webhook-timestamp"]
    assert again.headers["webhook-signature"] != first.headers["webhook-signature"]


FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"  # one character to a reader


@pytest.mark.parametrize("letter", ["a", "\u05d0", "\u0800", FAMILY, '"', "\x01", "a\n", "e\u0301"])
@pytest.mark.parametrize("locale", available())
@pytest.mark.parametrize("audience", ["it", "managers"])
def test_a_body_stays_below_20_kb_whatever_was_written(
    letter: str, locale: str, audience: str
) -> None:
    seen = Evidence(signal="probe", at_ms=T0, detail=letter * 5_000)
    wordy = notice(
        "room",
        method="webhook",
        audience=audience,
        message=letter * 30_000,
        title=letter * 1_000,
        pools=tuple(f"pool-{n:03}-{letter * 20}" for n in range(400)),
        evidence=(seen,) * 100,
    )
    assert len(written(wordy, ROOM.model_copy(update={"locale": locale})).body) < 20_000


def test_what_is_cut_says_so_and_is_cut_between_characters() -> None:
    pools = tuple(f"pool-{n:03}" for n in range(400))
    wordy = notice("room", method="webhook", message=FAMILY * 1_000, pools=pools)
    data = said(written(wordy))["data"]
    whole = data["message"].removesuffix("…")
    assert data["message"] != whole
    assert whole == FAMILY * (len(whole) // len(FAMILY))
    assert tuple(data["pools"]) == pools[: len(data["pools"])]
    assert data["pools_left_out"] == 400 - len(data["pools"])


def test_what_is_short_is_told_whole() -> None:
    data = said(written(notice("room", method="webhook", message="Wir sind dran.")))["data"]
    assert (data["message"], data["pools"], data["pools_left_out"]) == (
        "Wir sind dran.",
        ["boston"],
        0,
    )


def test_how_many_returned_is_not_told_before_they_can() -> None:
    asked = notice("room", sequence=2, purpose="recovery", method="webhook")
    assert said(written(asked))["data"]["returned"] is None
    assert said(written(notice("room", method="webhook")))["data"]["returned"] == 0


def test_without_webhook_or_secret_nothing_is_written() -> None:
    asked = notice("room", method="webhook")
    with pytest.raises(UnsendableError, match="no_webhook"):
        written(asked, ANA)
    with pytest.raises(UnsendableError, match="no_secret"):
        written(asked, writer=replace(WRITER, keyring=Keyring({"ana": (SECRET,)})))
