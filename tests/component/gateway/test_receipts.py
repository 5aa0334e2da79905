"""What Twilio tells of a message reaches the ledger of its person, and nobody else can tell it."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hmac import digest
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from structlog.testing import capture_logs

from services.gateway.adapters.doors.spoken import SENTENCES
from shared.contracts.event import Event
from shared.contracts.notification import DeliveryReported
from shared.contracts.topics import PEOPLE_LOG, POOL_LOG
from shared.links import AckClaim
from shared.log import AppendError
from shared.receipts import ReceiptClaim, ReceiptTokens, receipt_url
from tests.component.gateway.house import LINKS, T0, House, escalated, open_house, queued
from tests.component.gateway.test_pages import acknowledged, acknowledges

PUBLIC = "https://desk.example.org/switchyard"
SID = "SM00000000000000000000000000000001"
CALL_SID = "CA00000000000000000000000000000001"
KEY = "boston:7#first_reply/1"
ROW = f"{KEY}:c1:r1:l1:maria:sms"
CLAIM = ReceiptClaim(notification_id=ROW, person="maria", expires_at_ms=T0 + 60_000)
PAGE = AckClaim(page_id=ROW, escalation_id=KEY, cycle=1, person="maria", expires_at_ms=T0 + 60_000)
TOKENS = ReceiptTokens(LINKS.keys)


class Unconfirmed:
    """A log that confirms nothing."""

    async def append(
        self, topic: str, key: str, event: Event, *, partition: int | None = None
    ) -> None:
        raise AppendError("no broker")


@pytest.fixture
def tokens_file(tmp_path: Path) -> Path:
    path = tmp_path / "twilio"
    path.write_text("12345\nSK1 shared-key-secret\n")
    return path


@asynccontextmanager
async def house_of(tokens_file: Path | None) -> AsyncIterator[House]:
    async with open_house(acknowledges, public_url=PUBLIC, twilio_tokens_file=tokens_file) as house:
        yield house


def status_url(claim: ReceiptClaim = CLAIM) -> str:
    return receipt_url(PUBLIC, "twilio", TOKENS.sign(claim))


def key_url(claim: AckClaim = PAGE, lang: str = "nl") -> str:
    url = receipt_url(PUBLIC, "twilio-voice", LINKS.sign(claim))
    return f"{url}?lang={lang}&tag=nl-NL&voice=Polly.Lotte"


async def told(
    house: House, url: str, form: dict[str, str], *, token: str = "12345", signed: str | None = None
) -> httpx.Response:
    """As Twilio does: it knows the public URL; what is before us takes the prefix off."""
    text = (signed or url) + "".join(name + value for name, value in sorted(form.items()))
    signature = b64encode(digest(token.encode(), text.encode(), "sha1")).decode()
    return await house.http.post(
        url.removeprefix(PUBLIC),
        content=urlencode(form),
        headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature,
        },
    )


def message(status: str, code: str | None = None) -> dict[str, str]:
    form = {"MessageSid": SID, "SmsSid": SID, "MessageStatus": status, "To": "+15555550123"}
    return form | ({"ErrorCode": code} if code else {})


def reports(house: House) -> list[DeliveryReported]:
    return house.commands("delivery_reported", PEOPLE_LOG)


@pytest.mark.parametrize(
    ("form", "status", "detail", "provider_id"),
    [
        (message("sent"), "sent", "sent", SID),
        (message("delivered"), "delivered", "delivered", SID),
        (message("read"), "read", "read", SID),
        (message("undelivered", "30003"), "undelivered", "undelivered 30003", SID),
        (message("failed", "30007"), "undelivered", "failed 30007", SID),
        ({"SmsSid": SID, "SmsStatus": "delivered"}, "delivered", "delivered", ""),
        ({"CallSid": CALL_SID, "CallStatus": "completed"}, "delivered", "completed", CALL_SID),
        ({"CallSid": CALL_SID, "CallStatus": "no-answer"}, "undelivered", "no-answer", CALL_SID),
        ({"CallSid": CALL_SID, "CallStatus": "busy"}, "undelivered", "busy", CALL_SID),
        ({"CallSid": CALL_SID, "CallStatus": "failed"}, "undelivered", "failed", CALL_SID),
    ],
)
async def test_a_status_is_told_to_the_ledger_of_the_person(
    tokens_file: Path, form: dict[str, str], status: str, detail: str, provider_id: str
) -> None:
    async with house_of(tokens_file) as house:
        answer = await told(house, status_url(), form)
        (report,) = reports(house)
        (key,) = [r.key for r in house.log.records if r.kind == "delivery_reported"]

    assert answer.status_code == 204
    assert (report.notification_id, report.person, key) == (ROW, "maria", "maria")
    assert (report.status, report.detail, report.provider_id) == (status, detail, provider_id)


@pytest.mark.parametrize(
    "form",
    [
        message("queued"),
        message("sending"),
        message("something new"),
        {"CallSid": CALL_SID, "CallStatus": "ringing"},
        {"CallSid": CALL_SID, "CallStatus": "in-progress"},  # answered, perhaps by a machine
        {},
    ],
)
async def test_a_status_that_says_nothing_final_is_taken_and_told_nobody(
    tokens_file: Path, form: dict[str, str]
) -> None:
    async with house_of(tokens_file) as house:
        answer = await told(house, status_url(), form)
        assert (answer.status_code, reports(house)) == (204, [])


async def test_the_same_status_told_twice_is_one_event_by_its_id(tokens_file: Path) -> None:
    async with house_of(tokens_file) as house:
        for _ in range(2):
            await told(house, status_url(), message("delivered"))
        assert len({report.event_id for report in reports(house)}) == 1


async def test_what_twilio_has_not_signed_is_refused(tokens_file: Path) -> None:
    url = status_url()
    async with house_of(tokens_file) as house:
        answers = [
            await told(house, url, message("delivered"), token="another"),
            await told(house, url, message("delivered"), signed="https://evil.example/x"),
            await house.http.post(url.removeprefix(PUBLIC), data=message("delivered")),
            await house.http.post(url.removeprefix(PUBLIC), json={}),
        ]
        assert [answer.status_code for answer in answers] == [403] * 4
        assert {answer.json()["code"] for answer in answers} == {"bad_signature"}
        assert reports(house) == []


async def test_the_host_that_a_request_names_is_not_believed(tokens_file: Path) -> None:
    """Who signs another address may send it here under that name; it is not ours."""
    path = status_url().removeprefix(PUBLIC)
    text = f"https://evil.example{path}MessageStatusdelivered"
    signature = b64encode(digest(b"12345", text.encode(), "sha1")).decode()
    async with house_of(tokens_file) as house:
        answer = await house.http.post(
            path,
            data={"MessageStatus": "delivered"},
            headers={
                "Host": "evil.example",
                "X-Forwarded-Host": "evil.example",
                "X-Twilio-Signature": signature,
            },
        )
        assert (answer.status_code, reports(house)) == (403, [])


async def test_without_a_token_of_twilio_nothing_is_believed() -> None:
    async with house_of(None) as house:
        answer = await told(house, status_url(), message("delivered"), token="")
        assert (answer.status_code, reports(house)) == (403, [])


async def test_an_address_that_is_altered_too_old_or_of_another_purpose_is_refused(
    tokens_file: Path,
) -> None:
    old = ReceiptClaim(notification_id=ROW, person="maria", expires_at_ms=T0)
    forged = receipt_url(PUBLIC, "twilio", ReceiptTokens([b"another key of sixteen"]).sign(CLAIM))
    of_page = receipt_url(PUBLIC, "twilio", LINKS.sign(PAGE))
    async with house_of(tokens_file) as house:
        for url in (status_url(old), forged, of_page):
            answer = await told(house, url, message("delivered"))
            assert (answer.status_code, answer.json()["code"]) == (403, "bad_receipt")
        assert reports(house) == []


async def test_a_receipt_that_the_log_does_not_confirm_is_asked_for_again(
    tokens_file: Path,
) -> None:
    async with house_of(tokens_file) as house:
        house.desk.appender = Unconfirmed()
        answer = await told(house, status_url(), message("delivered"))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_key_1_acknowledges_the_page_in_both_logs(tokens_file: Path) -> None:
    async with house_of(tokens_file) as house:
        await house.tell(queued("boston:7"), *escalated("boston:7"))
        answer = await told(house, key_url(), {"CallSid": CALL_SID, "Digits": "1"})
        (for_pool,) = house.commands("page_acknowledged", POOL_LOG)
        (for_person,) = house.commands("page_acknowledged", PEOPLE_LOG)

    assert answer.headers["content-type"].startswith("text/xml")
    assert SENTENCES["nl"]["noted"] in answer.text
    assert '<Say language="nl-NL" voice="Polly.Lotte">' in answer.text
    assert for_pool == for_person
    assert (for_pool.via, for_pool.person, for_pool.actor) == ("voice", "maria", "person:maria")
    assert (for_pool.escalation_id, for_pool.cycle, for_pool.page_id) == (KEY, 1, ROW)


@pytest.mark.parametrize("pressed", [{"Digits": "2"}, {"Digits": ""}, {"CallStatus": "answered"}])
async def test_any_other_key_and_a_call_that_was_answered_acknowledge_nothing(
    tokens_file: Path, pressed: dict[str, str]
) -> None:
    async with house_of(tokens_file) as house:
        await house.tell(queued("boston:7"), *escalated("boston:7"))
        answer = await told(house, key_url(), pressed)
        assert house.commands("page_acknowledged") == []

    assert SENTENCES["nl"]["again"] in answer.text
    assert "<Gather" in answer.text


async def test_a_page_that_somebody_else_took_says_so_and_changes_nothing(
    tokens_file: Path,
) -> None:
    async with house_of(tokens_file) as house:
        await house.tell(queued("boston:7"), *escalated("boston:7"), acknowledged(None))
        answer = await told(house, key_url(), {"Digits": "1"})
        assert house.commands("page_acknowledged") == []

    assert SENTENCES["nl"]["over"] in answer.text


async def test_a_key_pressed_after_the_link_has_expired_acknowledges_nothing(
    tokens_file: Path,
) -> None:
    async with house_of(tokens_file) as house:
        house.clock.ms = PAGE.expires_at_ms
        answer = await told(house, key_url(), {"Digits": "1"})
        assert house.commands("page_acknowledged") == []

    assert SENTENCES["nl"]["over"] in answer.text


async def test_a_key_press_that_twilio_has_not_signed_acknowledges_nothing(
    tokens_file: Path,
) -> None:
    async with house_of(tokens_file) as house:
        await house.tell(queued("boston:7"), *escalated("boston:7"))
        answer = await told(house, key_url(), {"Digits": "1"}, token="another")
        assert (answer.status_code, house.commands("page_acknowledged")) == (403, [])


async def test_who_hears_that_it_could_not_be_noted_may_press_again(tokens_file: Path) -> None:
    async with house_of(tokens_file) as house:
        house.desk.appender = Unconfirmed()
        answer = await told(house, key_url(), {"Digits": "1"})

    assert answer.status_code == 200
    assert SENTENCES["nl"]["trouble"] in answer.text
    assert "<Gather" in answer.text


async def test_neither_token_nor_number_gets_into_the_log_lines(tokens_file: Path) -> None:
    with capture_logs() as lines:
        async with house_of(tokens_file) as house:
            await told(house, status_url(), message("delivered"))
            await told(house, status_url(), message("delivered"), token="another")
            await told(house, key_url(), {"Digits": "1", "From": "+15555550123"})

    shown = repr(lines)
    for secret in ("12345", TOKENS.sign(CLAIM), LINKS.sign(PAGE), "5555550123"):
        assert secret not in shown
    assert any(line["event"] == "request_answered" for line in lines)


def test_every_language_says_everything() -> None:
    assert {frozenset(said) for said in SENTENCES.values()} == {frozenset(SENTENCES["en"])}
    assert all(text.strip() for said in SENTENCES.values() for text in said.values())
