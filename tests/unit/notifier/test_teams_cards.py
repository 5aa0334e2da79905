"""What Teams is sent: an Adaptive Card that a Workflows webhook can post, never too large."""

import json
from typing import Any

import pytest

from services.notifier.adapters.delivery import UnconfiguredError, UnsendableError
from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.teams.urls import problem_of_teams_url
from services.notifier.adapters.teams.writer import TeamsWriter
from services.notifier.adapters.words.phrases import available
from services.notifier.core import Content
from shared.contracts.outage import Evidence
from shared.contracts.people import Person
from tests.support.ledger import ANA, DOV, T0, notice, page
from tests.support.vendors.stage import connectors, teller
from tests.support.words import digest, every_cause, group, lease_of

URL = "https://env.12.environment.api.powerplatform.com:443/powerautomate/invoke?sig=s3cret"
WRITER = TeamsWriter(tell=teller, connectors=connectors(f"teams.it-room {URL}"))
ROOM = ANA.model_copy(update={"teams": "it-room"})
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"


def written(content: Content, person: Person = ROOM, **lease: object) -> Request:
    return WRITER(lease_of("ana", "teams", **lease), content, person)


def card(content: Content, person: Person = ROOM, **lease: object) -> dict[str, Any]:
    message = json.loads(written(content, person, **lease).body)
    (attachment,) = message["attachments"]
    assert message["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["contentUrl"] is None
    found: dict[str, Any] = attachment["content"]
    return found


def test_a_page_is_a_card_with_its_facts_and_its_link() -> None:
    found = card(page())
    assert (found["type"], found["version"]) == ("AdaptiveCard", "1.4")
    heading, *rest, foot = found["body"]
    assert "streets" in heading["text"]
    assert (heading["style"], heading["color"]) == ("heading", "Attention")
    facts = [fact for each in rest if each["type"] == "FactSet" for fact in each["facts"]]
    assert {"title": "Queue", "value": "streets"} in facts
    assert "{{DATE(2015-02-04T09:00:00Z,SHORT)}} {{TIME(2015-02-04T09:00:00Z)}}" in foot["text"]
    (action,) = found["actions"]
    assert action["type"] == "Action.OpenUrl"
    assert action["url"].startswith("https://desk.example.org/")
    assert found["fallbackText"]


def test_the_request_goes_to_the_whole_url_and_holds_no_other_secret() -> None:
    request = written(page())
    assert request.url == URL
    assert set(request.headers) == {"content-type", "user-agent"}
    assert b"s3cret" not in request.body


@pytest.mark.parametrize("content", [*every_cause(), digest()], ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("locale", available())
def test_whatever_is_told_is_made_of_texts_and_facts_alone(content: Content, locale: str) -> None:
    found = card(content, ROOM.model_copy(update={"locale": locale}))
    assert found["lang"] in (locale, "nl")  # a customer's own, whoever stands for him
    for element in found["body"]:
        assert element["type"] in ("TextBlock", "FactSet")
        assert element.get("text", "-").strip()
        assert element.get("wrap", True) is True
    assert all(action["type"] == "Action.OpenUrl" for action in found.get("actions", ()))


def test_an_end_is_shown_as_one_and_an_outage_as_its_severity() -> None:
    assert card(notice(sequence=3, purpose="recovery"))["body"][0]["color"] == "Good"
    assert card(notice())["body"][0]["color"] == "Attention"


def test_right_to_left_languages_are_marked_so() -> None:
    assert card(page("dov"), DOV.model_copy(update={"teams": "it-room"}))["rtl"] is True
    assert "rtl" not in card(page())


def test_a_repeat_has_the_same_id_in_its_card_and_says_that_it_may_be_one() -> None:
    first, again = card(page()), card(page(), number=2, possible_repeat=True)
    assert first["body"][0]["id"] == again["body"][0]["id"] == "page.0123"
    assert len(again["body"]) == len(first["body"]) + 1


def test_no_word_of_a_person_makes_a_link_or_a_format() -> None:
    found = card(notice(audience="it", message="[your bank](https://evil.example) **now** @all"))
    text = json.dumps(found["body"])
    assert "[your bank](" not in text
    assert "\\\\[your bank\\\\](https://evil.example)" in text
    assert "\\\\*\\\\*now" in text


def test_each_line_stays_a_line() -> None:
    found = card(notice(audience="it", message="one\ntwo"))
    (quote,) = (each for each in found["body"] if "> one" in each.get("text", ""))
    assert "> one\n\n> two" in quote["text"]


@pytest.mark.parametrize("letter", ["a", "\\", '"', "\u05d0", "\u0800", FAMILY, "e\u0301"])
@pytest.mark.parametrize(("shorter", "most"), [(False, 28_000), (True, 8_000)])
@pytest.mark.parametrize("locale", ["en", "he"])
def test_a_card_stays_below_its_limit_in_either_encoding_and_keeps_its_link(
    letter: str, shorter: bool, most: int, locale: str
) -> None:
    person = ROOM.model_copy(update={"locale": locale})
    seen = Evidence(signal="probe", at_ms=T0, detail=letter * 400)
    big = notice(
        audience="it",
        message="\n".join([letter * 400] * 60),
        title=letter * 300,
        pools=tuple(f"pool-{n:03}-{letter * 20}" for n in range(400)),
        evidence=(seen,) * 30,
    )
    for content in (big, digest(page(), *[big] * 6), group(*[group().alerts[0]] * 300)):
        body = written(content, person, shorter=shorter).body
        assert max(len(body), len(body.decode().encode("utf-16-le"))) <= most
        assert json.loads(body)["attachments"][0]["content"]["body"]
    assert b"https://desk.example.org/" in written(digest(page(), *[big] * 6), person).body


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d",
        "https://ACME.Webhook.Office.COM./webhookb2/a",
        "https://webhook.office.com/webhookb2/a",
        "https://outlook.office.com/webhook/a",
        "https://outlook.office365.com/webhook/a",
    ],
)
def test_a_retired_connector_is_told_with_its_remedy(url: str) -> None:
    problem = problem_of_teams_url(url)
    assert problem is not None
    assert "workflow" in problem
    assert "webhookb2" not in problem


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://prod-12.westeurope.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke",
        "https://webhook.office.com.example.org/a",
        "https://evilwebhook.office.com/a",
    ],
)
def test_any_other_url_is_opaque_and_may_be_used(url: str) -> None:
    assert problem_of_teams_url(url) is None


def test_what_is_not_set_up_is_told_without_a_secret() -> None:
    with pytest.raises(UnsendableError, match="no_teams"):
        written(page(), ANA)
    with pytest.raises(UnconfiguredError, match="no_webhook"):
        written(page(), ANA.model_copy(update={"teams": "nobody"}))
    assert "s3cret" not in repr(WRITER)
