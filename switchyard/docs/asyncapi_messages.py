"""The messages of each topic: headers, key and payload."""

from shared.contracts import topics
from shared.contracts.catalogue import KINDS
from shared.contracts.topics import TOPICS, Topic
from shared.runner.dead_letter import DeadLetter
from switchyard.docs.asyncapi_schemas import DOCUMENTS, Json, reference
from switchyard.docs.logs import LOGS, appended_by, kinds_of
from switchyard.docs.topics_page import says
from switchyard.rollout.plan import Applied

JSON = "application/json"
BYTES = "application/octet-stream"
_HASH = "[0-9a-f]{32}"


def messages(topic: Topic) -> dict[str, Json]:
    """The messages of one topic by name; in a log the name is the kind."""
    if topic.name in LOGS:
        return {kind: _event(topic.name, kind) for kind in kinds_of(topic.name)}
    match topic.name:
        case topics.CONFIG:
            return _configuration()
        case topics.DEAD_LETTERS:
            return _dead_letters()
        case topics.CLOCK_PROBE:
            about = "Nothing but its time, which the broker stamps."
            empty = {"type": "string", "maxLength": 0}
            return {"clock_probe": _message("clock_probe", about, empty, kind_of_content=BYTES)}
        case _:
            about = f"Private to the {topic.owner}: its form changes without notice."
            return {"state": _message("state", about, {}, kind_of_content=BYTES)}


def _event(log: str, kind: str) -> Json:
    headers = {
        "type": "object",
        "required": ["kind", "by", "at"],
        "properties": {
            "kind": {"type": "string", "enum": [kind]},
            "by": {"type": "string", "enum": list(appended_by(log, kind))},
            "at": {"$ref": "#/components/schemas/HeaderAt"},
            "src": {"$ref": "#/components/schemas/HeaderSource"},
        },
    }
    model = KINDS[kind]
    return _message(kind, says(model), reference(model), headers=headers)


def _configuration() -> dict[str, Json]:
    about = "A document under the hash of its bytes, never deleted."
    either = {"oneOf": [reference(model) for model in DOCUMENTS]}
    line = "Which document a pool runs under, since when, by whom and why."
    return {
        "document": _message("document", about, either, key=f"^document/{_HASH}$"),
        "applied": _message("applied", line, reference(Applied), key="^applied/.+/[0-9]+$"),
    }


def _dead_letters() -> dict[str, Json]:
    about = "A record that could not be read or followed, with its reason, origin and bytes."
    source = "|".join(topic.name for topic in TOPICS if topic.name in LOGS)
    return {
        "dead_letter": _message("dead_letter", about, reference(DeadLetter), key=f"^({source})$")
    }


def _message(
    name: str,
    about: str,
    payload: Json,
    *,
    headers: Json | None = None,
    key: str | None = None,
    kind_of_content: str = JSON,
) -> Json:
    told: Json = {"name": name, "summary": about, "contentType": kind_of_content}
    if headers:
        told["headers"] = headers
    told["payload"] = payload
    if key:
        of_key = {"type": "string", "pattern": key}
        told["bindings"] = {"kafka": {"key": of_key, "bindingVersion": "0.5.0"}}
    return told
