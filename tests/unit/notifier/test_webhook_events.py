"""Every content has an event of its own for webhooks, small enough and without personal data."""

import json
from typing import Any

import pytest

from services.notifier.adapters.delivery import UnsendableError
from services.notifier.adapters.webhook.bodies import body_of
from services.notifier.adapters.words.phrases import available
from services.notifier.core import Cause, Content, Digest
from tests.support.ledger import ROOM, notice, page
from tests.support.words import (
    CODE,
    ENDED,
    FIRES,
    LINKS,
    code_of,
    customer_notice,
    digest,
    every_cause,
    group,
    longer_wait,
    trouble,
    verification,
)

LONG = "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 400


def body(content: Content, locale: str = "nl", *, shorter: bool = False) -> bytes:
    person = ROOM.model_copy(update={"locale": locale})
    return body_of(content, person, links=LINKS, code_of=code_of, shorter=shorter)


def event(content: Content, *, shorter: bool = False) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(body(content, shorter=shorter))
    return said


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (page(), "page.requested"),
        (notice(), "incident.opened"),
        (customer_notice(), "customer.receipt"),
        (longer_wait(), "customer.longer_wait"),
        (trouble(), "notifier.trouble"),
        (verification(), "contact.verification"),
        (group(), "alerts.firing"),
        (group(ENDED), "alerts.resolved"),
        (digest(), "notifications.digest"),
    ],
)
def test_an_event_has_a_type_a_time_and_data(content: Content, kind: str) -> None:
    said = event(content)
    assert list(said) == ["type", "timestamp", "data"]
    assert said["type"] == kind
    assert said["timestamp"].startswith("2015-02-04T")
    assert said["timestamp"].endswith("Z")


@pytest.mark.parametrize("locale", available())
@pytest.mark.parametrize("shorter", [False, True])
def test_every_body_is_below_20_kb_whatever_people_and_labels_say(
    locale: str,
    shorter: bool,
) -> None:
    labels = {f"{LONG}{n}": LONG for n in range(30)}
    alert = FIRES.model_copy(update={"labels": labels, "alert_id": LONG})
    causes: list[Cause] = [
        notice(message=LONG, title=LONG, pools=(LONG,) * 50, audience="it"),
        notice(message=LONG * 20, incident_id="chat-2", audience="managers"),
        trouble().model_copy(update={"detail": LONG}),
        group(*([alert] * 30), group=tuple(labels.items()), announcement_id=LONG),
        *every_cause(),
    ]
    for content in (*causes, Digest(tuple(causes)), Digest(tuple(causes * 4))):
        assert len(body(content, locale, shorter=shorter)) < 20_000


def test_a_body_is_the_same_whoever_asks_again() -> None:
    for content in (*every_cause(), digest()):
        assert body(content) == body(content)


def test_no_customers_data_is_in_an_event() -> None:
    said = body(customer_notice()).decode()
    for personal in ("Eva", "eva@example.org", "It is broken."):
        assert personal not in said


def test_a_receipt_is_told_with_its_wait_and_its_text() -> None:
    data = event(customer_notice())["data"]
    assert data["wait"] == {"p50_s": 290, "p90_s": 700}
    assert data["interaction_id"] == "boston:42"
    assert data["text"].startswith("Bedankt")
    assert event(customer_notice(wait=None))["data"]["wait"] is None
    assert event(longer_wait())["data"]["told_before_s"] == 140


def test_a_trouble_is_told_with_what_to_do() -> None:
    data = event(trouble())["data"]
    assert (data["trouble_with"], data["about"]) == ("address", "slack/dov")
    assert data["detail"] == "chat.postMessage: channel_not_found"
    assert "1. " in data["text"]


def test_a_verification_is_told_with_its_code() -> None:
    assert event(verification())["data"]["code"] == CODE


def test_a_group_is_told_with_its_alerts() -> None:
    data = event(group())["data"]
    assert data["group"] == {"channel": "chat"}
    assert [alert["alert_id"] for alert in data["alerts"]][:1] == ["chat-7"]
    assert [alert["ends_at"] is None for alert in data["alerts"]] == [True, True, False]
    assert data["alerts"][0]["labels"]["severity"] == "critical"
    assert data["alerts_left_out"] == 0


def test_of_too_many_alerts_the_first_are_told_and_the_others_counted() -> None:
    many = [FIRES.model_copy(update={"alert_id": f"a{n}"}) for n in range(400)]
    data = event(group(*many))["data"]
    assert 0 < len(data["alerts"]) == 400 - data["alerts_left_out"]
    assert data["alerts"][0]["alert_id"] == "a0"


def test_a_digest_holds_every_message_as_it_would_be_alone_the_most_severe_first() -> None:
    data = event(digest(trouble(), notice(sequence=2, severity="minor"), page()))["data"]
    alone = (page(), trouble(), notice(sequence=2, severity="minor"))
    assert data["messages"] == [event(each) for each in alone]
    assert (data["count"], data["brief"], data["left_out"]) == (3, [], 0)


def test_what_has_no_room_in_a_digest_is_told_in_brief_with_its_link() -> None:
    causes = [notice(incident_id=f"chat-{n}", message="a" * 2_500) for n in range(8)]
    data = event(Digest((*causes, page())))["data"]
    assert len(data["messages"]) + len(data["brief"]) == data["count"] == 9
    assert data["brief"][-1]["type"] == "page.requested"
    assert data["brief"][-1]["acknowledge_url"] == LINKS.link(page())
    assert data["brief"][0]["summary"]


def test_of_a_shorter_digest_all_is_in_brief() -> None:
    data = event(digest(), shorter=True)["data"]
    assert data["messages"] == []
    assert len(data["brief"]) == 3


def test_a_shorter_notice_still_says_what_is_down() -> None:
    asked = notice(audience="it", message="a" * 2_000)
    whole, less = event(asked)["data"], event(asked, shorter=True)["data"]
    assert len(json.dumps(less)) < len(json.dumps(whole))
    assert (less["channel"], less["summary"]) == (whole["channel"], whole["summary"])
    assert less["evidence"] == []


def test_a_digest_of_one_is_that_one_and_one_of_nothing_is_not_told() -> None:
    assert body(Digest((page(),))) == body(page())
    with pytest.raises(UnsendableError, match="empty_digest"):
        body(Digest(()))
