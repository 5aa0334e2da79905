"""Requests by Twilio are known by its signature, whichever form it takes."""

from base64 import b64encode
from hmac import digest

import pytest

from services.gateway.adapters.twilio_signatures import (
    TwilioSecrets,
    form_of,
    read_secrets,
    signed_by_twilio,
)

TOKEN = TwilioSecrets(tokens=("12345",))
FORM = "application/x-www-form-urlencoded"
DOCUMENTED = "https://mycompany.com/myapp.php?foo=1&bar=2"
STATUS = "https://router.example.com/hooks/twilio/sms-status?n=ntf_01K7M4"
STATUS_FORM = (
    b"SmsSid=SMXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX&SmsStatus=undelivered&MessageStatus=undelivered"
    b"&ErrorCode=30003&To=%2B15555550123&MessageSid=SMXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
    b"&AccountSid=ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX&From=%2B15555550100&ApiVersion=2010-04-01"
)
PRESS = "https://router.example.com/hooks/twilio/gather/esc_01K7M4Q2ZB6T9V3X8C5N0R1HDE"
PRESS_FORM = (
    b"AccountSid=ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX&ApiVersion=2010-04-01"
    b"&CallSid=CAXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX&CallStatus=in-progress&Called=%2B15555550123"
    b"&Caller=%2B15555550100&Digits=1&Direction=outbound-api&FinishedOnKey=&From=%2B15555550100"
    b"&To=%2B15555550123&msg=Gather+End"
)
JSON_URL = (
    "https://hooks.example.com/in/twilio/events?bodySHA256="
    "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
)
JSON = b'{"property": "value", "boolean": true}'


def call(number: str) -> bytes:
    """The form of Twilio's own documentation."""
    plain = number.replace("+", "%2B")
    return (
        f"CallSid=CA1234567890ABCDE&Caller={plain}&Digits=1234&From={plain}&To=%2B18005551212"
    ).encode()


@pytest.mark.parametrize(
    ("url", "content", "signature"),
    [
        (DOCUMENTED, call("+14158675310"), "GvWf1cFY/Q7PnoempGyD5oXAezc="),
        (DOCUMENTED, call("+14158675309"), "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (STATUS, STATUS_FORM, "Da4lFXteEsuMSxDAOvkrtveb4X0="),
        (PRESS, PRESS_FORM, "aD7XjLQAzLeL/Ez3ixlbW0iuny4="),
    ],
)
def test_published_signatures_hold_and_a_changed_form_does_not(
    url: str, content: bytes, signature: str
) -> None:
    headers = {"content-type": FORM, "x-twilio-signature": signature}
    assert signed_by_twilio(TOKEN, headers, url, content)
    assert not signed_by_twilio(TOKEN, headers, url, content + b"&More=1")
    assert not signed_by_twilio(TOKEN, headers, url + "x", content)
    assert not signed_by_twilio(TwilioSecrets(tokens=("12346",)), headers, url, content)
    assert not signed_by_twilio(TwilioSecrets(), headers, url, content)


def test_a_body_of_json_is_signed_by_its_hash_in_the_url() -> None:
    headers = {
        "content-type": "application/json",
        "x-twilio-signature": "kUTEMC3wK4oOZnfqLPXvDzs95VM=",
    }
    assert signed_by_twilio(TOKEN, headers, JSON_URL, JSON)
    assert not signed_by_twilio(TOKEN, headers, JSON_URL, JSON + b" ")


def test_a_body_that_is_neither_a_form_nor_hashed_is_not_signed() -> None:
    url = "https://desk.example.org/v1/receipts/twilio/t"
    signature = b64encode(digest(b"12345", url.encode(), "sha1")).decode()
    headers = {"content-type": "text/plain", "x-twilio-signature": signature}
    assert not signed_by_twilio(TOKEN, headers, url, b"MessageStatus=delivered")
    assert signed_by_twilio(TOKEN, headers, url, b"")


@pytest.mark.parametrize(
    ("signed", "ours"),
    [
        ("https://desk.example.org:443/r", "https://desk.example.org/r"),
        ("https://desk.example.org/r", "https://desk.example.org:443/r"),
        ("http://desk.example.org:80/r?a=1", "http://desk.example.org/r?a=1"),
        ("https://[2001:db8::1]:443/r", "https://[2001:db8::1]/r"),
    ],
)
def test_a_default_port_may_be_named_or_not(signed: str, ours: str) -> None:
    signature = b64encode(digest(b"12345", signed.encode(), "sha1")).decode()
    headers = {"content-type": FORM, "x-twilio-signature": signature}
    assert signed_by_twilio(TOKEN, headers, ours, b"")


def test_another_port_is_another_url() -> None:
    signature = b64encode(digest(b"12345", b"https://desk.example.org:8443/r", "sha1")).decode()
    headers = {"content-type": FORM, "x-twilio-signature": signature}
    assert not signed_by_twilio(TOKEN, headers, "https://desk.example.org/r", b"")


def test_of_a_name_that_comes_several_times_each_value_counts_once() -> None:
    text = "https://desk.example.org/r" + "Digits1" + "Digits2" + "To3"
    signature = b64encode(digest(b"12345", text.encode(), "sha1")).decode()
    headers = {"content-type": FORM, "x-twilio-signature": signature}
    content = b"To=3&Digits=2&Digits=1&Digits=2"
    assert signed_by_twilio(TOKEN, headers, "https://desk.example.org/r", content)


class TestASharedKey:
    URL = "https://desk.example.org/r"
    SECRETS = TwilioSecrets(tokens=("12345",), shared={"SK1": "shared-key-secret"})

    def headers(self, settings: str, secret: bytes, algorithm: str) -> dict[str, str]:
        tag = digest(secret, f"{self.URL}To1".encode(), algorithm)
        return {
            "content-type": FORM,
            "x-twilio-signature": b64encode(tag).decode(),
            "x-twilio-webhooks-signature-settings": settings,
        }

    def test_signs_with_sha256_under_its_name(self) -> None:
        named = self.headers("key=SK1,algorithm=HMAC_SHA256", b"shared-key-secret", "sha256")
        assert signed_by_twilio(self.SECRETS, named, self.URL, b"To=1")
        assert not signed_by_twilio(self.SECRETS, named, self.URL, b"To=2")

    def test_is_not_replaced_by_another_or_by_the_token(self) -> None:
        other = self.headers("key=SK2,algorithm=HMAC_SHA256", b"shared-key-secret", "sha256")
        weaker = self.headers("key=SK1,algorithm=HMAC_SHA1", b"12345", "sha1")
        odd = self.headers("nonsense", b"12345", "sha1")
        for headers in (other, weaker, odd):
            assert not signed_by_twilio(self.SECRETS, headers, self.URL, b"To=1")


def test_a_file_holds_tokens_and_shared_keys_and_shows_neither() -> None:
    secrets = read_secrets("# Twilio\n\nnew-token\nold-token\nSK1 shared\n")
    assert secrets.tokens == ("new-token", "old-token")
    assert secrets.shared == {"SK1": "shared"}
    assert "token" not in repr(secrets).replace("tokens", "")
    with pytest.raises(ValueError, match="line 1") as raised:
        read_secrets("one two three")
    assert "three" not in str(raised.value)


def test_a_form_of_broken_characters_is_read_all_the_same() -> None:
    assert form_of(b"a=%ff&b=\xff&c=") == [("a", "\ufffd"), ("b", "\ufffd"), ("c", "")]
