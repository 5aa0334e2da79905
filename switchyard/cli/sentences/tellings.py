"""What the gateway tells of a message to one person, in words: what it is about, and why."""

from collections.abc import Mapping
from typing import Any

from switchyard.cli.sentences.base import moment, spaced

_WAITS = {
    "opened": "not tried yet",
    "trying": "a try is on its way",
    "redriven": "to be tried again by hand",
    "bundled": "goes in one message with others",
    "in_doubt": "a try may have arrived",
    "unknown": "may have arrived, and is not said again",
}
_UNTIL = {
    "quiet_hours": "quiet hours until",
    "rate": "this address takes no more until",
    "bundle": "goes in one message with others at",
    "retry": "next try at",
    "blocked": "its provider is given a rest until",
}


def about(it: Mapping[str, Any]) -> str:
    """`page of boston:7#first_reply/1`, `opening of chat-1`, `receipt for boston:7`."""
    match it["about"]:
        case "page":
            return f"page of {it['escalation_id']}"
        case "notice":
            return f"{spaced(it['purpose'])} of {it['incident_id']}"
        case "customer_notice":
            return f"{spaced(it['purpose'])} for {it['interaction_id']}"
        case "trouble":
            return f"trouble with {spaced(it['purpose'])}"
        case "verification":
            return "code"
        case other:
            return spaced(str(other))


def why(it: Mapping[str, Any]) -> str:
    """Of what waits, until when; of what came to nothing, what the provider said."""
    told = it["why"]
    code, detail = str(told["code"]), str(told["detail"])
    if detail.startswith(f"{code}:"):  # the notifier's reason begins with the word
        return detail
    detail = f" ({detail})" if detail else ""
    if code in _UNTIL and told["until_ms"] is not None:
        return f"{_UNTIL[code]} {moment(told['until_ms'])}{detail}"
    return f"{_WAITS.get(code, spaced(code))}{detail}"
