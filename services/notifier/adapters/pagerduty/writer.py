"""From a lease to events of PagerDuty's Events API v2.

A trigger with the key of an alert that is open joins it; a resolve without one is dropped. So any
try may be made again. There is no event that says "no page any more" to the people of one level:
an alert of a page ends in PagerDuty when somebody there ends it.
"""

import json
from dataclasses import dataclass
from typing import Any

from services.notifier.adapters.alerts.events import Event, events_of
from services.notifier.adapters.connectors import Connectors
from services.notifier.adapters.delivery import UnconfiguredError, UnsendableError
from services.notifier.adapters.http.carrier import Request
from services.notifier.adapters.words.cuts import shortened
from services.notifier.adapters.words.telling import Tell
from services.notifier.core import Content
from shared.contracts.notification import AttemptLeased
from shared.contracts.people import Person

_LONGEST_SUMMARY, _LONGEST_TEXT = 1_024, 4_000  # the first is PagerDuty's, the second is ours
_SHORTER_TEXT = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWriter:
    """Implements `Writer` for PagerDuty: one request for each alert.

    A connector is `pagerduty.<name> <routing key> [base URL]`.
    """

    connectors: Connectors
    tell: Tell
    url: str  # the base, where a connector does not name its own

    def __call__(
        self, lease: AttemptLeased, content: Content, person: Person
    ) -> tuple[Request, ...]:
        routing_key, base = self._place(person)
        url = f"{base.rstrip('/')}/v2/enqueue"
        return tuple(
            _request(url, _body(event, routing_key, shorter=lease.shorter))
            for event in events_of(lease, content, person, self.tell)
        )

    def _place(self, person: Person) -> tuple[str, str]:
        if person.pagerduty is None:
            raise UnsendableError("no_pagerduty: the person has none")
        match self.connectors.of("pagerduty", person.pagerduty):
            case (key,):
                return key, self.url
            case (key, base, *_):
                return key, base
            case _:
                raise UnconfiguredError("no_connector: no routing key is known by this name")


def _body(event: Event, routing_key: str, *, shorter: bool) -> dict[str, Any]:
    told = event.told
    if event.ends:
        return {
            "routing_key": routing_key,
            "event_action": "resolve",
            "dedup_key": event.key,
        }
    longest = _SHORTER_TEXT if shorter else _LONGEST_TEXT
    body: dict[str, Any] = {
        "routing_key": routing_key,
        "event_action": "trigger",
        "dedup_key": event.key,
        "client": "Switchyard",
        "payload": {
            "summary": shortened(told.subject, _LONGEST_SUMMARY),
            "source": "switchyard",
            "severity": told.severity,
            "timestamp": event.at,
            "component": event.component,
            "group": event.group,
            "class": event.kind,
            "custom_details": {**event.about, "text": shortened(told.sheet.text(), longest)},
        },
    }
    if told.button is not None:
        body["links"] = [{"href": told.button.url, "text": told.button.words}]
    return body


def _request(url: str, body: dict[str, Any]) -> Request:
    return Request(
        url=url,
        headers={"content-type": "application/json", "user-agent": "Switchyard"},
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
    )
