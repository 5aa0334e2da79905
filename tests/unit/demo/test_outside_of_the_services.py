"""The world outside answers as it is planned, and takes only webhooks that are signed."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from switchyard.demo.outside import PHONES, REFERENCE, ROOM, TELEPHONE, Outside
from switchyard.demo.webhooks import PREFIX, Receiver, new_secret

# The example that the standard's own libraries are tested with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SIGNED = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
BODY = b'{"test": 2432232314}'


@asynccontextmanager
async def standing(outside: Outside) -> AsyncIterator[httpx.AsyncClient]:
    port = await outside.open()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        yield client
    await outside.close()


async def test_the_telephone_answers_503_from_its_failure_to_its_recovery() -> None:
    outside = Outside(Receiver(SECRET))
    async with standing(outside) as client:
        before = (await client.get(TELEPHONE)).status_code
        outside.fail()
        during = [(await client.get(path)).status_code for path in (TELEPHONE, REFERENCE)]
        outside.recover()
        after = (await client.get(TELEPHONE)).status_code
    assert (before, during, after) == (200, [503, 200], 200)
    assert outside.looks == 3


async def test_a_signed_message_is_taken_once_however_often_it_comes() -> None:
    outside = Outside(Receiver(SECRET))
    async with standing(outside) as client:
        answers = [await client.post(ROOM, content=BODY, headers=SIGNED) for _ in range(2)]
    assert [it.status_code for it in answers] == [200, 200]
    assert (outside.room.taken, outside.room.repeats, outside.room.refused) == (1, 1, 0)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (SIGNED, BODY + b" "),
        (SIGNED | {"webhook-timestamp": "1614265331"}, BODY),
        (SIGNED | {"webhook-signature": "v1,AAAA"}, BODY),
        ({"webhook-id": "msg_1"}, BODY),
        ({}, BODY),
    ],
    ids=["another body", "another time", "another signature", "no signature", "nothing"],
)
async def test_what_is_not_signed_is_refused(headers: dict[str, str], body: bytes) -> None:
    outside = Outside(Receiver(SECRET))
    async with standing(outside) as client:
        assert (await client.post(ROOM, content=body, headers=headers)).status_code == 401
    assert (outside.room.taken, outside.room.refused) == (0, 1)


def test_one_good_signature_among_several_suffices() -> None:
    secret = new_secret()
    key = b64decode(secret.removeprefix(PREFIX))
    good = b64encode(hmac.digest(key, b"a.1.body", "sha256")).decode()
    headers = {
        "webhook-id": "a",
        "webhook-timestamp": "1",
        "webhook-signature": f"v1,AAAA v1,{good}",
    }
    assert Receiver(secret).take(headers, b"body")


async def test_a_telephone_rings_for_what_is_signed_and_for_nothing_else() -> None:
    # given managers' telephones
    outside, rung = Outside(Receiver(SECRET), Receiver(SECRET)), list[tuple[str, bytes]]()
    outside.ring = lambda person, body: rung.append((person, body))
    async with standing(outside) as client:
        # when somebody else writes to one, and then the notifier does
        forged = await client.post(f"{PHONES}mia", content=BODY, headers={"webhook-id": "msg_1"})
        signed = await client.post(f"{PHONES}mia", content=BODY, headers=SIGNED)
    # then it rings once, and the chat room hears nothing
    assert (forged.status_code, signed.status_code) == (401, 200)
    assert rung == [("mia", BODY)]
    assert outside.room.taken == 0


async def test_where_no_telephone_takes_webhooks_there_is_none() -> None:
    outside = Outside(Receiver(SECRET))
    async with standing(outside) as client:
        assert (await client.post(f"{PHONES}mia", content=BODY, headers=SIGNED)).status_code == 404
