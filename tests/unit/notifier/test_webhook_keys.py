"""Secrets of webhooks, and signatures that others can verify."""

import hmac
from base64 import b64encode
from hashlib import sha256

import pytest

from services.notifier.adapters.webhook.keys import (
    Keyring,
    read_keyring,
    read_secrets,
    signature,
)

# Verified by the libraries of the Standard Webhooks project, in their own tests.
KNOWN_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KNOWN_ID, KNOWN_TIME_S = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
KNOWN_BODY = b'{"test": 2432232314}'
KNOWN_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def secret(byte: int, length: int = 32) -> str:
    return "whsec_" + b64encode(bytes([byte]) * length).decode()


def test_the_signature_is_that_of_the_specifications_own_libraries() -> None:
    secrets = read_secrets([KNOWN_SECRET], "here")
    assert signature(secrets, KNOWN_ID, KNOWN_TIME_S, KNOWN_BODY) == KNOWN_SIGNATURE


def test_while_secrets_are_changed_each_of_them_signs() -> None:
    secrets = read_secrets([secret(1), secret(2)], "here")
    expected = [
        "v1," + b64encode(hmac.new(bytes([n]) * 32, b"id.5.{}", sha256).digest()).decode()
        for n in (1, 2)
    ]
    assert signature(secrets, "id", 5, b"{}").split(" ") == expected


def test_a_file_gives_each_person_his_own_secrets_and_all_others_the_default() -> None:
    text = f"# who: what\n\nana {secret(1)} {secret(2)}\n  room   {secret(3)}\n"
    keyring = Keyring(read_keyring(text, "file"), read_secrets([secret(9)], "default"))
    assert keyring.of("ana") == (bytes([1]) * 32, bytes([2]) * 32)
    assert keyring.of("room") == (bytes([3]) * 32,)
    assert keyring.of("dov") == (bytes([9]) * 32,)
    assert Keyring({}).of("dov") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ana", "line 1: a person's id"),
        (f"ana {secret(1)}\nana {secret(2)}", "line 2: 'ana' has a line already"),
        ("ana open-sesame", "begins with 'whsec_'"),
        ("ana whsec_open-sesame!", "is base64"),
        (f"ana {secret(1, 23)}", "24 to 64 bytes, this one 23"),
        (f"ana {secret(1, 65)}", "24 to 64 bytes, this one 65"),
    ],
)
def test_what_is_no_secret_is_refused_without_repeating_it(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as failed:
        read_keyring(text, "file")
    assert "sesame" not in str(failed.value)
    assert secret(1)[:20] not in str(failed.value)
