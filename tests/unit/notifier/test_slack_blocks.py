"""What Slack is sent: every block within its limits, and nothing of people's words acts there."""

import json
import re
from typing import Any

import pytest

from services.notifier.adapters.delivery import UnconfiguredError, UnsendableError
from services.notifier.adapters.slack.writer import SlackMessage, SlackWriter
from services.notifier.adapters.words.phrases import available
from services.notifier.core import Content
from shared.contracts.outage import Evidence, NoticeRequested
from shared.contracts.people import Person
from tests.support.ledger import ANA, DOV, T0, notice, page
from tests.support.vendors.stage import connectors, teller
from tests.support.words import digest, every_cause, group, lease_of

TOKEN, HOOK = "xoxb-s3cret", "https://hooks.slack.com/services/T0/B0/s3cret"
WRITER = SlackWriter(
    tell=teller,
    connectors=connectors(f"slack.bot {TOKEN}", f"slack.it-room {HOOK}"),
    api="https://slack.com/api",
)
CHANNEL = ANA.model_copy(update={"slack": "C0ESCALATE"})
USER = ANA.model_copy(update={"slack": "U0MGR0001"})
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"


def written(content: Content, person: Person = CHANNEL, **lease: object) -> SlackMessage:
    return WRITER(lease_of("ana", "slack", **lease), content, person)


def body_of(message: SlackMessage) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(message.request.body)
    return body


def said(content: Content, person: Person = CHANNEL, **lease: object) -> dict[str, Any]:
    return body_of(written(content, person, **lease))


def test_a_page_has_header_link_facts_and_a_time_of_the_readers_own() -> None:
    asked = page("ana", method="slack")
    body = said(asked)
    header, actions, *sections, context = body["blocks"]
    assert body["channel"] == "C0ESCALATE"
    assert header["type"] == "header"
    assert "streets" in header["text"]["text"]
    (button,) = actions["elements"]
    assert button["url"].startswith("https://desk.example.org/")
    assert (button["type"], button["style"]) == ("button", "primary")
    fields = [field["text"] for block in sections for field in block.get("fields", ())]
    assert any(text.startswith("*") and "streets" in text for text in fields)
    (clock,) = context["elements"]
    day = "{date_short_pretty} {time}|2015-02-04 09:00 UTC"
    assert clock["text"].startswith(f"<!date^{T0 // 1000}^{day}>")
    assert "escalation/" in clock["text"]


@pytest.mark.parametrize("content", [*every_cause(), digest()], ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("locale", available())
def test_whatever_is_told_has_a_text_for_phones_and_readers_aloud(
    content: Content, locale: str
) -> None:
    body = said(content, CHANNEL.model_copy(update={"locale": locale}))
    assert body["text"].strip()
    assert (body["unfurl_links"], body["unfurl_media"]) == (False, False)


def test_a_token_goes_in_the_header_and_to_the_api() -> None:
    request = written(page()).request
    assert request.url == "https://slack.com/api/chat.postMessage"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN.encode() not in request.body


def test_a_name_that_is_no_id_goes_to_its_webhook_without_the_token() -> None:
    message = written(page(), ANA.model_copy(update={"slack": "it-room"}), thread="C0ESCALATE:1.2")
    assert message.request.url == HOOK
    assert "authorization" not in message.request.headers
    assert not body_of(message).keys() & {"channel", "thread_ts", "reply_broadcast"}
    assert message.unthreaded is None


def test_an_update_stands_in_its_thread_and_only_the_end_is_told_to_the_channel_too() -> None:
    thread = "C0ESCALATE:1792062000.000100"
    update = said(notice(sequence=2), thread=thread)
    assert (update["thread_ts"], update["reply_broadcast"]) == ("1792062000.000100", False)
    over = said(notice(sequence=3, purpose="recovery"), thread=thread)
    assert (over["thread_ts"], over["reply_broadcast"]) == ("1792062000.000100", True)


def test_without_a_thread_nothing_is_said_of_one() -> None:
    message = written(notice(sequence=2))
    assert not body_of(message).keys() & {"thread_ts", "reply_broadcast"}


@pytest.mark.parametrize(
    ("person", "thread", "threaded"),
    [
        (CHANNEL, "C0ESCALATE:1.2", True),
        (CHANNEL, "C0ANOTHER:1.2", False),  # the room has moved
        (USER, "D0CONVERSE:1.2", True),  # a user's own conversation
        (USER, "C0ESCALATE:1.2", False),
        (CHANNEL, "gibberish", False),
    ],
)
def test_a_thread_of_another_place_is_not_written_to(
    person: Person, thread: str, threaded: bool
) -> None:
    message = written(notice(sequence=2), person, thread=thread)
    assert body_of(message)["channel"] == person.slack
    assert ("thread_ts" in body_of(message)) == threaded == (message.unthreaded is not None)


def test_a_repeat_is_the_same_message_and_says_that_it_may_be_one() -> None:
    first, again = said(page()), said(page(), number=2, possible_repeat=True)
    assert again["metadata"] == first["metadata"]
    assert first["metadata"]["event_payload"] == {"id": "page.0123"}
    assert len(json.dumps(again["blocks"])) > len(json.dumps(first["blocks"]))


def test_no_word_of_a_person_calls_a_channel_or_makes_a_link() -> None:
    evil = "<!channel> <!here|x> <https://evil.example|your bank> & @channel"
    body = said(notice(audience="it", message=evil, title=evil, backups=()))
    text = json.dumps(body, ensure_ascii=False)
    assert not re.search(r"<!(?!date)", text)
    assert "<https://evil" not in text
    assert "&lt;!channel&gt;" in text
    assert not re.search(r"@channel", text)


def test_what_looks_like_a_link_or_a_name_is_left_as_it_is() -> None:
    body = said(notice(audience="it", message="see #general"))
    for text in texts(body["blocks"]):
        assert text["type"] == "plain_text" or text["verbatim"] is True


def texts(value: Any) -> list[dict[str, Any]]:
    """Every text object, however deep."""
    match value:
        case {"type": "mrkdwn" | "plain_text"}:
            return [value]
        case dict():
            return [found for each in value.values() for found in texts(each)]
        case list():
            return [found for each in value for found in texts(each)]
        case _:
            return []


def big_notice(letter: str) -> NoticeRequested:
    seen = Evidence(signal="probe", at_ms=T0, detail=letter * 400)
    return notice(
        audience="it",
        message="\n".join([letter * 400] * 60),
        title=letter * 300,
        pools=tuple(f"pool-{n:03}-{letter * 20}" for n in range(400)),
        evidence=(seen,) * 30,
    )


def wordy(letter: str) -> list[Content]:
    big = big_notice(letter)
    return [big, digest(*[big] * 8), group(*[group().alerts[0]] * 300)]


@pytest.mark.parametrize("letter", ["a", "&", "<", "\u05d0", FAMILY, "e\u0301"])
@pytest.mark.parametrize("shorter", [False, True])
@pytest.mark.parametrize("locale", ["en", "he"])
def test_every_limit_of_slack_is_kept_whatever_was_written(
    letter: str, shorter: bool, locale: str
) -> None:
    for content in wordy(letter):
        body = said(content, CHANNEL.model_copy(update={"locale": locale}), shorter=shorter)
        blocks = body["blocks"]
        assert len(blocks) <= 50
        assert sum(len(text["text"]) for text in texts(blocks)) <= 13_000
        assert len(body["text"]) <= 300
        for block in blocks:
            keeps_its_limits(block)


def keeps_its_limits(block: dict[str, Any]) -> None:
    kind = block["type"]
    limit = {"header": 150, "section": 3_000, "actions": 75, "context": 3_000}[kind]
    assert all(0 < len(text["text"].encode("utf-16-le")) // 2 <= limit for text in texts(block))
    assert len(block.get("fields", ())) <= 10
    assert all(len(field["text"]) <= 2_000 for field in block.get("fields", ()))
    if kind == "header":
        assert block["text"]["type"] == "plain_text"


def test_what_is_left_out_is_marked_and_the_link_is_kept() -> None:
    body = said(digest(page(), *[big_notice("a")] * 8))
    assert "…" in json.dumps(body["blocks"], ensure_ascii=False)
    assert "https://desk.example.org/" in json.dumps(body["blocks"])


def test_a_shorter_message_is_shorter_and_has_its_link() -> None:
    whole, short = written(page()), written(page(), shorter=True)
    assert len(short.request.body) < len(whole.request.body)
    assert b"https://desk.example.org/" in short.request.body


def test_right_to_left_values_stay_in_their_places() -> None:
    body = said(page("dov"), DOV.model_copy(update={"slack": "C0ESCALATE"}))
    fields = [text["text"] for text in texts(body["blocks"]) if text["text"].startswith("*")]
    assert fields
    assert all(text.count("\u2068") == text.count("\u2069") == 1 for text in fields)


def test_what_is_not_set_up_is_told_without_a_secret() -> None:
    with pytest.raises(UnsendableError, match="no_slack"):
        written(page(), ANA)
    for name in ("nobody", "bot"):
        with pytest.raises(UnconfiguredError, match="no_webhook"):
            written(page(), ANA.model_copy(update={"slack": name}))
    bare = SlackWriter(tell=teller, connectors=connectors(), api="https://slack.com/api")
    with pytest.raises(UnconfiguredError, match="no_token"):
        bare(lease_of(), page(), CHANNEL)


def test_nothing_that_is_shown_of_a_message_or_its_writer_holds_a_secret() -> None:
    for shown in (repr(written(page())), repr(WRITER)):
        assert "s3cret" not in shown
