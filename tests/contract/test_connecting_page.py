"""The page about connecting can be followed: its recipe takes what we sign, and nothing else."""

import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.notifier.adapters.webhook.keys import read_secrets, signature

PAGE = Path(__file__).resolve().parents[2] / "docs" / "connecting.md"
OURS, OTHER = ("whsec_" + b64encode(bytes([byte]) * 32).decode() for byte in (1, 2))
BODY = b'{"type":"incident.opened"}'


@pytest.fixture(scope="module")
def is_ours() -> Callable[[Mapping[str, str], bytes, str], bool]:
    (recipe,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    found: dict[str, Any] = {}
    exec(recipe, found)
    check: Callable[[Mapping[str, str], bytes, str], bool] = found["is_ours"]
    return check


def headers(*secrets: str, age_s: int = 0) -> dict[str, str]:
    sent_at = int(time.time()) - age_s
    return {
        "webhook-id": "notice_1",
        "webhook-timestamp": str(sent_at),
        "webhook-signature": signature(read_secrets(secrets, "here"), "notice_1", sent_at, BODY),
    }


def test_a_receiver_takes_what_we_sign(is_ours: Callable[..., bool]) -> None:
    assert is_ours(headers(OURS), BODY, OURS)


def test_while_a_secret_is_changed_either_is_enough(is_ours: Callable[..., bool]) -> None:
    assert is_ours(headers(OTHER, OURS), BODY, OURS)
    assert is_ours(headers(OTHER, OURS), BODY, OTHER)


def test_a_receiver_refuses_others_changes_and_old_messages(is_ours: Callable[..., bool]) -> None:
    assert not is_ours(headers(OTHER), BODY, OURS)
    assert not is_ours(headers(OURS), BODY + b" ", OURS)
    assert not is_ours(headers(OURS) | {"webhook-id": "notice_2"}, BODY, OURS)
    assert not is_ours(headers(OURS, age_s=301), BODY, OURS)
    assert not is_ours(headers(OURS, age_s=-310), BODY, OURS)
