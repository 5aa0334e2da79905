"""Short messages and calls by Twilio over real HTTP, and the callbacks they ask for."""

from base64 import b64decode
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.methods import Method
from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.twilio.answers import BAD_RECIPIENT, CONFIG, THROTTLED, TOO_BIG
from services.notifier.adapters.twilio.spoken import (
    ONLY_IN_ENGLISH,
    PRESS_ONE,
    VOICES,
    voice_for,
    voices_with,
)
from services.notifier.adapters.twilio.twiml import LONGEST_TWIML, fitted
from services.notifier.adapters.words.phrases import available, phrases_of
from services.notifier.adapters.words.segments import segments
from services.notifier.core import Content
from shared.contracts.people import Person
from shared.contracts.words import ContactMethod
from shared.receipts import ReceiptTokens
from tests.support.ledger import ANA, HOUR, T0, notice, page
from tests.support.vendors.server import (
    Behaviour,
    Vendor,
    accepts,
    error_body_with_200,
    fails,
    loses_its_body,
    playing,
    redirects,
    resets_after_body,
    silent_202,
    slow,
    throttles,
)
from tests.support.vendors.stage import asked, killed_after_its_accept
from tests.support.vendors.trials import attempt, methods, shown_by
from tests.support.words import CODE, LINKS, digest, every_cause, lease_of, verification

ACCOUNT, KEY, SECRET = "AC" + "0" * 32, "SK" + "1" * 32, "very-secret-of-the-key"
NUMBER, SERVICE = "+15555550100", "MG" + "2" * 32
LINE = f"sms.account {ACCOUNT} {KEY} {SECRET} {NUMBER}"
PHONE = "+15555550123"
EVE = ANA.model_copy(update={"phone": PHONE})
SID = "SM" + "3" * 32
BOTH: tuple[ContactMethod, ...] = ("sms", "voice")


def taken(**said: object) -> Behaviour:
    return accepts({"sid": SID, "status": "queued", "num_segments": "3", **said}, status=201)


def method(vendor: Vendor, of: ContactMethod, *lines: str, **settings: Any) -> Method[Any]:
    return methods(vendor.url, *(lines or (LINE,)), **settings)[of]


async def sent(
    of: ContactMethod, content: Content, *script: Behaviour, person: Person = EVE, **lease: Any
) -> tuple[Delivery, Vendor]:
    async with playing(*(script or (taken(),))) as vendor:
        return await attempt(method(vendor, of), content, person, **lease), vendor


def form(vendor: Vendor) -> dict[str, str]:
    """The one request's form; each name came once."""
    (request,) = vendor.requests
    fields = request.form()
    assert all(len(values) == 1 for values in fields.values())
    return {name: values[0] for name, values in fields.items()}


def heard_on_the_phone(twiml: str) -> list[ET.Element]:
    return list(ET.fromstring(twiml).iter("Say"))  # our own text


async def test_a_page_is_a_short_message_with_its_link() -> None:
    delivery, vendor = await sent("sms", page())
    (request,) = vendor.requests
    fields = form(vendor)

    assert (delivery.outcome, delivery.provider_id) == ("accepted", SID)
    assert delivery.detail == "POST: 201 in 3 segments"
    assert (request.verb, request.target) == (
        "POST",
        f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
    )
    scheme, _, login = request.headers["authorization"].partition(" ")
    assert (scheme, b64decode(login).decode()) == ("Basic", f"{KEY}:{SECRET}")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert (fields["To"], fields["From"]) == (PHONE, NUMBER)
    text, _, link = fields["Body"].partition("\n")
    assert text
    assert LINKS.links.verify(link.rpartition("/a/")[2], T0).person == "ana"


async def test_a_page_is_not_kept_for_ten_hours() -> None:
    _, vendor = await sent("sms", page())
    assert form(vendor)["ValidityPeriod"] == "300"
    _, vendor = await sent("sms", page(expires_ms=90_000))
    assert form(vendor)["ValidityPeriod"] == "90"
    _, vendor = await sent("sms", page(expires_ms=1))
    assert form(vendor)["ValidityPeriod"] == "5"
    _, vendor = await sent("sms", notice(expires_ms=48 * HOUR))
    assert form(vendor)["ValidityPeriod"] == "36000"
    _, vendor = await sent("sms", digest(notice(expires_ms=2 * HOUR), page()))
    assert form(vendor)["ValidityPeriod"] == "14400"


@pytest.mark.parametrize("of", BOTH)
async def test_receipts_come_to_an_address_that_names_the_row_and_is_the_same_on_every_try(
    of: ContactMethod,
) -> None:
    addresses = set()
    for number in (1, 2):
        _, vendor = await sent(of, page(), number=number, possible_repeat=number == 2)
        addresses.add(form(vendor)["StatusCallback"])
    (address,) = addresses
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}" == "https://desk.example.org"
    assert parts.fragment == "rc=3&rp=all"
    head, _, token = parts.path.rpartition("/")
    assert head == "/v1/receipts/twilio"
    claim = ReceiptTokens(LINKS.links.keys).verify(token, T0 + 27 * HOUR)
    assert (claim.notification_id, claim.person) == ("n1", "ana")


@pytest.mark.parametrize(
    "public_url",
    ["http://127.0.0.1:8080", "http://localhost:8080", "https://10.1.2.3", "https://gateway"],
)
@pytest.mark.parametrize("of", BOTH)
async def test_an_address_that_twilio_cannot_reach_is_not_named(
    of: ContactMethod, public_url: str
) -> None:
    """Twilio refuses a message with such an address; without a receipt it is at least sent."""
    links = PageLinks(links=LINKS.links, public_url=public_url, valid_ms=HOUR)
    async with playing(taken()) as vendor:
        built = methods(vendor.url, LINE, links=links)[of]
        delivery = await attempt(built, page(), EVE)
    fields = form(vendor)
    assert delivery.outcome == "accepted"
    assert "StatusCallback" not in fields
    assert "Gather" not in fields.get("Twiml", "")


async def test_a_messaging_service_may_send_in_place_of_a_number() -> None:
    async with playing(taken()) as vendor:
        line = f"sms.account {ACCOUNT} {KEY} {SECRET} {SERVICE}"
        await attempt(method(vendor, "sms", line), page(), EVE)
    fields = form(vendor)
    assert fields["MessagingServiceSid"] == SERVICE
    assert "From" not in fields


@pytest.mark.parametrize("content", every_cause(), ids=lambda it: it.kind)
@pytest.mark.parametrize("locale", available())
async def test_whatever_is_told_fits_into_a_message_and_a_call(
    content: Content, locale: str
) -> None:
    person = EVE.model_copy(update={"locale": locale})
    built = methods("http://127.0.0.1:1", LINE)
    for of, name, longest in (("sms", "Body", 1_600), ("voice", "Twiml", LONGEST_TWIML)):
        writer = built[of].writer  # type: ignore[index] # both are contact methods
        request = writer(lease_of(method=of), content, person)
        said = parse_qs(request.body.decode())[name][0]
        assert 0 < len(said) <= longest
        assert of == "sms" or heard_on_the_phone(said)


async def test_typographic_signs_do_not_make_a_message_twice_as_long() -> None:
    told = notice(incident_id="chat-7", title="We look into it… “now”")
    _, vendor = await sent("sms", told)
    body = form(vendor)["Body"]
    assert "…" not in body
    assert segments(body) <= 2


@pytest.mark.parametrize("locale", available())
@pytest.mark.parametrize("of", BOTH)
async def test_what_may_be_a_repeat_says_so_in_the_language_of_its_reader(
    of: ContactMethod, locale: str
) -> None:
    person = EVE.model_copy(update={"locale": locale})
    mark = phrases_of(locale).possible_repeat
    for repeat in (False, True):
        _, vendor = await sent(of, page(), person=person, possible_repeat=repeat)
        fields = form(vendor)
        assert (mark in (fields.get("Body") or fields["Twiml"])) is repeat


async def test_a_code_is_in_the_message_and_said_figure_by_figure() -> None:
    _, message = await sent("sms", verification())
    _, spoken = await sent("voice", verification(method="voice"))
    assert CODE in form(message)["Body"]
    twiml = form(spoken)["Twiml"]
    assert ", ".join(CODE) in twiml
    assert CODE not in twiml


async def test_a_message_that_was_too_long_is_shorter_and_keeps_its_link() -> None:
    _, whole = await sent("sms", page())
    _, less = await sent("sms", page(), shorter=True)
    bodies = [form(it)["Body"] for it in (whole, less)]
    assert len(bodies[1]) <= len(bodies[0])
    assert bodies[0].partition("\n")[2] == bodies[1].partition("\n")[2]


async def test_a_call_says_the_page_twice_and_waits_for_a_key() -> None:
    delivery, vendor = await sent("voice", page())
    (request,) = vendor.requests
    fields = form(vendor)

    assert delivery.outcome == "accepted"
    assert request.target == f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    assert (fields["To"], fields["From"], fields["Timeout"]) == (PHONE, NUMBER, "25")
    assert fields["StatusCallbackEvent"] == "completed"
    (gather,) = ET.fromstring(fields["Twiml"])
    assert (gather.tag, gather.get("numDigits"), gather.get("method")) == ("Gather", "1", "POST")
    one, two = heard_on_the_phone(fields["Twiml"])
    assert one.text == two.text
    assert one.get("language") == "en-US"
    assert (one.text or "").endswith(PRESS_ONE["en"])
    action = urlsplit(gather.get("action") or "")
    token = action.path.removeprefix("/v1/receipts/twilio-voice/")
    claim = LINKS.links.verify(token, T0)
    assert (claim.person, claim.cycle, claim.page_id) == ("ana", 1, page().page_id)


async def test_a_call_about_an_outage_asks_for_no_key() -> None:
    _, vendor = await sent("voice", notice())
    assert "Gather" not in form(vendor)["Twiml"]


@pytest.mark.parametrize(
    ("locale", "tag", "voice", "language"),
    [
        ("en-GB", "en-US", None, "en"),
        ("he-IL", "he-IL", "Google.he-IL-Standard-A", "he"),
        ("lv", "lv-LV", "Google.lv-LV-Standard-B", "lv"),
        ("nl", "nl-NL", None, "nl"),
        ("pt", "pt-PT", None, "pt"),
        ("pt-BR", "pt-BR", None, "pt"),
        ("ro", "ro-RO", "Polly.Carmen", "ro"),
    ],
)
async def test_a_call_speaks_the_language_of_who_is_called(
    locale: str, tag: str, voice: str | None, language: str
) -> None:
    person = EVE.model_copy(update={"locale": locale})
    _, vendor = await sent("voice", page(), person=person)
    twiml = form(vendor)["Twiml"]
    say, _ = heard_on_the_phone(twiml)
    assert (say.get("language"), say.get("voice")) == (tag, voice)
    assert PRESS_ONE[language] in (say.text or "")
    assert f"lang={language}" in twiml


async def test_where_no_voice_speaks_a_language_the_call_is_in_english_and_says_so() -> None:
    person = EVE.model_copy(update={"locale": "he-IL"})
    async with playing(taken()) as vendor:
        built = method(vendor, "voice", twilio_voices="he=none")
        await attempt(built, page(), person)
    say, _ = heard_on_the_phone(form(vendor)["Twiml"])
    assert say.get("language") == "en-US"
    assert (say.text or "").startswith(ONLY_IN_ENGLISH)
    assert (say.text or "").isascii()


def test_every_language_that_ships_is_spoken() -> None:
    assert set(available()) <= set(PRESS_ONE)
    assert all(voice_for(language, language, VOICES) for language in available())


def test_an_operator_may_name_other_voices() -> None:
    voices = voices_with("he=Google.he-IL-Wavenet-A, et=et-EE/Google.et-EE-Standard-A")
    assert (voices["he"].tag, voices["he"].name) == ("he-IL", "Google.he-IL-Wavenet-A")
    assert (voices["et"].tag, voices["et"].name) == ("et-EE", "Google.et-EE-Standard-A")
    assert voice_for("et", "en", voices) == voices["en"]  # there are no words in Estonian
    with pytest.raises(ValueError, match="voice"):
        voices_with("he")


@pytest.mark.parametrize("letter", ["a", "&", '"', "\u05d0", "\u2068", "\x00", "\ud800", "\n"])
def test_a_script_is_xml_of_bounded_length_whatever_is_said(letter: str) -> None:
    made = fitted(f"x{letter * 5_000}", VOICES["he"], hint="1.", action="https://a/?b=1&c=2")
    assert len(made) <= LONGEST_TWIML
    assert len(heard_on_the_phone(made)) == 2


async def test_calls_may_come_from_another_number_than_messages() -> None:
    lines = (
        f"sms.account {ACCOUNT} {KEY} {SECRET} {SERVICE}",
        f"voice.account {ACCOUNT} {KEY} {SECRET} +15555550199",
    )
    async with playing(taken()) as vendor:
        await attempt(method(vendor, "voice", *lines), page(), EVE)
        from_service = await attempt(method(vendor, "voice", lines[0]), page(), EVE)
    assert form(vendor)["From"] == "+15555550199"
    assert from_service.outcome == "config"


@pytest.mark.parametrize("of", BOTH)
@pytest.mark.parametrize(
    ("behaviour", "outcome", "detail"),
    [
        (taken(num_segments=None), "accepted", "POST: 201"),
        (error_body_with_200({"code": 20003, "message": "no"}), "unknown", "POST: 200"),
        (silent_202(), "unknown", "POST: 202"),
        (accepts("<html>", status=201), "unknown", "POST: 201"),
        (loses_its_body(201), "unknown", "POST: 201"),
        (taken(status="failed", error_code=30006), "bad_recipient", "POST: 201 code 30006"),
        (taken(status="failed", error_code=30007), "refused", "POST: 201 failed 30007"),
        (taken(status="failed"), "refused", "POST: 201 failed"),
        (fails(400, {"code": 21211, "message": f"'To' {PHONE}"}), "bad_recipient", "POST: 400"),
        (fails(400, {"code": 21610}), "bad_recipient", "POST: 400 code 21610"),
        (fails(400, {"code": 21408}), "config", "POST: 400 code 21408"),
        (fails(400, {"code": 21617}), "too_big", "POST: 400 code 21617"),
        (fails(400, {"code": 21619}), "refused", "POST: 400 code 21619"),
        (fails(400, {"code": PHONE}), "refused", "POST: 400"),
        (fails(400), "refused", "POST: 400"),
        (fails(401, {"code": 20003}), "config", "POST: 401 code 20003"),
        (fails(401), "config", "POST: 401"),
        (fails(404, {"code": 20404}), "config", "POST: 404 code 20404"),
        (fails(500), "transient", "POST: 500"),
        (redirects("https://elsewhere.example/"), "transient", "POST: 307"),
        (resets_after_body(), "unknown", "POST: "),
    ],
)
async def test_an_answer_becomes_an_outcome_that_tells_codes_alone(
    of: ContactMethod, behaviour: Behaviour, outcome: str, detail: str
) -> None:
    delivery, _ = await sent(of, page(), behaviour)
    assert delivery.outcome == outcome
    assert delivery.detail.startswith(detail)
    assert PHONE.lstrip("+") not in delivery.detail


@pytest.mark.parametrize(
    ("behaviour", "wait_ms"),
    [
        (throttles(None, body={"code": 20429}), 60_000),
        (throttles(30), 30_000),
        (fails(400, {"code": 14107}), 60_000),
        (throttles(3, status=503), 3_000),
    ],
)
async def test_what_was_never_processed_is_waited_for(behaviour: Behaviour, wait_ms: int) -> None:
    delivery, _ = await sent("sms", page(), behaviour)
    assert (delivery.outcome, delivery.retry_after_ms) == ("throttled", wait_ms)


def test_no_code_means_two_things() -> None:
    groups = (THROTTLED, BAD_RECIPIENT, CONFIG, TOO_BIG)
    assert sum(map(len, groups)) == len(frozenset().union(*groups))


@pytest.mark.parametrize("of", BOTH)
async def test_a_page_that_was_taken_before_we_were_killed_goes_again_to_the_same_row(
    of: ContactMethod,
) -> None:
    """Twilio knows no repeats: it is counted, and its receipts are about the same row."""
    async with playing(taken()) as vendor:
        first, second, end = await killed_after_its_accept(method(vendor, of), EVE, name=of)
    one, two = (request.form() for request in vendor.requests)
    assert (first.message_id, second.possible_repeat) == (second.message_id, True)
    assert one["StatusCallback"] == two["StatusCallback"]
    assert (end.end, end.attempts, end.possible_repeats) == ("accepted", 2, 1)


async def test_one_that_is_silent_holds_nobody_and_may_have_taken_it() -> None:
    async with playing(slow()) as vendor:
        built = method(vendor, "sms", pager_timeout_s=0.3)
        delivery = await attempt(built, page(), EVE)
    assert (delivery.outcome, len(vendor.requests)) == ("unknown", 1)


@pytest.mark.parametrize("of", BOTH)
async def test_without_permission_nothing_is_written(of: ContactMethod) -> None:
    async with playing(taken()) as vendor:
        delivery = await attempt(method(vendor, of), page(), EVE, may_send=asked(0))
    assert (delivery.outcome, vendor.requests) == ("not_sent", [])


@pytest.mark.parametrize(
    "lines",
    [
        (f"sms.other {ACCOUNT} {KEY} {SECRET} {NUMBER}",),
        (f"sms.account {ACCOUNT} {KEY} {SECRET}",),
        (f"sms.account someone {KEY} {SECRET} {NUMBER}",),
    ],
)
@pytest.mark.parametrize("of", BOTH)
async def test_an_account_that_is_none_is_told_to_the_operator(
    of: ContactMethod, lines: tuple[str, ...]
) -> None:
    async with playing(taken()) as vendor:
        delivery = await attempt(method(vendor, of, *lines), page(), EVE)
    assert (delivery.outcome, vendor.requests) == ("config", [])


@pytest.mark.parametrize("phone", [None, "555", "+0123456789", "15555550123", "+1555555ABCD"])
@pytest.mark.parametrize("of", BOTH)
async def test_a_person_without_a_number_is_not_called(
    of: ContactMethod, phone: str | None
) -> None:
    person = EVE.model_copy(update={"phone": phone})
    delivery, vendor = await sent(of, page(), person=person)
    assert (delivery.outcome, vendor.requests) == ("refused", [])
    assert phone is None or phone not in delivery.detail


@pytest.mark.parametrize("of", BOTH)
async def test_no_secret_or_number_is_in_outcomes_or_log_lines(of: ContactMethod) -> None:
    answers = {"message": f"{SECRET} {PHONE}", "code": 21211}
    for behaviour in (taken(), fails(400, answers), fails(401, SECRET), accepts(SECRET, 201)):
        async with playing(behaviour) as vendor:
            shown = await shown_by(method(vendor, of), page(), EVE)
        for secret in (SECRET, KEY, PHONE, "/a/", "/v1/receipts/"):
            assert secret not in shown
    nowhere = methods(f"http://user:{SECRET}@127.0.0.1:1/", LINE)[of]
    assert SECRET not in await shown_by(nowhere, page(), EVE)
