"""From a lease to alerts of Opsgenie's Alert API, or of Jira Service Management's integrations.

An alert whose alias is open already is not made again, so any try may be repeated; a note then
carries what is new. Closing an alias that is not open does nothing. As with PagerDuty, an alert of
a page ends when somebody there ends it.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from services.notifier.adapters.alerts.events import Event, events_of
from services.notifier.adapters.connectors import Connectors
from services.notifier.adapters.delivery import UnconfiguredError, UnsendableError
from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.words.cuts import shortened
from services.notifier.adapters.words.telling import Tell
from services.notifier.core import Content
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import Person

# Characters; those of message and description are Opsgenie's.
_LONGEST_MESSAGE, _LONGEST_DESCRIPTION, _LONGEST_NOTE = 130, 15_000, 1_000
_SHORTER_DESCRIPTION = 1_000
_PRIORITIES = {"critical": "P1", "error": "P2", "warning": "P3", "info": "P5"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWriter:
    """Implements `Writer` for Opsgenie: one request for each alert.

    A connector is `opsgenie.<name> <integration key> [base URL]`.
    """

    connectors: Connectors
    tell: Tell
    url: str  # the base, where a connector does not name its own

    def __call__(
        self, lease: AttemptLeased, content: Content, person: Person
    ) -> tuple[Request, ...]:
        key, base = self._place(person)
        return tuple(
            _request(f"{base.rstrip('/')}/v2/alerts", key, event, shorter=lease.shorter)
            for event in events_of(lease, content, person, self.tell)
        )

    def _place(self, person: Person) -> tuple[str, str]:
        if person.opsgenie is None:
            raise UnsendableError("no_opsgenie: the person has none")
        match self.connectors.of("opsgenie", person.opsgenie):
            case (key,):
                return key, self.url
            case (key, base, *_):
                return key, base
            case _:
                raise UnconfiguredError("no_connector: no integration key is known by this name")


def _request(alerts: str, key: str, event: Event, *, shorter: bool) -> Request:
    if event.ends:
        url = f"{alerts}/{quote(event.key, safe='')}/close?identifierType=alias"
        body: dict[str, Any] = {"source": "switchyard", "note": _note(event)}
    else:
        url, body = alerts, _alert(event, shorter=shorter)
    return Request(
        url=url,
        headers={
            "authorization": f"GenieKey {key}",
            "content-type": "application/json",
            "user-agent": "Switchyard",
        },
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
    )


def _alert(event: Event, *, shorter: bool) -> dict[str, Any]:
    told = event.told
    details = event.about if told.button is None else {**event.about, "link": told.button.url}
    longest = _SHORTER_DESCRIPTION if shorter else _LONGEST_DESCRIPTION
    return {
        "message": shortened(told.subject, _LONGEST_MESSAGE),
        "alias": event.key,
        "description": shortened(told.sheet.text(), longest),
        "note": _note(event),
        "details": details,
        "entity": event.component,
        "source": "switchyard",
        "tags": [event.kind],
        "priority": _PRIORITIES[told.severity],
    }


def _note(event: Event) -> str:
    return shortened(event.told.short, _LONGEST_NOTE)
