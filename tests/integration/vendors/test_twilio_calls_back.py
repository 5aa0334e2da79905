"""What the notifier asks Twilio to call is what the gateway answers: the two meet nowhere else."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hmac import digest
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlencode
from xml.etree import ElementTree as ET

import httpx

from services.notifier.adapters.page_links import PageLinks
from shared.contracts.topics import PEOPLE_LOG
from tests.component.gateway.house import LINKS, T0, House, open_house
from tests.support.ledger import ANA, HOUR, page
from tests.support.vendors.server import accepts, playing
from tests.support.vendors.trials import attempt, methods

PUBLIC = "https://desk.example.org"
EVE = ANA.model_copy(update={"phone": "+15555550123", "locale": "he-IL"})
LINE = f"sms.account AC{'0' * 32} SK{'1' * 32} secret +15555550100"


@asynccontextmanager
async def gateway(tmp_path: Path) -> AsyncIterator[House]:
    tokens = tmp_path / "twilio"
    tokens.write_text("12345\n")
    async with open_house(public_url=PUBLIC, twilio_tokens_file=tokens) as house:
        yield house


async def asked_of_twilio(of: str) -> dict[str, str]:
    """The form by which a page goes out."""
    links = PageLinks(links=LINKS, public_url=PUBLIC, valid_ms=72 * HOUR)
    taken = accepts({"sid": "SM" + "3" * 32, "status": "queued"}, status=201)
    async with playing(taken) as vendor:
        built: dict[Any, Any] = dict(
            methods(vendor.url, LINE, links=links, link_key=LINKS.keys[0].decode())
        )
        await attempt(built[of], page(), EVE, notification_id=page().page_id)
    return {name: values[0] for name, values in vendor.requests[0].form().items()}


async def calls_back(house: House, url: str, form: dict[str, str]) -> httpx.Response:
    """Without the fragment, which tells Twilio alone how often to try."""
    address = urldefrag(url).url
    text = address + "".join(name + value for name, value in sorted(form.items()))
    return await house.http.post(
        address.removeprefix(PUBLIC),
        content=urlencode(form),
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": b64encode(digest(b"12345", text.encode(), "sha1")).decode(),
        },
    )


async def test_the_receipt_of_a_message_reaches_its_row(tmp_path: Path) -> None:
    form = await asked_of_twilio("sms")
    async with gateway(tmp_path) as house:
        assert house.clock.ms == T0
        status = {"MessageSid": "SM" + "3" * 32, "MessageStatus": "delivered"}
        answer = await calls_back(house, form["StatusCallback"], status)
        (report,) = house.commands("delivery_reported", PEOPLE_LOG)
    assert answer.status_code == 204
    assert (report.notification_id, report.person) == (page().page_id, "ana")


async def test_the_key_that_is_pressed_in_a_call_acknowledges_its_page(tmp_path: Path) -> None:
    form = await asked_of_twilio("voice")
    (gather,) = ET.fromstring(form["Twiml"])
    async with gateway(tmp_path) as house:
        status = {"CallSid": "CA" + "3" * 32, "CallStatus": "completed"}
        await calls_back(house, form["StatusCallback"], status)
        answer = await calls_back(house, gather.get("action") or "", {"Digits": "1"})
        (report,) = house.commands("delivery_reported", PEOPLE_LOG)
        (taken,) = house.commands("page_acknowledged", PEOPLE_LOG)
    say = next(ET.fromstring(answer.text).iter("Say"))
    asked = next(ET.fromstring(form["Twiml"]).iter("Say"))
    assert report.status == "delivered"
    assert (taken.page_id, taken.person, taken.via) == (page().page_id, "ana", "voice")
    assert say.attrib == asked.attrib  # the same voice goes on
