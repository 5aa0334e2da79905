"""`docs/settings.md`: everything that is set by the environment.

Names, types, limits and defaults come from the settings classes; the sentences are here, and a
test says which is missing.
"""

import types
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from services.escalation.settings import EscalationSettings
from services.gateway.settings import GatewaySettings
from services.notifier.settings import NotifierSettings
from services.outage.settings import OutageSettings
from services.router.settings import RouterSettings
from shared.clock import ENVIRONMENT_VARIABLE
from shared.kafka.connection import KafkaSettings
from shared.runner.settings import ServiceSettings
from switchyard.docs.settings_told import TOLD
from switchyard.docs.tables import code, table

_DECIDING = """\
What the deciding services have in common. The router and the escalation service have no settings of
their own: they decide by configuration ([configuration.md](configuration.md))."""
SECTIONS: tuple[tuple[str, str, type[BaseSettings]], ...] = (
    ("The broker", "Read by every service, and by the verbs that talk to a broker.", KafkaSettings),
    ("Router, escalation, outage, notifier", _DECIDING, ServiceSettings),
    ("Gateway", "It does not start without the two files of keys.", GatewaySettings),
    ("Outage", "Of its prober, which looks at channels from outside.", OutageSettings),
    ("Notifier", "It does not start without a key for links.", NotifierSettings),
)
ALONE: tuple[tuple[str, str, str], ...] = (
    (
        ENVIRONMENT_VARIABLE,
        "every process",
        "File of a steered clock, for demos only; without it the machine's clock counts.",
    ),
    (
        "SWITCHYARD_GATEWAY",
        "command line",
        "Address of the gateway, for verbs that ask it. Default `http://127.0.0.1:8080`.",
    ),
    ("SWITCHYARD_KEY", "command line", "API key, for verbs that ask the gateway."),
    (
        "SWITCHYARD_HEALTH_URLS",
        "`switchyard health`",
        "Addresses of services, separated by spaces.",
    ),
    (
        "SWITCHYARD_KEEP_LOGS",
        "`switchyard run`, `demo`",
        "Any value: the services' log files stay after the end.",
    ),
    ("KAFKA_JARS", "`make kafka`, tests", "Folder of Kafka's jars. Default `.kafka/libs`."),
    (
        "KAFKA_BOOTSTRAP_SERVERS",
        "tests",
        "A running Apache Kafka that the tests use in place of one of their own.",
    ),
    ("REQUIRE_KAFKA", "tests", "`1`: a test that needs Apache Kafka fails where it would skip."),
    ("UPDATE_GOLDEN", "tests", "Any value: golden files of reports are written anew."),
)
_HEAD = """\
# Settings

This page is made by `python -m switchyard.docs` from the settings classes. Do not edit it.

Everything here is set by the environment of a process, and is read once, at its start. What a
service decides by is not here: that is configuration ([configuration.md](configuration.md)), which
running services take without a restart.

Secrets never stand in configuration. Give them by a file that only the process can read, or by the
environment. Times of settings are real time, also when a demo's clock runs fast.
"""
_TYPES = {
    bool: "yes or no",
    int: "whole number",
    float: "number",
    str: "text",
    Path: "path",
    SecretStr: "secret",
}


def name_of(settings: type[BaseSettings], field: str) -> str:
    """The variable of the environment for a field."""
    return f"{settings.model_config.get('env_prefix', '')}{field}".upper()


def fields_of(settings: type[BaseSettings]) -> dict[str, FieldInfo]:
    return settings.model_fields


def page() -> str:
    """The whole page."""
    lines = [_HEAD]
    for title, about, settings in SECTIONS:
        lines += [f"## {title}", "", about, "", *_section(settings), ""]
    lines += ["## Others", "", *table(("variable", "read by", "what it sets"), _others()), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _section(settings: type[BaseSettings]) -> list[str]:
    head = ("variable", "type", "default", "what it sets")
    return table(
        head,
        [
            (code(name), _type_of(field), _default_of(field), TOLD.get(name, ""))
            for attribute, field in fields_of(settings).items()
            for name in (name_of(settings, attribute),)
        ],
    )


def _others() -> Iterable[tuple[str, str, str]]:
    return [(code(name), reader, about) for name, reader, about in ALONE]


def _type_of(field: FieldInfo) -> str:
    told = _type_name(field.annotation)
    limits = [limit for each in field.metadata for limit in _limits(each)]
    return f"{told}, {' and '.join(limits)}" if limits else told


def _type_name(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return " ".join(map(code, get_args(annotation)))
    if get_origin(annotation) in (Union, types.UnionType):
        return " or ".join(_type_name(it) for it in get_args(annotation) if it is not type(None))
    return _TYPES[annotation]


def _limits(constraint: Any) -> list[str]:
    signs = (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("lt", "below"))
    return [
        f"{words} {getattr(constraint, sign)}" for sign, words in signs if hasattr(constraint, sign)
    ]


def _default_of(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "the machine's name"
    if field.default is None:
        return "-"
    return code(f"{field.default}")


_SAME_AS_ALL = (RouterSettings, EscalationSettings)


def settings_left_out() -> set[str]:
    """Fields of services that this page does not show; a test says that there are none."""
    return {
        field
        for settings in _SAME_AS_ALL
        for field in settings.model_fields.keys() - ServiceSettings.model_fields.keys()
    }
