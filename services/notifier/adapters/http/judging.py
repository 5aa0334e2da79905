"""What a provider says in the body of its answer."""

import json
from typing import Any

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.carrier import Answer

_LONGEST_CODE = 64


def said(answer: Answer) -> dict[str, Any]:
    """The object in an answer's body; empty where it has none, or is no JSON."""
    found = parsed(answer)
    return found if isinstance(found, dict) else {}


def parsed(answer: Answer) -> Any:
    """An answer's body as JSON; None where it is none."""
    try:
        return None if answer.body is None else json.loads(answer.body)
    except (ValueError, RecursionError):  # also what is not UTF-8, or nested a thousand deep
        return None


def unproved(answer: Answer) -> Delivery:
    """A 2xx that lacks what the provider says when it has really taken a message."""
    return Delivery("unknown", f"POST: {answer.status} without a proof")


def code_in(value: object) -> str:
    """A provider's code, if it is one: it goes into details, where nothing else may."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isalnum() and len(text) <= _LONGEST_CODE else ""
