"""`docs/asyncapi.json`: every topic and message for programs, as AsyncAPI 3.0.

One document for the whole installation: an operation says which service sends or receives.
"""

import json
from importlib.metadata import version

from shared.contracts.topics import CLOCK_PROBE, CONFIG, DEAD_LETTERS, TOPICS, Topic, state_topic
from switchyard.docs.asyncapi_messages import JSON, messages
from switchyard.docs.asyncapi_schemas import Json, schemas
from switchyard.docs.logs import (
    DECIDES_ON,
    FOLLOWS_ALL,
    LOGS,
    OPERATOR,
    appended_by,
    heard_by,
    kinds_of,
)

_ABOUT = """\
What the services of Switchyard tell each other. They meet in these topics and nowhere else.

A record of a log is JSON; its headers `kind`, `by`, `at` and, on facts, `src` let a reader skip it
without decoding. The partition is a hash of the key, the same on every client. Events are safe to
hear twice: the same event has the same `event_id`. Made by `python -m switchyard.docs`."""
SERVICES = ("gateway", *DECIDES_ON)


def page() -> str:
    """The whole document as it stands in `docs/`."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def document() -> Json:
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Switchyard",
            "version": version("switchyard"),
            "description": _ABOUT,
            "license": {
                "name": "Apache-2.0",
                "url": "https://www.apache.org/licenses/LICENSE-2.0",
            },
        },
        "defaultContentType": JSON,
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": _operations(),
        "components": {"schemas": schemas()},
    }


def _channel(topic: Topic) -> Json:
    kafka: Json = {"topic": topic.name}
    if topic.partitions is not None:
        kafka["partitions"] = topic.partitions
    kafka["topicConfiguration"] = {
        "cleanup.policy": [topic.cleanup],
        "retention.ms": topic.retention_ms,
        "message.timestamp.type": topic.timestamps,
    }
    return {
        "address": topic.name,
        "summary": topic.about,
        "description": f"Key: {topic.key}. Written by: {topic.owner}.",
        "messages": messages(topic),
        "bindings": {"kafka": kafka | {"bindingVersion": "0.5.0"}},
    }


def _operations() -> Json:
    """Who sends and who receives what. Names: `<service>.sends.<topic>`."""
    found: Json = {}
    for service in (*SERVICES, OPERATOR):
        for topic in TOPICS:
            for action, names in (
                ("send", _sent(service, topic)),
                ("receive", _received(service, topic)),
            ):
                if names:
                    found[f"{service}.{action}s.{topic.name}"] = _operation(
                        service, action, topic.name, names
                    )
    return found


def _operation(service: str, action: str, topic: str, names: list[str]) -> Json:
    channel = f"#/channels/{topic}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "summary": f"The {service} {action}s.",
        "tags": [{"name": service}],
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in names],
    }


def _sent(service: str, topic: Topic) -> list[str]:
    if topic.name in LOGS:
        return [kind for kind in kinds_of(topic.name) if service in appended_by(topic.name, kind)]
    senders = {
        CONFIG: (OPERATOR,),
        DEAD_LETTERS: tuple(DECIDES_ON),
        CLOCK_PROBE: SERVICES,
    } | {state_topic(each): (each,) for each in DECIDES_ON}
    return list(messages(topic)) if service in senders.get(topic.name, ()) else []


def _received(service: str, topic: Topic) -> list[str]:
    """What a service acts on. The operator's reports and recordings read every topic."""
    if topic.name in LOGS:
        follows = topic.name in FOLLOWS_ALL.get(service, ())
        kinds = kinds_of(topic.name)
        return [kind for kind in kinds if follows or service in heard_by(topic.name, kind)]
    if topic.name == CONFIG:
        return ["document"] if service != OPERATOR else ["document", "applied"]
    readers = {DEAD_LETTERS: (OPERATOR,)} | {state_topic(each): (each,) for each in DECIDES_ON}
    return list(messages(topic)) if service in readers.get(topic.name, ()) else []
